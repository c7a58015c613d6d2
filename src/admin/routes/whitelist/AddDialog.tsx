import { useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import formClasses from "../../shared/form/form.module.css";
import { PanField } from "../../shared/form/PanField.tsx";
import { say } from "../../shared/page/toasts.ts";
import { DateTimeField } from "../../shared/time/DateTimeField.tsx";
import { useTexts } from "../../texts/texts.ts";
import { addListed, type Scope } from "./queries.ts";
import { ScopeChoice } from "./ScopeChoice.tsx";

/** Lists one card by its number, which goes to the server and nowhere else. */
export function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const { whitelist } = useTexts();
  const { add, fields, lookup } = whitelist;
  const [scope, setScope] = useState<Scope>({ kind: "LOCATION", id: "" });
  const [validFrom, setFrom] = useState<string | null>(null);
  const [validTo, setTo] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function send(pan: string): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await addListed(pan, scope, { validFrom, validTo });
      say(add.done);
      onClose();
      await queryClient.invalidateQueries();
    } catch {
      setProblem(add.refused);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog onClose={onClose} title={add.title}>
      <div className={formClasses["form"]}>
        <ScopeChoice value={scope} onChange={setScope} />
        <div className={formClasses["pair"]}>
          <DateTimeField
            label={fields.validFrom}
            value={validFrom}
            onChange={setFrom}
            description={add.help}
          />
          <DateTimeField label={fields.validTo} value={validTo} onChange={setTo} />
        </div>
        <PanField
          label={lookup.label}
          verb={add.verb}
          isBusy={isBusy}
          problem={problem}
          hasFocus={false}
          onPan={(pan) => void send(pan)}
        />
      </div>
    </Dialog>
  );
}
