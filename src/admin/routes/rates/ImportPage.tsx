import { CsvImport } from "../../shared/import/CsvImport.tsx";
import { useTexts } from "../../texts/texts.ts";
import { importRates } from "./queries.ts";

export function ImportPage() {
  const { rates, shell } = useTexts();
  const words = rates.import;
  return (
    <CsvImport
      title={words.title}
      list={{ to: "/rates", label: shell.pages.rates }}
      what={words.what}
      columns="date,base,quote,rate"
      send={importRates}
      told={({ added, replaced, unchanged }) => ({
        lines: added + replaced,
        would: words.would(added, replaced, unchanged),
        store: words.store(added + replaced),
        done: words.done(added + replaced),
        differs: [],
      })}
    />
  );
}
