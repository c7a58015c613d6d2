import fc from "fast-check";
import {
  CompactEncrypt,
  CompactSign,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
} from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { decideByLists, type LetIn, type Lists, type OfflineRefusal } from "../../src/terminalKit/decide.ts";
import type { Terms } from "../../src/terminalKit/listShape.ts";
import type { AccountRangeList } from "../../src/terminalKit/lists.ts";
import { nameCard, takeWhitelist, type Whitelist } from "../../src/terminalKit/whitelist.ts";
import { listHash, sentHash } from "../../src/vault/listHashing.ts";
import { testPan } from "../support/programme.ts";

/** Whitelists as docs/terminals.md says them, made here by hand; and what a terminal with both lists decides. */

const ISSUED = Date.UTC(2027, 4, 10, 12);
const HOUR = 3_600_000;
const NOW = ISSUED + HOUR;
const LIST_KEY = Buffer.alloc(32, 1);
const SECRET = Buffer.alloc(32, 2);
const PANS = Array.from({ length: 6 }, (_, index) => testPan(index));
const PAN = testPan(0);

interface Group {
  readonly terms: readonly number[];
  readonly from: string | null;
  readonly to: string | null;
  readonly pans: readonly string[];
}

function termsOf(id: string, overrides: Partial<Terms> = {}): Terms {
  const kind = { max: 1, free: 1, paid: 0, fee: null };
  return {
    ruleset: { id, version: 1 },
    from: null,
    to: null,
    cost: "FREE",
    fee: null,
    guests: { max: 1, adults: kind, children: kind, freeUnderAge: null },
    perCardAndDay: null,
    perTerminalAndDay: null,
    ...overrides,
  };
}

function hashesOf(pans: readonly string[]): string {
  const hashes = pans.map((pan) => sentHash(SECRET, listHash(LIST_KEY, pan)));
  return Buffer.concat(hashes.sort((a, b) => a.compare(b))).toString("base64url");
}

function payloadOf(terms: readonly Terms[], groups: readonly Group[]): Record<string, unknown> {
  return {
    kind: "WHITELIST",
    format: 1,
    locationId: "01J00000000000000000000PA1",
    keyId: "ls-1",
    secrets: { listKey: LIST_KEY.toString("base64url"), locationSecret: SECRET.toString("base64url") },
    terms,
    groups: groups.map(({ pans, ...group }) => ({ ...group, hashes: hashesOf(pans) })),
  };
}

const PAYLOAD = payloadOf([termsOf("A")], [{ terms: [0], from: null, to: null, pans: PANS.slice(0, 3) }]);

let keys: JSONWebKeySet;
let signing: CryptoKey;
let stranger: CryptoKey;
let own: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };
let another: CryptoKey;
let rsa: CryptoKey;
beforeAll(async () => {
  const pair = await generateKeyPair("ES256");
  signing = pair.privateKey;
  keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "ES256", use: "sig" }] };
  stranger = (await generateKeyPair("ES256")).privateKey;
  own = await generateKeyPair("ECDH-ES");
  another = (await generateKeyPair("ECDH-ES", { crv: "P-384" })).privateKey;
  rsa = (await generateKeyPair("RSA-OAEP-256")).privateKey;
});

async function sign(bytes: Uint8Array, typ: string, key = signing): Promise<string> {
  return await new CompactSign(bytes).setProtectedHeader({ alg: "ES256", kid: "k1", typ }).sign(key);
}

interface Made {
  readonly payload?: Record<string, unknown>;
  readonly said?: Record<string, unknown>;
  readonly typ?: string;
  readonly key?: CryptoKey;
  readonly enc?: string;
}

async function deliver({ payload = PAYLOAD, said = {}, typ, key, enc = "A256GCM" }: Made = {}) {
  const bytes = Buffer.from(JSON.stringify(payload));
  const version = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("base64url");
  const validity = {
    kind: "WHITELIST",
    format: 1,
    list: version,
    terminal: "T-1",
    issuedAt: new Date(ISSUED).toISOString(),
    validUntil: new Date(ISSUED + 72 * HOUR).toISOString(),
    ...said,
  };
  const inner = await sign(bytes, typ ?? "admittance-whitelist+jws", key);
  return {
    list: await new CompactEncrypt(Buffer.from(inner))
      .setProtectedHeader({ alg: "ECDH-ES", enc })
      .encrypt(own.publicKey),
    validity: await sign(Buffer.from(JSON.stringify(validity)), "admittance-validity+jws", key),
  };
}

