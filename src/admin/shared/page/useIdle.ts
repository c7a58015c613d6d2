import { useEffect, useRef, useState } from "react";
import { onTabs, tellTabs } from "./tabs.ts";

/** Nobody did anything for so long: the session is ended. */
const IDLE_MS = 30 * 60_000;
const WARNED_MS = 2 * 60_000;
/** How often tabs tell each other that somebody works in one of them. */
const TOLD_EVERY_MS = 10_000;
const LOOKED_EVERY_MS = 1_000;
const SIGNS = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

export interface Idle {
  /** Milliseconds until the session is ended; null while that is far. */
  readonly leftMs: number | null;
  readonly stay: () => void;
}

/** Watches for signs of somebody, in this tab and in the others. @param onEnd once, when there was none for too long */
export function useIdle(onEnd: () => void): Idle {
  const [leftMs, setLeft] = useState<number | null>(null);
  const state = useRef({ lastAt: Date.now(), toldAt: 0, isOver: false });
  const ended = useRef(onEnd);
  useEffect(() => {
    ended.current = onEnd;
  }, [onEnd]);

  useEffect(() => {
    const { current } = state;
    const sign = (): void => {
      const now = Date.now();
      // While it is asked whether somebody is there, the answer is given in words.
      if (now - current.lastAt > IDLE_MS - WARNED_MS) return;
      current.lastAt = now;
      if (now - current.toldAt < TOLD_EVERY_MS) return;
      current.toldAt = now;
      tellTabs({ kind: "active" });
    };
    const timer = setInterval(() => {
      const left = IDLE_MS - (Date.now() - current.lastAt);
      setLeft(left <= WARNED_MS && !current.isOver ? Math.max(0, left) : null);
      if (left > 0 || current.isOver) return;
      current.isOver = true;
      ended.current();
    }, LOOKED_EVERY_MS);
    const stop = onTabs(({ kind }) => {
      if (kind === "active") Object.assign(current, { lastAt: Date.now(), isOver: false });
    });
    for (const name of SIGNS) window.addEventListener(name, sign, { passive: true, capture: true });
    return () => {
      clearInterval(timer);
      stop();
      for (const name of SIGNS) window.removeEventListener(name, sign, { capture: true });
    };
  }, []);

  return {
    leftMs,
    stay: () => {
      Object.assign(state.current, { lastAt: Date.now(), isOver: false });
      tellTabs({ kind: "active" });
      setLeft(null);
    },
  };
}
