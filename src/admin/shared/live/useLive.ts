import { useEffect, useState, useSyncExternalStore } from "react";
import { type Hint, LiveConnection, type LiveState } from "./connection.ts";

let connection: LiveConnection | null = null;

/** Opened by the first who wants it, and kept. */
function live(): LiveConnection {
  connection ??= new LiveConnection();
  return connection;
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => live().onState(listener),
    () => live().state,
  );
}

/** Asks again at most this often. Milliseconds. */
const ASK_MS = 2_000;

/**
 * Calls back when something has happened, at most every two seconds; not while it is paused, and not while the tab is
 * hidden: it is called once when that is over. Where the call fails it is made again, with the next.
 */
export function useHints(isPaused: boolean, onHint: (hint: Hint) => Promise<void>): void {
  const [gathered] = useState(() => ({ timer: 0, ids: new Set<string>(), isMore: false, isDue: false }));
  useEffect(() => {
    let isOver = false;
    const call = (): void => {
      gathered.timer = 0;
      if (isPaused || document.hidden || !gathered.isDue) return;
      const { ids, isMore } = gathered;
      Object.assign(gathered, { ids: new Set<string>(), isMore: false, isDue: false });
      onHint(isMore ? null : [...ids]).catch(() => {
        Object.assign(gathered, { isMore: true, isDue: true });
        if (!isOver) soon();
      });
    };
    const soon = (): void => {
      if (gathered.timer === 0) gathered.timer = window.setTimeout(call, ASK_MS);
    };
    const off = live().onHint((hint) => {
      gathered.isDue = true;
      if (hint === null) gathered.isMore = true;
      else for (const id of hint) gathered.ids.add(id);
      soon();
    });
    document.addEventListener("visibilitychange", call);
    if (gathered.isDue) soon();
    return () => {
      isOver = true;
      off();
      document.removeEventListener("visibilitychange", call);
      window.clearTimeout(gathered.timer);
      gathered.timer = 0;
    };
  }, [gathered, isPaused, onHint]);
}
