import type { LocationBody } from "../../domain/location/events.ts";
import { LIST_LIVES } from "../../domain/policies.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { LocationFacts } from "../../domain/ruleset/evaluate/facts.ts";
import { HOUR, type Instant, iso } from "../../domain/time.ts";
import type { ListKey } from "./listKeys.ts";

/** What the lists of a place have in common. */

export function factsOf({ id, body }: RecordLife<LocationBody>): LocationFacts {
  return { id, country: body.countryCode, service: body.service, cooldownMinutes: body.cooldownMinutes };
}

export interface ListedFor {
  readonly kind: "ACCOUNT_RANGES" | "WHITELIST";
  /** SHA-256 of the list's payload in base64url. */
  readonly version: string;
  readonly serialNumber: string;
  readonly now: Instant;
}

/** Says that a list counts for a terminal, and until when. */
export interface Validity {
  readonly issuedAt: string;
  readonly validUntil: string;
  /** Compact JWS. */
  readonly validity: string;
}

export async function signValidity(
  key: ListKey,
  { kind, version, serialNumber, now }: ListedFor,
): Promise<Validity> {
  // By the hour, so that a terminal that asks often is told the same.
  const at = Math.floor(now / HOUR) * HOUR;
  const [issuedAt, validUntil] = [iso(at), iso(at + LIST_LIVES)];
  const said = { kind, format: 1, list: version, terminal: serialNumber, issuedAt, validUntil };
  const validity = await key.sign(Buffer.from(JSON.stringify(said)), "admittance-validity+jws");
  return { issuedAt, validUntil, validity };
}
