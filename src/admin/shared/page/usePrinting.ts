import { useSyncExternalStore } from "react";

// Who reads `matches` between the change and its event makes Chromium keep the event back: it is read by nobody.
const print = window.matchMedia("print");
const listeners = new Set<() => void>();
let isPrinting = print.matches;

print.addEventListener("change", ({ matches }) => {
  isPrinting = matches;
  for (const listener of listeners) listener();
});

function onChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the page is being put on paper. */
export function usePrinting(): boolean {
  return useSyncExternalStore(onChange, () => isPrinting);
}
