import type { RulesetVersion } from "../../../../src/domain/ruleset/stream.ts";
import type { CheckFacts } from "../../../../src/domain/ruleset/evaluate/facts.ts";
import { rulesetInput } from "../../../../src/domain/ruleset/input.ts";
import { padPan } from "../../../../src/domain/accountRange.ts";
import { RULESETS } from "../ids.ts";
import { Random } from "../random.ts";
import { someFacts } from "./facts.ts";
import { someVersions } from "./rulesets.ts";
import { COUNTRIES, ICAS, someNow } from "./vocabulary.ts";

/** All that a decision depends on, made from one number. */
export interface World {
  readonly published: readonly RulesetVersion[];
  readonly facts: CheckFacts;
}

/** Rulesets that apply to nobody, so many that the index has to arrange them further. */
export const FILLER: readonly RulesetVersion[] = [
  ...ICAS.map((ica) => ({ icas: [{ ica }] })),
  ...COUNTRIES.map((country) => ({ issuerCountries: [country] })),
  {},
].flatMap((criteria, group) =>
  Array.from({ length: 9 }, (_, index) => ({
    id: `01J0000000000000000000F${String(group)}0${String(index)}`,
    version: 1,
    body: rulesetInput.parse({
      name: "filler",
      priority: 0,
      criteria: {
        ...criteria,
        ...(index % 2 === 0 ? { productCodes: ["XXX"] } : { locations: { countries: ["XXX"] } }),
      },
    }),
    inForceFrom: 0,
    inForceTo: null,
  })),
);

export function worldOf(seed: number): World {
  const random = new Random(seed);
  const now = someNow(random);
  const digits = random.pick([16, 16, 19, 12]);
  const padded = padPan(`51${random.times(digits - 2, () => String(random.upTo(9))).join("")}`);
  const published = RULESETS.slice(0, random.pick([0, 1, 1, 1, 2, 2, 3, 4])).flatMap((id) =>
    someVersions(random, id, now, padded),
  );
  return { published, facts: someFacts(random, now, padded, published) };
}