async function take(delivered: Awaited<ReturnType<typeof deliver>>, encryptionKey = own.privateKey) {
  return await takeWhitelist(delivered, {
    keys,
    serialNumber: "T-1",
    newestIssuedAt: null,
    now: NOW,
    encryptionKey,
  });
}

async function taken(payload: Record<string, unknown> = PAYLOAD): Promise<Whitelist> {
  const list = await take(await deliver({ payload }));
  if (list.kind !== "whitelist") throw new Error(`refused: ${list.why}`);
  return list;
}

const NOTHING_YET: LetIn = { ofCard: 0, underRuleset: () => 0 };

describe("a whitelist", () => {
  test("isTaken, and names the cards that it was made of", async () => {
    const whitelist = await taken();
    for (const [index, pan] of PANS.entries()) {
      const lists = { ranges: null, named: await nameCard(whitelist, pan) };
      const decision = decideByLists(lists, pan, NOW, NOTHING_YET);
      expect(decision, pan).toMatchObject(
        index < 3 ? { kind: "admitted", mode: "WHITELIST" } : { kind: "refused", why: "NOT_LISTED" },
      );
    }
  });

  test("thatIsWrongIsRefusedAndNamed", async () => {
    const good = await deliver();
    const [head = "", ...rest] = good.list.split(".");
    const group = { terms: [0], from: null, to: null };
    const hashes = hashesOf(PANS);
    const wrongs: readonly (readonly [string, Awaited<ReturnType<typeof deliver>>, string, CryptoKey?])[] = [
      ["for another key of another curve", good, "UNREADABLE", another],
      ["for an RSA key", good, "UNREADABLE", rsa],
      ["altered outside", { ...good, list: [`${head}x`, ...rest].join(".") }, "UNREADABLE"],
      ["no JWE", { ...good, list: "x" }, "UNREADABLE"],
      ["encrypted in another way", await deliver({ enc: "A128GCM" }), "UNREADABLE"],
      ["by somebody else", await deliver({ key: stranger }), "BAD_SIGNATURE"],
      ["a list of another kind", await deliver({ typ: "admittance-list+jws" }), "MALFORMED"],
      ["said of another kind", await deliver({ said: { kind: "ACCOUNT_RANGES" } }), "MALFORMED"],
      [
        "said of another list",
        { ...good, validity: (await deliver({ said: { list: "x" } })).validity },
        "OTHER_LIST",
      ],
      ["another terminal's", await deliver({ said: { terminal: "T-2" } }), "OTHER_TERMINAL"],
      ["over", await deliver({ said: { validUntil: new Date(NOW).toISOString() } }), "EXPIRED"],
      ["without secrets", await deliver({ payload: { ...PAYLOAD, secrets: null } }), "MALFORMED"],
      [
        "with terms that are not there",
        await deliver({ payload: { ...PAYLOAD, groups: [{ ...group, terms: [1], hashes }] } }),
        "MALFORMED",
      ],
      [
        "not in order",
        await deliver({
          payload: {
            ...PAYLOAD,
            groups: [
              {
                ...group,
                hashes: Buffer.from(hashes, "base64url").reverse().toString("base64url"),
              },
            ],
          },
        }),
        "MALFORMED",
      ],
      [
        "cut in a hash",
        await deliver({ payload: { ...PAYLOAD, groups: [{ ...group, hashes: hashes.slice(0, 20) }] } }),
        "MALFORMED",
      ],
    ];
    for (const [what, delivered, why, key] of wrongs)
      expect(await take(delivered, key), what).toEqual({ kind: "refused", why });
  });
});

/** What is decided, told in the plainest words: every group and every term is looked at. */
function naive(
  groups: readonly Group[],
  terms: readonly Terms[],
  rangeTerms: readonly Terms[],
  pan: string,
  letIn: LetIn,
): string {
  let why: OfflineRefusal = "NOT_LISTED";
  const among = (mode: string, some: readonly Terms[]): string | null => {
    let stopped: OfflineRefusal | null = null;
    for (const one of some) {
      if (one.from !== null && NOW < Date.parse(one.from)) continue;
      if (one.to !== null && NOW >= Date.parse(one.to)) continue;
      if (one.perCardAndDay !== null && letIn.ofCard >= one.perCardAndDay) stopped = "CAP_OF_CARD";
      else if (one.perTerminalAndDay !== null && letIn.underRuleset(one.ruleset.id) >= one.perTerminalAndDay)
        stopped = "CAP_OF_TERMINAL";
      else return `${mode} ${one.ruleset.id}`;
    }
    why = stopped ?? why;
    return null;
  };
  const named = terms.filter((_, place) =>
    groups.some(
      (group) =>
        group.pans.includes(pan) &&
        group.terms.includes(place) &&
        (group.from === null || Date.parse(group.from) <= NOW) &&
        (group.to === null || NOW < Date.parse(group.to)),
    ),
  );
  return among("BIN_RANGE", rangeTerms) ?? among("WHITELIST", named) ?? why;
}

