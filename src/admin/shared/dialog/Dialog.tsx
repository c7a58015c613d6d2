import { CloseButton } from "@mantine/core";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useTexts } from "../../texts/texts.ts";
import classes from "./Dialog.module.css";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly isOpen?: boolean;
  /** In the middle; below the right end of the header; along the left side; or below the header, where it may grow. */
  readonly place?: "middle" | "corner" | "side" | "top";
  /** Neither Escape nor a click beside it closes it. */
  readonly isLeftByButtonOnly?: boolean;
}

/**
 * The browser's own modal dialog: it keeps the focus within, is left by Escape, and gives the focus back. What has
 * `data-autofocus` in it is focused first.
 */
export function Dialog({
  title,
  onClose,
  children,
  isOpen = true,
  place = "middle",
  isLeftByButtonOnly = false,
}: DialogProps) {
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
        if (!isLeftByButtonOnly) onClose();
      }}
      onMouseDown={(event) => {
        // On the dialog itself: on what lies around its content.
        if (event.target === event.currentTarget && !isLeftByButtonOnly) onClose();
      }}
    >
      {isOpen ? (
        <div className={classes["content"]}>
          <header className={classes["head"]}>
            <h2 id={id}>{title}</h2>
            {isLeftByButtonOnly ? null : <CloseButton aria-label={shell.close} onClick={onClose} />}
          </header>
          {children}
        </div>
      ) : null}
    </dialog>
  );
}
