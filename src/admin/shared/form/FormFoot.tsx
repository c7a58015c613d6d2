import { Button } from "@mantine/core";
import { useTexts } from "../../texts/texts.ts";
import classes from "./FormFoot.module.css";

export function FormFoot({
  submit,
  isBusy,
  onCancel,
}: {
  /** What the button does. */
  readonly submit: string;
  readonly isBusy: boolean;
  readonly onCancel: () => void;
}) {
  const { shell } = useTexts();
  return (
    <div className={classes["foot"]}>
      <Button
        type="submit"
        // The field that is left would say what is wrong with it, and move this button away from under the pointer.
        onMouseDown={(event) => event.preventDefault()}
        loading={isBusy}
      >
        {submit}
      </Button>
      <Button variant="default" onClick={onCancel}>
        {shell.cancel}
      </Button>
    </div>
  );
}
