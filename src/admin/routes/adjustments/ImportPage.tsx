import { TextInput } from "@mantine/core";
import { useState } from "react";
import formClasses from "../../shared/form/form.module.css";
import { CsvImport } from "../../shared/import/CsvImport.tsx";
import { useTexts } from "../../texts/texts.ts";
import { importBalances } from "./queries.ts";

const SOURCE = /^[A-Za-z][A-Za-z0-9._-]{0,39}$/;

/** A file of opening balances: what would become of each line is shown first. */
export function ImportPage() {
  const { adjustments, shell } = useTexts();
  const words = adjustments.balances;
  const [source, setSource] = useState("opening");
  return (
    <CsvImport
      // Another name is another import: the file is looked at anew.
      key={source}
      title={words.import}
      list={{ to: "/adjustments", label: shell.pages.adjustments }}
      what={words.what}
      columns="pan,rulesetId,usedAt,free,paid,adultsFree,adultsPaid,childrenFree,childrenPaid"
      isOpen={SOURCE.test(source)}
      lead={
        <div className={formClasses["form"]}>
          <Source value={source} onChange={setSource} />
        </div>
      }
      send={async (file, intent) => await importBalances(file, source, intent)}
      told={({ taken, unchanged, refused, outcomes }) => ({
        lines: taken,
        would: words.would(taken, unchanged, refused),
        store: words.store(taken),
        done: words.done(taken),
        differing: words.refusedLines,
        differs: outcomes.flatMap(({ code, pointer }) =>
          code === null || pointer === null ? [] : [{ pointer, message: words.codes[code] }],
        ),
      })}
    />
  );
}

/** Told when it is left, so that typing does not begin the import anew. */
function Source({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const { adjustments } = useTexts();
  return (
    <TextInput
      label={adjustments.balances.source}
      description={adjustments.balances.sourceHelp}
      defaultValue={value}
      maxLength={40}
      onBlur={({ currentTarget }) => onChange(currentTarget.value.trim())}
    />
  );
}
