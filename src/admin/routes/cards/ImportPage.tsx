import { CsvImport } from "../../shared/import/CsvImport.tsx";
import { useTexts } from "../../texts/texts.ts";
import { importEnrolments } from "./queries.ts";

/** A file of enrolments: what would become of each line is shown first. */
export function ImportPage() {
  const { cards, shell } = useTexts();
  const words = cards.import;
  return (
    <CsvImport
      title={words.title}
      list={{ to: "/cards", label: shell.pages.cards }}
      what={words.what}
      columns="pan,cardRef,aref,ica,productCode,since"
      send={importEnrolments}
      told={({ enrolled, unchanged, refused, outcomes }) => ({
        lines: enrolled,
        would: words.would(enrolled, unchanged, refused),
        store: words.store(enrolled),
        done: words.done(enrolled),
        differing: words.refusedLines,
        differs: outcomes.flatMap(({ code, pointer }) =>
          code === null || pointer === null ? [] : [{ pointer, message: words.codes[code] }],
        ),
      })}
    />
  );
}
