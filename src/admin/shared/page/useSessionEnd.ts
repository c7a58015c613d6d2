import { useEffect, useRef, useState } from "react";
import { onSessionEnd } from "../../api/client.ts";

/** How whoever waits for a session that has ended is told what became of it; null while nobody waits. */
export function useSessionEnd(): ((isOpenAgain: boolean) => void) | null {
  const [isEnded, setEnded] = useState(false);
  const waiting = useRef<((isOpenAgain: boolean) => void)[]>([]);
  useEffect(() => {
    onSessionEnd(() => {
      setEnded(true);
      return new Promise((resolve) => waiting.current.push(resolve));
    });
  }, []);
  if (!isEnded) return null;
  return (isOpenAgain) => {
    setEnded(false);
    for (const resolve of waiting.current.splice(0)) resolve(isOpenAgain);
  };
}
