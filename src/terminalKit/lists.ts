import { accountRangePayload, type Terms } from "./listShape.ts";
import { type Checks, type Refused, refused, signedList } from "./signed.ts";

export { type Checks, LIST_REFUSALS, type ListRefusal, type Refused } from "./signed.ts";

/** Lists that a terminal decides by while its line is down: checked once when they come, and kept. */

/** As the server answers it, and as a terminal keeps it. */
export interface Delivered {
  /** Compact JWS of the list. */
  readonly list: string;
  /** Compact JWS that says for which terminal it counts, and until when. */
  readonly validity: string;
}

export interface AccountRangeList {
  readonly kind: "list";
  /** What a report names it by. */
  readonly version: string;
  readonly issuedAt: number;
  readonly validUntil: number;
  readonly locationId: string | null;
  readonly terms: readonly Terms[];
  readonly ranges: readonly (readonly [low: string, high: string, terms: readonly number[]])[];
}

export async function takeAccountRangeList(
  { list, validity }: Delivered,
  checks: Checks,
): Promise<AccountRangeList | Refused> {
  const wanted = { kind: "ACCOUNT_RANGES", typ: "admittance-list+jws", shape: accountRangePayload } as const;
  const taken = await signedList(list, validity, wanted, checks);
  if (taken.kind === "refused") return taken;
  const { version, issuedAt, validUntil } = taken;
  const { locationId, terms, ranges } = taken.payload;
  if (ranges.some(([low, high, places]) => low > high || places.some((place) => place >= terms.length)))
    return refused("MALFORMED");
  return { kind: "list", version, issuedAt, validUntil, locationId, terms, ranges };
}
