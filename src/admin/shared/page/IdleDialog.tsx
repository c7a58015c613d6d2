import { Button } from "@mantine/core";
import { useTexts } from "../../texts/texts.ts";
import { Dialog } from "../dialog/Dialog.tsx";
import { countdown } from "../time/countdown.ts";
import classes from "../dialog/ConfirmDialog.module.css";

/** Asks whether somebody is still there, before the session is ended. */
export function IdleDialog({ leftMs, onStay }: { readonly leftMs: number; readonly onStay: () => void }) {
  const { shell } = useTexts();
  return (
    <Dialog title={shell.idle.title} onClose={onStay}>
      <div className={classes["body"]}>
        <p>{shell.idle.why}</p>
        <p>
          <strong role="timer">{countdown(leftMs)}</strong>
        </p>
      </div>
      <div className={classes["foot"]}>
        <Button data-autofocus onClick={onStay}>
          {shell.idle.stay}
        </Button>
      </div>
    </Dialog>
  );
}
