import { Button } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { Dialog } from "../dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import classes from "./FormFoot.module.css";

/** Asks before what was typed is left behind. */
export function LeaveGuard({
  isDirty,
  onLeave,
}: {
  readonly isDirty: boolean;
  /** What was typed was given up. */
  readonly onLeave?: () => void;
}) {
  const { shell } = useTexts();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isDirty,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  return (
    <Dialog isOpen={status === "blocked"} onClose={() => reset?.()} title={shell.leave.title}>
      <p>{shell.leave.why}</p>
      <div className={classes["foot"]}>
        <Button data-autofocus onClick={() => reset?.()}>
          {shell.leave.stay}
        </Button>
        <Button
          variant="default"
          onClick={() => {
            onLeave?.();
            proceed?.();
          }}
        >
          {shell.leave.leave}
        </Button>
      </div>
    </Dialog>
  );
}
