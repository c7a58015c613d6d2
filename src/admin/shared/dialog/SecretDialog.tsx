import { Button, CopyButton } from "@mantine/core";
import { Dialog } from "../dialog/Dialog.tsx";
import { useTexts } from "../../texts/texts.ts";
import classes from "./SecretDialog.module.css";

/** Something that is shown this once. It is left by saying that it is stored, not by a click beside it. */
export function SecretDialog({
  title,
  why,
  label,
  secret,
  onClose,
}: {
  readonly title: string;
  readonly why: string;
  readonly label: string;
  readonly secret: string;
  readonly onClose: () => void;
}) {
  const { people, shell } = useTexts();
  return (
    <Dialog onClose={onClose} title={title} isLeftByButtonOnly>
      <div className={classes["body"]}>
        <p>{why}</p>
        <output aria-label={label} className={classes["secret"]}>
          {secret}
        </output>
        <div className={classes["foot"]}>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} data-autofocus>
                {copied ? shell.copied : shell.copy}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{people.stored}</Button>
        </div>
      </div>
    </Dialog>
  );
}
