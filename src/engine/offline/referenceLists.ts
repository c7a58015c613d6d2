import { z } from "zod";
import { allListed } from "./whitelist/entries.ts";
import { termsAt } from "./whitelist/whitelists.ts";
import type { PosRequest } from "../entry/request.ts";
import type { Services } from "../services.ts";
import { Slices } from "../slices.ts";

/**
 * Lists as the source document has them ("Check possibility to entry in offline mode", "Allow offline entrances for
 * cardholder from whitelist"): plain, and hashed with one secret that all terminals share. For terminals of the reference
 * profile, and only where the operator has set that secret.
 */

export interface BinRange {
  /** 19 digits each, both included. */
  readonly low: string;
  readonly high: string;
}

const terms = z.object({ from: z.iso.datetime().nullable(), to: z.iso.datetime().nullable() });
const payload = z.object({
  terms: z.array(terms),
  ranges: z.array(z.tuple([z.string(), z.string(), z.array(z.int())])),
});

/** The ranges of a list whose cards are let in now. */
export function binRangesNow(list: Buffer, now: number): readonly BinRange[] {
  const read = payload.parse(JSON.parse(list.toString()));
  const inForce = read.terms.map((one) => isInForce(one, now));
  return read.ranges.flatMap(([low, high, places]) =>
    places.some((place) => inForce[place] === true) ? [{ low, high }] : [],
  );
}

/** HMAC-SHA256 of each number that is listed here now, in hex, ascending. */
export async function referenceHashes(
  services: Services,
  { terminal, location, opening, now }: PosRequest,
): Promise<readonly string[]> {
  const { portfolio } = await services.rulesets.at(opening.rulesets);
  const trust = terminal.life.credential?.trust ?? "BEARER";
  const listed = termsAt(portfolio, location, trust, now);
  if (location === null) return [];
  const inForce = new Set(listed.terms.filter((one) => isInForce(one, now)).map(({ ruleset }) => ruleset.id));
  if (inForce.size === 0) return [];
  const hashes = new Set<string>();
  const slices = new Slices();
  for (const scopeId of [location.id, ...inForce]) {
    for await (const page of allListed(services.pool, scopeId)) {
      for (const { referenceHash, validFrom, validTo } of page) {
        const counts = (validFrom ?? now) <= now && now < (validTo ?? now + 1);
        if (counts && referenceHash !== null) hashes.add(referenceHash.toString("hex"));
      }
      await slices.pause();
    }
  }
  return [...hashes].sort();
}

function isInForce({ from, to }: z.infer<typeof terms>, now: number): boolean {
  return (from === null || Date.parse(from) <= now) && (to === null || now < Date.parse(to));
}
