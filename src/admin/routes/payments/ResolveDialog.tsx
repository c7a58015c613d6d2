import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { ReasonDialog } from "../../shared/dialog/ReasonDialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { word } from "../../texts/word.ts";
import { type PaymentDetails, resolve } from "./queries.ts";

/** What a person found out of a payment, and how. */
export function ResolveDialog({
  payment: { id, actions },
  onClose,
}: {
  readonly payment: PaymentDetails;
  readonly onClose: () => void;
}) {
  const { payments: words } = useTexts();
  const [outcome, setOutcome] = useState(actions.resolve[0]);
  const named = actions.resolve.includes("NOT_PAID") ? words.chargeOutcomes : words.refundOutcomes;
  return (
    <ReasonDialog
      title={words.resolve}
      label={words.reasonLabel}
      wanted={words.reasonWanted}
      verb={words.resolve}
      hasFocus={false}
      act={async (reason, intent) => {
        if (outcome !== undefined) await resolve(id, { outcome, reason }, intent);
      }}
      done={words.resolved}
      onClose={onClose}
      onDone={async () => {
        await queryClient.invalidateQueries({ queryKey: ["payments"] });
        await queryClient.invalidateQueries({ queryKey: ["operations"] });
      }}
    >
      <p>{words.resolveWhy}</p>
      <NativeSelect
        label={words.outcome}
        data-autofocus
        value={outcome ?? ""}
        data={actions.resolve.map((value) => ({ value, label: word(named, value) }))}
        onChange={({ currentTarget: { value } }) => setOutcome(actions.resolve.find((one) => one === value))}
      />
    </ReasonDialog>
  );
}
