import { CloseButton } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useSyncExternalStore } from "react";
import { useTexts } from "../../texts/texts.ts";
import { hide, onToasts, toastsNow } from "./toasts.ts";
import classes from "./Toasts.module.css";

export function Toasts() {
  const { shell } = useTexts();
  const toasts = useSyncExternalStore(onToasts, toastsNow);
  return (
    <div className={classes["toasts"]} role="status">
      {toasts.map(({ id, text }) => (
        <div key={id} className={classes["toast"]}>
          <IconCheck size={18} aria-hidden="true" />
          <bdi>{text}</bdi>
          <CloseButton aria-label={shell.close} onClick={() => hide(id)} />
        </div>
      ))}
    </div>
  );
}
