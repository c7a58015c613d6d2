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
      <Button type="submit" loading={isBusy}>
        {submit}
      </Button>
      <Button variant="default" onClick={onCancel}>
        {shell.cancel}
      </Button>
    </div>
  );
}
