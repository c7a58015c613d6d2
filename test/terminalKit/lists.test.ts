import { CompactSign, exportJWK, generateKeyPair, type JSONWebKeySet } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { LIST_REFUSALS, takeAccountRangeList } from "../../src/terminalKit/lists.ts";

/** Lists as docs/terminals.md says them, made here by hand: what a terminal takes, and what it does not. */

const ISSUED = Date.UTC(2027, 4, 10, 12);
const HOUR = 3_600_000;
const TERMS = {
  ruleset: { id: "01J00000000000000000000RA1", version: 3 },
  from: null,
  to: null,
  cost: "FREE",
  fee: null,
  guests: {
    max: 1,
    adults: { max: 1, free: 1, paid: 0, fee: null },
    children: { max: 0, free: 0, paid: 0, fee: null },
    freeUnderAge: null,
  },
  perCardAndDay: 1,
  perTerminalAndDay: null,
};
const LIST = {
  kind: "ACCOUNT_RANGES",
  format: 1,
  locationId: "01J00000000000000000000PA1",
  terms: [TERMS],
  ranges: [["5555550000000000000", "5555559999999999999", [0]]],
};

interface Signer {
  readonly keys: JSONWebKeySet;
  sign(payload: unknown, typ: string, alg?: string): Promise<string>;
}

async function signer(kid: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  return {
    keys: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" }] },
    sign: async (payload, typ) =>
      await new CompactSign(Buffer.from(JSON.stringify(payload)))
        .setProtectedHeader({ alg: "ES256", kid, typ })
        .sign(privateKey),
  };
}

async function versionOf(list: unknown): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(JSON.stringify(list)))).toString(
    "base64url",
  );
}

async function deliver(by: Signer, list: unknown = LIST, validity: Record<string, unknown> = {}) {
  const said = {
    kind: "ACCOUNT_RANGES",
    format: 1,
    list: await versionOf(list),
    terminal: "T-1",
    issuedAt: new Date(ISSUED).toISOString(),
    validUntil: new Date(ISSUED + 72 * HOUR).toISOString(),
    ...validity,
  };
  return {
    list: await by.sign(list, "admittance-list+jws"),
    validity: await by.sign(said, "admittance-validity+jws"),
  };
}

let server: Signer;
let stranger: Signer;
let sameName: Signer;
beforeAll(async () => {
  [server, stranger, sameName] = await Promise.all([signer("k1"), signer("k2"), signer("k1")]);
});

function checks(overrides: Partial<Parameters<typeof takeAccountRangeList>[1]> = {}) {
  return { keys: server.keys, serialNumber: "T-1", newestIssuedAt: null, now: ISSUED + HOUR, ...overrides };
}

/** One character of the part is another: the first, so that no unused bits of the last hide it. */
function altered(jws: string, part: 0 | 1 | 2): string {
  const parts = jws.split(".");
  const [first = "", ...rest] = parts[part] ?? "";
  parts[part] = (first === "A" ? "B" : "A") + rest.join("");
  return parts.join(".");
}

