import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { decideByLists, OFFLINE_REFUSALS } from "../../src/terminalKit/decide.ts";
import { nameCard, takeWhitelist } from "../../src/terminalKit/whitelist.ts";
import { listHash, sentHash } from "../../src/vault/listHashing.ts";

/** The published vectors of whitelists, by which makers of terminals check their own: ours gives the same, on both sides. */

const text = z.string();
const group = { terms: z.array(z.int()), from: text.nullable(), to: text.nullable() };
const vectors = z
  .strictObject({
    terminal: text,
    takenAt: text,
    keys: z.object({ keys: z.array(z.looseObject({ kty: text })) }),
    encryptionKey: z.looseObject({ kty: text }),
    payload: text,
    version: text,
    validityPayload: text,
    signed: text,
    list: text,
    validity: text,
    cases: z.array(
      z.strictObject({
        what: text,
        pan: text,
        hash: text.nullable(),
        at: text,
        letIn: z.strictObject({ ofCard: z.int(), underRuleset: z.record(text, z.int()) }),
        expected: z.union([
          z.strictObject({ kind: z.literal("admitted"), ruleset: text, cost: z.enum(["FREE", "PAID"]) }),
          z.strictObject({ kind: z.literal("refused"), why: z.enum(OFFLINE_REFUSALS) }),
        ]),
      }),
    ),
    madeOf: z.strictObject({ listed: z.array(z.strictObject({ ...group, pans: z.array(text) })) }),
  })
  .parse(JSON.parse(readFileSync(new URL("../../docs/terminals/whitelist.json", import.meta.url), "utf8")));

const payload = z
  .looseObject({
    secrets: z.object({ listKey: text, locationSecret: text }),
    groups: z.array(z.strictObject({ ...group, hashes: text })),
  })
  .parse(JSON.parse(vectors.payload));

async function taken() {
  const whitelist = await takeWhitelist(vectors, {
    keys: vectors.keys,
    serialNumber: vectors.terminal,
    encryptionKey: vectors.encryptionKey,
    newestIssuedAt: null,
    now: Date.parse(vectors.takenAt),
  });
  if (whitelist.kind !== "whitelist") throw new Error(`the published list is refused: ${whitelist.why}`);
  return whitelist;
}

describe("the published whitelist", () => {
  test("isTaken, and says what the vectors say", async () => {
    expect((await taken()).version).toBe(vectors.version);
    const bytes = (jws: string): string => Buffer.from(jws.split(".")[1] ?? "", "base64url").toString();
    expect([bytes(vectors.signed), bytes(vectors.validity)]).toEqual([
      vectors.payload,
      vectors.validityPayload,
    ]);
  });

  test("isHashedAsTheServerHashesIt", () => {
    const [key, secret] = [payload.secrets.listKey, payload.secrets.locationSecret].map((one) =>
      Buffer.from(one, "base64url"),
    );
    if (key === undefined || secret === undefined) throw new Error("there are two");
    const groups = vectors.madeOf.listed.map(({ pans, ...own }) => {
      const hashes = pans.map((pan) => sentHash(secret, listHash(key, pan)));
      return { ...own, hashes: Buffer.concat(hashes.sort((a, b) => a.compare(b))).toString("base64url") };
    });
    expect(groups).toEqual(payload.groups);
  });

  test.each(vectors.cases)("$what", async ({ pan, hash, at, letIn, expected }) => {
    const named = await nameCard(await taken(), pan);
    if (hash !== null) expect(Buffer.from(named.hash ?? []).toString("base64url")).toBe(hash);
    const decision = decideByLists({ ranges: null, named }, pan, Date.parse(at), {
      ofCard: letIn.ofCard,
      underRuleset: (id) => letIn.underRuleset[id] ?? 0,
    });
    expect(
      decision.kind === "admitted"
        ? { kind: "admitted", ruleset: decision.terms.ruleset.id, cost: decision.terms.cost }
        : { kind: "refused", why: decision.why },
    ).toEqual(expected);
  });
});
