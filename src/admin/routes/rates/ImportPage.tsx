import { CsvImport } from "../../shared/import/CsvImport.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
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
      alsoAccepts=".xml,.zip,application/xml,application/zip"
      send={importRates}
      told={({ added, replaced, unchanged, leftOut }) => ({
        lines: added + replaced,
        would: [words.would(added, replaced, unchanged), ...leftOutOf(leftOut, words)].join(" "),
        store: words.store(added + replaced),
        done: words.done(added + replaced),
        differs: [],
      })}
    />
  );
}

function leftOutOf(codes: readonly string[], words: Texts["rates"]["import"]): readonly string[] {
  return codes.length === 0 ? [] : [words.leftOut(codes.join(", "))];
}
