import { useEffect, useRef, useState } from "react";

/** What something under way waits for resolves true once it can go on. */
type Ask = () => Promise<boolean>;

/**
 * Something under way is interrupted until somebody has answered a dialog over the page.
 * @param register takes what is called by whoever waits
 * @returns how those who wait are told what became of it; null while nobody waits
 */
export function useInterruption(register: (ask: Ask) => void): ((isSettled: boolean) => void) | null {
  const [isWanted, setWanted] = useState(false);
  const waiting = useRef<((isSettled: boolean) => void)[]>([]);
  useEffect(() => {
    register(() => {
      setWanted(true);
      return new Promise((resolve) => waiting.current.push(resolve));
    });
  }, [register]);
  if (!isWanted) return null;
  return (isSettled) => {
    setWanted(false);
    for (const resolve of waiting.current.splice(0)) resolve(isSettled);
  };
}
