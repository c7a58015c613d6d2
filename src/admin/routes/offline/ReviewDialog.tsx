import { Button, InputBase } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { Dialog } from "../../shared/dialog/Dialog.tsx";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { useOneAtATime } from "../../shared/form/useOneAtATime.ts";
import { say } from "../../shared/page/toasts.ts";
import { useTexts } from "../../texts/texts.ts";
import { type Decision, reviewEntries } from "./queries.ts";
import classes from "./ReviewDialog.module.css";

const MOST_REASON = 500;

/** One decision on one entry or many, with a reason. */
export function ReviewDialog({
  accessIds,
  decision,
  onClose,
  onDone,
}: {
  readonly accessIds: readonly string[];
  readonly decision: Decision;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}) {
  const { offline, shell } = useTexts();
  const words = offline.review;
  const intent = useRef(crypto.randomUUID());
  const reason = useRef<HTMLTextAreaElement>(null);
  const [isWanting, setWanting] = useState(false);
  const once = useOneAtATime();
  const sending = useMutation({
    mutationFn: async (text: string) =>
      await reviewEntries({ accessIds: [...accessIds], decision, reason: text }, intent.current),
    onSuccess: async () => {
      say(words.done(accessIds.length));
      onClose();
      await onDone();
      await queryClient.invalidateQueries({ queryKey: ["operations"] });
    },
  });
  const isAccepting = decision === "ACCEPTED";
  return (
    <Dialog onClose={onClose} title={isAccepting ? words.acceptTitle : words.disputeTitle}>
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
        <p>{isAccepting ? words.acceptWhy : words.disputeWhy}</p>
        <InputBase
          component="textarea"
          rows={3}
          multiline
          ref={reason}
          data-autofocus
          label={words.reason}
          maxLength={MOST_REASON}
          error={isWanting ? words.reasonWanted : null}
        />
        <div className={classes["foot"]}>
          <Button type="submit" loading={sending.isPending} {...(isAccepting ? {} : { color: "red.8" })}>
            {isAccepting
              ? offline.acceptSelected(accessIds.length)
              : offline.disputeSelected(accessIds.length)}
          </Button>
          <Button variant="default" onClick={onClose}>
            {shell.cancel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
