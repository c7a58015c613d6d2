import { type Instant, instant } from "../time.ts";
import type { EntryConfirmed } from "./events.ts";

/** When it took place: told afterwards, when the terminal says, and neither before it was granted nor after it was told. */
export function confirmedAt({ data }: EntryConfirmed, grantedAt: Instant): Instant {
  const told = instant(data.at);
  if (data.offline === undefined) return told;
  return Math.min(Math.max(instant(data.offline.occurredAt), grantedAt), told);
}
