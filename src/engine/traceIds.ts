import { holdsCardNumber, holdsSchemesNumber, withoutCardNumbers } from "../domain/cardNumbers.ts";

/** Makes trace ids that the log shows as they are: in one of some 8,000 its guard would see a card number. */
export function traceIds(randomBytes: (count: number) => Buffer): () => string {
  return () => {
    for (;;) {
      const traceId = randomBytes(16).toString("hex");
      if (!isAltered(traceId)) return traceId;
    }
  };
}

/** It goes into every event and answer: as a whole, in hex, or in a part of it. */
export function isAltered(traceId: string): boolean {
  if (withoutCardNumbers(traceId, "") !== traceId) return true;
  if (!/\d{12}/.test(traceId)) return false;
  const runs = traceId.match(/\d+/g) ?? [];
  return holdsCardNumber(traceId, "text") || runs.some(holdsSchemesNumber);
}
