import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import formClasses from "../../shared/form/form.module.css";
import { CsvImport } from "../../shared/import/CsvImport.tsx";
import { useTexts } from "../../texts/texts.ts";
import { type Scope, uploadList, type UploadMode } from "./queries.ts";
import { ScopeChoice } from "./ScopeChoice.tsx";

const MODES: readonly UploadMode[] = ["ADD", "REPLACE", "REMOVE"];

/** Whose list, and what the file does to it, is chosen first: what is chosen anew wants its file anew. */
export function UploadPage() {
  const { whitelist, shell } = useTexts();
  const { upload: words, fields } = whitelist;
  const [scope, setScope] = useState<Scope>({ kind: "LOCATION", id: "" });
  const [mode, setMode] = useState<UploadMode>("ADD");
  return (
    <CsvImport
      key={`${scope.id} ${mode}`}
      title={words.title}
      list={{ to: "/whitelist", label: shell.pages.whitelist }}
      what={words.what}
      columns="pan,validFrom,validTo"
      isOpen={scope.id !== ""}
      lead={
        <div className={formClasses["form"]}>
          <ScopeChoice value={scope} onChange={setScope} />
          <NativeSelect
            label={fields.mode}
            value={mode}
            data={MODES.map((value) => ({ value, label: words.modes[value] }))}
            onChange={({ currentTarget }) =>
              setMode(MODES.find((one) => one === currentTarget.value) ?? "ADD")
            }
          />
        </div>
      }
      send={async (file, intent) => await uploadList(file, scope, mode, intent)}
      told={({ added, changed, removed, total }) => {
        const lines = added + changed + removed;
        return {
          lines,
          would: lines === 0 ? words.nothing : words.would(added, changed, removed, total),
          store: words.store(lines),
          done: words.done(total),
          differs: [],
        };
      }}
    />
  );
}
