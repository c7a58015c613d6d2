import { CloseButton } from "@mantine/core";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useTexts } from "../../texts/texts.ts";
import classes from "./Dialog.module.css";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly isOpen?: boolean;
  /** In the middle; below the right end of the header; or along the left side. */
  readonly place?: "middle" | "corner" | "side";
}

/**
 * The browser's own modal dialog: it keeps the focus within, is left by Escape, and gives the focus back. What has
 * `data-autofocus` in it is focused first.
 */
export function Dialog({ title, onClose, children, isOpen = true, place = "middle" }: DialogProps) {
  const { shell } = useTexts();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const { current } = dialog;
    if (current === null || !isOpen) return undefined;
    current.showModal();
    current.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => current.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className={classes["dialog"]}
      data-place={place}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        // On the dialog itself: on what lies around its content.
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {isOpen ? (
        <div className={classes["content"]}>
          <header className={classes["head"]}>
            <h2 id={id}>{title}</h2>
            <CloseButton aria-label={shell.close} onClick={onClose} />
          </header>
          {children}
        </div>
      ) : null}
    </dialog>
  );
}
