import { createHash } from "node:crypto";
import { ulid } from "ulid";
import type { ReadReport } from "./report.ts";

/**
 * The access id of a reported entry: made of what the report says, so that the same report is the same entry, whoever sends
 * it and however often. Begins with when it happened, as every access id does.
 */
export function accessIdOf(cardId: string, report: ReadReport): string {
  const { reportId, occurredAt, outcome, mode, guests } = report;
  const content = [
    cardId,
    reportId,
    occurredAt,
    outcome,
    mode,
    guests.adults,
    guests.children,
    guests.freeChildren,
  ];
  const hash = createHash("sha256").update(JSON.stringify(content)).digest();
  return ulidOf(occurredAt, hash);
}

/** The card of a hash that stands on no list: the same for the same hash at the same place. */
export function unknownCardId(locationId: string | null, hash: string): string {
  const digest = createHash("sha256")
    .update(JSON.stringify(["unknown card", locationId, hash]))
    .digest();
  return ulidOf(0, digest);
}

/** Its random part is drawn from bytes that are as good as random: 16 of them are used. */
function ulidOf(at: number, bytes: Uint8Array): string {
  const drawn = bytes.values();
  return ulid(at, () => (drawn.next().value ?? 0) / 256);
}
