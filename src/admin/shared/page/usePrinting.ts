import { useSyncExternalStore } from "react";

const print = window.matchMedia("print");

function onChange(listener: () => void): () => void {
  print.addEventListener("change", listener);
  return () => print.removeEventListener("change", listener);
}

/** Whether the page is being put on paper. */
export function usePrinting(): boolean {
  return useSyncExternalStore(onChange, () => print.matches);
}
