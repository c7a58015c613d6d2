import type { WhitelistTerms } from "../../../domain/offline/whitelist.ts";
import { type Instant, isoOrNull } from "../../../domain/time.ts";
import { SENT_HASH_BYTES, sentHash } from "../../../vault/listHashing.ts";
import type { Services } from "../../services.ts";
import { Slices } from "../../slices.ts";
import { allListed } from "./entries.ts";
import { PackedRows, sortedOrder } from "./packedRows.ts";

/** Cards that are let in for the same, at the same time: their hashes as a place's terminals get them. */
export interface ListedGroup {
  /** Places in the list's `terms`, ascending. */
  readonly terms: readonly number[];
  /** RFC 3339; null: without a beginning, or an end. */
  readonly from: string | null;
  readonly to: string | null;
  /** 16 bytes each, ascending, one after the other; base64url. */
  readonly hashes: string;
}

/** Hashed at one go, before others have their turn. */
const AT_ONCE = 256;

/**
 * The lists of the place and of each ruleset there, hashed by the place's secret. What is over by now is left out. Groups
 * come in an order that depends on nothing but what is in them.
 */
export async function listedGroups(
  { pool }: Pick<Services, "pool">,
  locationId: string,
  { terms, ofRuleset }: WhitelistTerms,
  secret: Buffer,
  now: Instant,
): Promise<readonly ListedGroup[]> {
  const slices = new Slices();
  const scopes = [[locationId, terms.map((_, place) => place)] as const, ...ofRuleset];
  const groups: { readonly head: Omit<ListedGroup, "hashes">; readonly rows: PackedRows }[] = [];
  for (const [scopeId, places] of scopes) {
    const byValidity = new Map<string, PackedRows>();
    for await (const page of allListed(pool, scopeId)) {
      for (const [index, { hash, validFrom, validTo }] of page.entries()) {
        if (validTo !== null && validTo <= now) continue;
        const name = `${String(validFrom)} ${String(validTo)}`;
        let rows = byValidity.get(name);
        if (rows === undefined) {
          rows = new PackedRows(SENT_HASH_BYTES);
          byValidity.set(name, rows);
          groups.push({ head: { terms: places, from: isoOrNull(validFrom), to: isoOrNull(validTo) }, rows });
        }
        rows.add().set(sentHash(secret, hash));
        if (index % AT_ONCE === 0) await slices.pause();
      }
    }
  }
  const listed: ListedGroup[] = [];
  for (const { head, rows } of groups) listed.push({ ...head, hashes: await packed(rows, slices) });
  return listed.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

async function packed(rows: PackedRows, slices: Slices): Promise<string> {
  const order = await sortedOrder(rows, slices);
  const bytes = Buffer.allocUnsafe(order.length * SENT_HASH_BYTES);
  for (const [place, index] of order.entries()) bytes.set(rows.row(index), place * SENT_HASH_BYTES);
  return bytes.toString("base64url");
}

function keyOf({ terms, from, to }: ListedGroup): string {
  return JSON.stringify([terms, from, to]);
}