describe("a list", () => {
  test("isTakenAsItWasMade", async () => {
    const taken = await takeAccountRangeList(await deliver(server), checks());
    expect(taken).toEqual({
      kind: "list",
      version: await versionOf(LIST),
      issuedAt: ISSUED,
      validUntil: ISSUED + 72 * HOUR,
      locationId: LIST.locationId,
      terms: [TERMS],
      ranges: LIST.ranges,
    });
  });

  test("aNewValidityMakesAnUnchangedListCountLonger", async () => {
    const { list } = await deliver(server);
    const { validity } = await deliver(server, LIST, {
      issuedAt: new Date(ISSUED + 48 * HOUR).toISOString(),
      validUntil: new Date(ISSUED + 120 * HOUR).toISOString(),
    });
    const taken = await takeAccountRangeList(
      { list, validity },
      checks({ now: ISSUED + 100 * HOUR, newestIssuedAt: ISSUED }),
    );
    expect(taken).toMatchObject({ kind: "list", validUntil: ISSUED + 120 * HOUR });
  });

  test("countsUntilTheMillisecondItRunsOut", async () => {
    const one = await deliver(server);
    const at = (now: number) => takeAccountRangeList(one, checks({ now }));
    expect(await at(ISSUED + 72 * HOUR - 1)).toMatchObject({ kind: "list" });
    expect(await at(ISSUED + 72 * HOUR)).toEqual({ kind: "refused", why: "EXPIRED" });
  });

  test("eachWrongOneIsRefusedAndNamed", async () => {
    const good = await deliver(server);
    const other = await deliver(server, { ...LIST, terms: [{ ...TERMS, perCardAndDay: null }] });
    const cut = (jws: string): string => jws.slice(0, -10);
    const wrong: readonly (readonly [string, { list: string; validity: string }, object, string])[] = [
      ["no JWS", { ...good, list: "list" }, {}, "MALFORMED"],
      ["no list", { ...good, list: good.validity }, {}, "MALFORMED"],
      ["no validity", { ...good, validity: good.list }, {}, "MALFORMED"],
      ["a stranger's", await deliver(stranger), {}, "UNKNOWN_KEY"],
      ["a stranger's key of the same name", await deliver(sameName), {}, "BAD_SIGNATURE"],
      ["payload altered", { ...good, list: altered(good.list, 1) }, {}, "BAD_SIGNATURE"],
      ["signature altered", { ...good, list: altered(good.list, 2) }, {}, "BAD_SIGNATURE"],
      ["validity altered", { ...good, validity: altered(good.validity, 1) }, {}, "BAD_SIGNATURE"],
      ["header altered", { ...good, list: altered(good.list, 0) }, {}, "MALFORMED"],
      ["truncated", { ...good, list: cut(good.list) }, {}, "BAD_SIGNATURE"],
      ["validity truncated", { ...good, validity: cut(good.validity) }, {}, "BAD_SIGNATURE"],
      ["another list's validity", { ...good, validity: other.validity }, {}, "OTHER_LIST"],
      ["another terminal's", good, { serialNumber: "T-2" }, "OTHER_TERMINAL"],
      ["older than one that was seen", good, { newestIssuedAt: ISSUED + 1 }, "OLDER_THAN_SEEN"],
      ["expired", good, { now: ISSUED + 72 * HOUR }, "EXPIRED"],
      [
        "a place that is not there",
        await deliver(server, { ...LIST, ranges: [["5555550000000000000", "5555559999999999999", [1]]] }),
        {},
        "MALFORMED",
      ],
      ["another format", await deliver(server, { ...LIST, format: 2 }), {}, "MALFORMED"],
    ];
    for (const [what, delivered, overrides, why] of wrong) {
      const taken = await takeAccountRangeList(delivered, checks(overrides));
      expect(taken, what).toEqual({ kind: "refused", why });
    }
    // Each way to be wrong was tried.
    const ofAnyList = LIST_REFUSALS.filter((why) => why !== "UNREADABLE");
    expect(new Set(wrong.map(([, , , why]) => why))).toEqual(new Set(ofAnyList));
  });

  test("isNeverTakenByAnAlgorithmThatProvesNothing", async () => {
    const good = await deliver(server);
    const [, payload = ""] = good.list.split(".");
    const header = (alg: string): string =>
      Buffer.from(JSON.stringify({ alg, kid: "k1", typ: "admittance-list+jws" })).toString("base64url");
    for (const forged of [`${header("none")}.${payload}.`, `${header("HS256")}.${payload}.AAAA`]) {
      expect(await takeAccountRangeList({ ...good, list: forged }, checks())).toEqual({
        kind: "refused",
        why: "MALFORMED",
      });
    }
  });
});
