/** Whether keys are for what is under the focus: somebody types there, or answers a dialog. */
export function isFieldOrDialog(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, [role=combobox]") !== null)
  );
}