const instants = fc.constantFrom(null, ...[-1, 0, 1].map((off) => new Date(NOW + off).toISOString()));
const caps = fc.constantFrom(null, 0, 1, 2);
const someTerms = fc.array(
  fc.record({ from: instants, to: instants, perCardAndDay: caps, perTerminalAndDay: caps }),
  { maxLength: 3 },
);

test("aTerminalWithBothListsDecidesAsThePlainestModel", async () => {
  await fc.assert(
    fc.asyncProperty(
      someTerms,
      someTerms,
      fc.array(
        fc.record({
          places: fc.uniqueArray(fc.nat(2), { minLength: 1 }),
          from: instants,
          to: instants,
          cards: fc.uniqueArray(fc.nat(PANS.length - 1), { minLength: 1 }),
        }),
        { maxLength: 4 },
      ),
      fc.nat(PANS.length - 1),
      fc.nat(2),
      fc.nat(2),
      async (listed, ofRange, drawn, card, ofCard, ofRuleset) => {
        const terms = listed.map((one, place) => termsOf(`W${String(place)}`, one));
        const rangeTerms = ofRange.map((one, place) => termsOf(`R${String(place)}`, one));
        const groups = drawn.flatMap(({ places, from, to, cards }): readonly Group[] => {
          const there = places.filter((place) => place < terms.length).sort();
          return there.length === 0
            ? []
            : [{ terms: there, from, to, pans: cards.map((index) => PANS[index] ?? "") }];
        });
        const pan = PANS[card] ?? "";
        const letIn: LetIn = { ofCard, underRuleset: () => ofRuleset };
        const lists: Lists = {
          ranges: rangeListOf(rangeTerms),
          named: await nameCard(await taken(payloadOf(terms, groups)), pan),
        };
        const decision = decideByLists(lists, pan, NOW, letIn);
        const told =
          decision.kind === "admitted" ? `${decision.mode} ${decision.terms.ruleset.id}` : decision.why;
        expect(told).toBe(naive(groups, terms, rangeTerms, pan, letIn));
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test("ofSeveralGroupsTheTermsThatStandFirstInTheListCount", async () => {
  const always = { from: null, to: null, pans: [PAN] };
  const groups = [
    { ...always, terms: [1] },
    { ...always, terms: [0] },
  ];
  const named = await nameCard(await taken(payloadOf([termsOf("A"), termsOf("B")], groups)), PAN);
  expect(decideByLists({ ranges: null, named }, PAN, NOW, NOTHING_YET)).toMatchObject({
    terms: { ruleset: { id: "A" } },
  });
});

test("withoutAListItSaysSo, and what stopped a card last is said of two", async () => {
  const named = await nameCard(await taken(), PAN);
  const decide = (lists: Lists, pan = PAN, now = NOW) => decideByLists(lists, pan, now, NOTHING_YET);
  expect(decide({ ranges: null, named: null })).toMatchObject({ why: "NO_LIST", listVersion: null });
  expect(decide({ ranges: null, named }, PAN, ISSUED + 72 * HOUR)).toMatchObject({ why: "NO_LIST" });
  expect(decide({ ranges: rangeListOf([]), named: null })).toMatchObject({ why: "NOT_LISTED" });
  expect(decide({ ranges: null, named }, "5555555555554445")).toMatchObject({ why: "NO_CARD_NUMBER" });
  const full = rangeListOf([termsOf("R", { perCardAndDay: 0 })]);
  const unnamed = await nameCard(await taken(), PANS[5] ?? "");
  expect(decide({ ranges: full, named: unnamed })).toMatchObject({
    why: "CAP_OF_CARD",
    listVersion: "ranges",
  });
});

function rangeListOf(terms: readonly Terms[]): AccountRangeList {
  const all = terms.map((_, place) => place);
  return {
    kind: "list",
    version: "ranges",
    issuedAt: ISSUED,
    validUntil: ISSUED + 72 * HOUR,
    locationId: null,
    terms,
    ranges: [["5555550000000000000", "5555559999999999999", all]],
  };
}
