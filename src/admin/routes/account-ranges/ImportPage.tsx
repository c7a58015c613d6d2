import { CsvImport } from "../../shared/import/CsvImport.tsx";
import { useTexts } from "../../texts/texts.ts";
import { importRanges } from "./queries.ts";

export function ImportPage() {
  const { accountRanges, shell } = useTexts();
  const words = accountRanges.import;
  return (
    <CsvImport
      title={words.title}
      list={{ to: "/account-ranges", label: shell.pages.accountRanges }}
      what={words.what}
      columns="low,high,ica,issuerName,country,productCode,productName"
      send={importRanges}
      told={({ added, replaced, differs }) => ({
        lines: added + replaced,
        would: words.would(added, replaced),
        store: words.store(added + replaced),
        done: words.done(added + replaced),
        differs,
      })}
    />
  );
}
