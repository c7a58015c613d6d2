import { Button, InputBase, NativeSelect } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { useOneAtATime } from "../../shared/form/useOneAtATime.ts";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { word } from "../../texts/word.ts";
import { type PaymentDetails, resolve } from "./queries.ts";
import classes from "./ResolveDialog.module.css";

const MOST_REASON = 500;

/** What a person found out of a payment, and how. */
export function ResolveDialog({
  payment: { id, actions },
  onClose,
}: {
  readonly payment: PaymentDetails;
  readonly onClose: () => void;
}) {
  const { payments: words, shell } = useTexts();
  const intent = useRef(crypto.randomUUID());
  const reason = useRef<HTMLTextAreaElement>(null);
  const [outcome, setOutcome] = useState(actions.resolve[0]);
  const [isWanting, setWanting] = useState(false);
  const once = useOneAtATime();
  const sending = useMutation({
    mutationFn: async (text: string) => {
      if (outcome !== undefined) await resolve(id, { outcome, reason: text }, intent.current);
    },
    onSuccess: async () => {
      say(words.resolved);
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["payments"] });
      await queryClient.invalidateQueries({ queryKey: ["operations"] });
    },
  });
  const named = actions.resolve.includes("NOT_PAID") ? words.chargeOutcomes : words.refundOutcomes;
  return (
    <Dialog onClose={onClose} title={words.resolve}>
      <form
        className={classes["body"]}
        onSubmit={(event) => {
          event.preventDefault();
          const text = reason.current?.value.trim() ?? "";
          setWanting(text === "");
          if (text === "") reason.current?.focus();
          else once(async () => await sending.mutateAsync(text));
        }}
      >
        {sending.error === null ? null : (
          <div role="alert">
            <ProblemText problem={sending.error} />
          </div>
        )}
        <p>{words.resolveWhy}</p>
        <NativeSelect
          label={words.outcome}
          data-autofocus
          value={outcome ?? ""}
          data={actions.resolve.map((value) => ({ value, label: word(named, value) }))}
          onChange={({ currentTarget: { value } }) =>
            setOutcome(actions.resolve.find((one) => one === value))
          }
        />
        <InputBase
          component="textarea"
          rows={3}
          multiline
          ref={reason}
          label={words.reasonLabel}
          maxLength={MOST_REASON}
          error={isWanting ? words.reasonWanted : null}
        />
        <div className={classes["foot"]}>
          <Button type="submit" loading={sending.isPending}>
            {words.resolve}
          </Button>
          <Button variant="default" onClick={onClose}>
            {shell.cancel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
