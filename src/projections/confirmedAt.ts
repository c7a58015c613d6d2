import type { OperationRow } from "../database/readModels.ts";
import type { EntryConfirmed } from "../domain/card/events.ts";

/** As the card's own fold has it: told afterwards, it took place when the terminal says, and not before it was granted. */
export function confirmedAt({ data }: EntryConfirmed, granted: Pick<OperationRow, "at">): Date {
  if (data.offline === undefined) return new Date(data.at);
  const occurred = Math.max(Date.parse(data.offline.occurredAt), granted.at.getTime());
  return new Date(Math.min(occurred, Date.parse(data.at)));
}
