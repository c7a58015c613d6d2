import { useRef } from "react";

/** Does something unless it is under way already: a second click comes before the page knows of the first. */
export function useOneAtATime(): (work: () => Promise<unknown>) => void {
  const isBusy = useRef(false);
  return (work) => {
    if (isBusy.current) return;
    isBusy.current = true;
    const free = (): void => {
      isBusy.current = false;
    };
    work().then(free, free);
  };
}
