import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useRef } from "react";
import { queryClient } from "../../api/queryClient.ts";
import { Dialog } from "./Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import { ProblemText } from "../form/FormProblem.tsx";
import { useOneAtATime } from "../form/useOneAtATime.ts";
import { say } from "../page/toasts.ts";
import classes from "./ConfirmDialog.module.css";

export interface ConfirmDialogProps {
  readonly title: string;
  /** What will come of it. */
  readonly children: ReactNode;
  /** What the button does: a verb, and what it is done to. */
  readonly verb: string;
  /** @param intent for `Idempotency-Key` */
  readonly act: (intent: string) => Promise<unknown>;
  /** Said once it is done. */
  readonly done: string;
  readonly isDangerous?: boolean;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Something that is not taken back lightly: it says what will come of it, and the focus is on leaving it. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, verb, act, done, isDangerous = false, onClose } = props;
  const { shell } = useTexts();
  const intent = useRef(crypto.randomUUID());
  const once = useOneAtATime();
  const acting = useMutation({
    mutationFn: async () => await act(intent.current),
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      say(done);
      onClose();
      props.onDone?.();
    },
  });
  return (
    <Dialog onClose={onClose} title={title}>
      <div className={classes["body"]}>{children}</div>
      {acting.error === null ? null : (
        <div role="alert" className={classes["problem"]}>
          <ProblemText problem={acting.error} />
        </div>
      )}
      <div className={classes["foot"]}>
        <Button
          {...(isDangerous ? { color: "red.8" } : {})}
          loading={acting.isPending}
          onClick={() => once(async () => await acting.mutateAsync())}
        >
          {verb}
        </Button>
        <Button variant="default" data-autofocus onClick={onClose}>
          {shell.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
