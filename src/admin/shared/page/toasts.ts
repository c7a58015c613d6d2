/** Words on what was just done, for a few seconds. */
export interface Toast {
  readonly id: number;
  readonly text: string;
}

const SHOWN_MS = 8_000;

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function say(text: string): void {
  const toast = { id: ++last, text };
  set([...toasts, toast]);
  setTimeout(() => hide(toast.id), SHOWN_MS);
}

export function hide(id: number): void {
  set(toasts.filter((one) => one.id !== id));
}

export function toastsNow(): readonly Toast[] {
  return toasts;
}

export function onToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
