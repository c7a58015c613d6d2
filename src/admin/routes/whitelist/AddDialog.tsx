import { useState } from "react";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import formClasses from "../../shared/form/form.module.css";
import { PanField } from "../../shared/form/PanField.tsx";
import { useCardNumber } from "../../shared/form/useCardNumber.ts";
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
  const { isBusy, problem, onPan } = useCardNumber({
    send: async (pan) => await addListed(pan, scope, { validFrom, validTo }),
    done: add.done,
    refusedBecause: () => add.refused,
    onClose,
  });

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
          onPan={onPan}
        />
      </div>
    </Dialog>
  );
}
