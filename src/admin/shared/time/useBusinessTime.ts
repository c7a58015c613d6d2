import { useEffect, useState } from "react";
import { businessNow } from "../../api/session.ts";

/** The server's business time in milliseconds, looked at every so often. */
export function useBusinessTime(everyMs: number): number {
  const [now, setNow] = useState(businessNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(businessNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
