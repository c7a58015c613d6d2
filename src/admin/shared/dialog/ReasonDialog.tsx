import { Button, InputBase } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { useTexts } from "../../texts/texts.ts";
import { ProblemText } from "../form/FormProblem.tsx";
import { useOneAtATime } from "../form/useOneAtATime.ts";
import { say } from "../page/toasts.ts";
import { Dialog } from "./Dialog.tsx";
import classes from "./ReasonDialog.module.css";

const MOST_REASON = 500;

export interface ReasonDialogProps {
  readonly title: string;
  /** What will come of it, and what else is to be chosen. */
  readonly children: ReactNode;
  readonly label: string;
  /** Said where there is none. */
  readonly wanted: string;
  readonly verb: string;
  readonly isDangerous?: boolean;
  /** Whether the reason is what is filled in first. */
  readonly hasFocus: boolean;
  /** @param intent for `Idempotency-Key` */
  readonly act: (reason: string, intent: string) => Promise<unknown>;
  /** Said once it is done. */
  readonly done: string;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}

/** Something that is done for a reason, which has to be given. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, children, label, wanted, verb, act, done, onClose, onDone } = props;
  const { shell } = useTexts();
  const intent = useRef(crypto.randomUUID());
  const reason = useRef<HTMLTextAreaElement>(null);
  const [isWanting, setWanting] = useState(false);
  const once = useOneAtATime();
  const sending = useMutation({
    mutationFn: async (text: string) => await act(text, intent.current),
    onSuccess: async () => {
      say(done);
      onClose();
      await onDone();
    },
  });
  return (
    <Dialog onClose={onClose} title={title}>
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
        {children}
        <InputBase
          component="textarea"
          rows={3}
          multiline
          ref={reason}
          {...(props.hasFocus ? { "data-autofocus": true } : {})}
          label={label}
          maxLength={MOST_REASON}
          error={isWanting ? wanted : null}
        />
        <div className={classes["foot"]}>
          <Button
            type="submit"
            loading={sending.isPending}
            {...(props.isDangerous === true ? { color: "red.8" } : {})}
          >
            {verb}
          </Button>
          <Button variant="default" onClick={onClose}>
            {shell.cancel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
