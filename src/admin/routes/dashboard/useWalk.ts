import { type KeyboardEvent, type RefObject, useRef, useState } from "react";
import { type Spot, walked } from "./walk.ts";

/** A chart whose links are one stop of the Tab key: the arrows lead from one to the next, Escape out of it. */
export function useWalk(
  spots: readonly Spot[],
  way: RefObject<HTMLElement | null>,
): {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly linkProps: (index: number) => { readonly tabIndex: number; readonly onFocus: () => void };
} {
  const [last, setLast] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const at = Math.min(last, spots.length - 1);
  return {
    box,
    onKeyDown: (event) => {
      if (event.altKey || event.metaKey) return;
      if (event.key === "Escape") {
        way.current?.focus();
        return;
      }
      const next = walked(spots, at, event.key, event.ctrlKey);
      if (next === null) return;
      event.preventDefault();
      box.current?.querySelectorAll("a")[next]?.focus();
    },
    linkProps: (index) => ({ tabIndex: index === at ? 0 : -1, onFocus: () => setLast(index) }),
  };
}
