import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAIRING_CODE_LIVES } from "../../src/domain/policies.ts";
import { MINUTE } from "../../src/domain/time.ts";
import { type Scope, type Visibility, visibilityOf } from "../../src/domain/user/access.ts";
import type { Projections } from "../../src/projections/index.ts";
import { RULES, SITES } from "./random.ts";
import { ALL, openWorld, type TestWorld } from "./support.ts";
import { BY, id, ISSUER, OTHER_ISSUER, type Traffic } from "./traffic.ts";

const NOBODY = { icas: [], merchantIds: [], locationIds: [] };
const [FIRST, SECOND] = [SITES[0].merchantId ?? "", SITES[1].merchantId ?? ""];
const [ANN, BOB] = [id(930_000), id(930_001)];

let world: TestWorld;
let traffic: Traffic;
let projections: Projections;

beforeAll(async () => {
  world = await openWorld("memory");
  traffic = world.traffic;
  projections = await world.instance();
});

afterAll(async () => {
  await world.dispose();
});

async function settled(): Promise<void> {
  if (!(await projections.waitFor(traffic.position, 20_000)))
    throw new Error("the read models did not get there");
}

describe("the directory", () => {
  beforeAll(async () => {
    const by = { now: traffic.now, by: BY };
    await traffic.merchant(FIRST, "Żabka");
    await traffic.merchant(SECOND, "100% Travel");
    await traffic.location(SITES[0], "Warsaw");
    await traffic.location(SITES[1], "Berlin");
    await traffic.location(SITES[2], "Warsaw");
    for (const [serialNumber, locationId] of [
      ["T-1", SITES[0].id],
      ["T-2", SITES[1].id],
      ["T-3", null],
      ["T-4", SITES[0].id],
    ] as const) {
      await traffic.terminal(serialNumber, {
        type: "Register",
        serialNumber,
        locationId,
        profile: "standard",
        ...by,
      });
    }
    await traffic.terminal("T-1", { type: "IssueCode", codeId: id(1), codeHash: "secret-hash", ...by });
    const keys = { publicKey: "public-key", encryptionKey: null, credentialId: id(2) };
    await traffic.terminal("T-1", {
      type: "Pair",
      now: traffic.now,
      codeId: id(1),
      codeHash: "secret-hash",
      ...keys,
    });
    await traffic.terminal("T-2", { type: "IssueCode", codeId: id(3), codeHash: "secret-hash", ...by });
    await traffic.terminal("T-4", { type: "Remove", expected: null, reason: null, ...by });
    await traffic.user(ANN, "Ann@example.com");
    await traffic.user(BOB, "bob@example.com");
    await traffic.key(id(940_000), "Nightly");
    traffic.now += MINUTE;
    await traffic.user(BOB, null);
    await traffic.publish(RULES[0], { name: "For one", criteria: { icas: [{ ica: ISSUER.ica }] } });
    await traffic.draft(RULES[1], { name: "For all" });
    await traffic.publish(RULES[2], {
      name: "For the other",
      criteria: { icas: [{ ica: OTHER_ISSUER.ica }] },
    });
    await settled();
  });

  const names = async (...args: Parameters<Projections["directory"]["list"]>) =>
    (await projections.directory.list(...args)).items.map((item) => ("body" in item ? item.id : ""));
  const serials = async (filter = {}, visibility: Parameters<Projections["directory"]["list"]>[2] = ALL) =>
    (await projections.directory.terminals(filter, visibility, {})).items.map((one) => one.serialNumber);

  test("a listing tells a terminal's place and state, and neither its code's hash nor its keys", async () => {
    const page = await projections.directory.terminals({}, ALL, {});
    expect(page.total).toBe(3);
    const at = new Date(traffic.now - MINUTE);
    expect(page.items[0]).toEqual({
      serialNumber: "T-1",
      lastAttemptAt: null,
      lastSeenAt: null,
      lists: [],
      numbers: [],
      reportedAt: null,
      revision: 2,
      status: "ACTIVE",
      paired: true,
      locationId: SITES[0].id,
      merchantId: FIRST,
      profile: "standard",
      about: null,
      cameBy: "PAIRING",
      connection: null,
      enrollment: {
        status: "CONSUMED",
        issuedAt: at.toISOString(),
        expiresAt: new Date(at.getTime() + PAIRING_CODE_LIVES).toISOString(),
      },
      credential: {
        id: id(2),
        status: "ACTIVE",
        trust: "KEY",
        since: at.toISOString(),
        formerUntil: null,
        endsAt: null,
      },
      createdAt: at.toISOString(),
      createdBy: BY,
      modifiedAt: at.toISOString(),
      modifiedBy: BY,
    });
    expect(JSON.stringify(page)).not.toMatch(/secret-hash|public-key/);
    const { rows } = await world.pool.query<{ text: string }>("select r::text as text from records r");
    expect(rows.filter(({ text }) => /secret-hash|public-key/.test(text))).toEqual([]);
    expect(await projections.directory.terminal("T-1", ALL)).toEqual(page.items[0]);
    expect(await projections.directory.terminal("T-4", ALL)).toBe(null);
  });

  test("filters of terminals", async () => {
    expect(await serials({ status: "PAIRED" })).toEqual(["T-1"]);
    expect(await serials({ status: "NOT_PAIRED" })).toEqual(["T-2", "T-3"]);
    expect(await serials({ locationId: SITES[1].id })).toEqual(["T-2"]);
    expect(await serials({ merchantId: FIRST })).toEqual(["T-1"]);
    expect(await serials({ name: "t-2" })).toEqual(["T-2"]);
  });

  test("filters of records; what was deleted is not found", async () => {
    expect(await names("merchant", { name: "zabka" }, ALL, {})).toEqual([FIRST]);
    expect(await names("merchant", { name: "%" }, ALL, {})).toEqual([SECOND]);
    expect(await names("merchant", { name: "_" }, ALL, {})).toEqual([]);
    expect(await names("location", { country: "POL" }, ALL, {})).toEqual([SITES[2].id, SITES[0].id]);
    expect(await names("location", { service: "FAST_LINE" }, ALL, {})).toEqual([SITES[1].id]);
    expect(await names("location", { city: "Warsaw", merchantId: FIRST }, ALL, {})).toEqual([SITES[0].id]);
    expect(await names("user", { email: "ANN@EXAMPLE.COM" }, ALL, {})).toEqual([ANN]);
    expect(await names("user", { role: "USER" }, ALL, {})).toEqual([ANN]);
    expect(await names("user", { role: "ADMIN" }, ALL, {})).toEqual([]);
    expect(await names("key", {}, ALL, {})).toEqual([id(940_000)]);
    const drafts = await projections.directory.list("ruleset", { status: "DRAFT" }, ALL, {});
    expect(drafts.items.map((life) => [life.id, life.draft?.name])).toEqual([[RULES[1], "For all"]]);
  });

  test("sorted by name or by change, either way, page by page", async () => {
    const byName = [SITES[1].id, SITES[2].id, SITES[0].id];
    traffic.now += MINUTE;
    await traffic.location(SITES[2], "Łódź");
    await settled();
    const pages = async (
      sort: "name" | "-name" | "modifiedAt" | "-modifiedAt",
    ): Promise<readonly string[]> => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await projections.directory.list("location", {}, ALL, { sort, limit: 1, cursor });
        expect([page.items.length, page.total]).toEqual([1, 3]);
        found.push(...page.items.map((one) => one.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return found;
    };
    expect(await pages("name")).toEqual(byName);
    expect(await pages("-name")).toEqual(byName.toReversed());
    expect(await pages("modifiedAt")).toEqual([SITES[0].id, SITES[1].id, SITES[2].id]);
    expect(await pages("-modifiedAt")).toEqual([SITES[2].id, SITES[1].id, SITES[0].id]);
  });

  test("a Service Provider sees its places only; an Issuer its rules and those for all", async () => {
    const provider = (scope: Partial<Scope>) =>
      visibilityOf({ role: "SERVICE_PROVIDER", scope: { ...NOBODY, ...scope } });
    const byMerchant = provider({ merchantIds: [FIRST] });
    const byLocation = provider({ locationIds: [SITES[1].id] });
    expect(await names("location", {}, byMerchant, {})).toEqual([SITES[0].id]);
    expect(await names("merchant", {}, byMerchant, {})).toEqual([FIRST]);
    expect(await serials({}, byMerchant)).toEqual(["T-1"]);
    expect(await names("location", {}, byLocation, {})).toEqual([SITES[1].id]);
    expect(await names("merchant", {}, byLocation, {})).toEqual([SECOND]);
    expect(await serials({}, byLocation)).toEqual(["T-2"]);
    for (const kind of ["location", "merchant"] as const)
      expect(await names(kind, {}, provider({}), {})).toEqual([]);
    expect(await serials({}, provider({}))).toEqual([]);
    expect(await projections.directory.get("location", SITES[0].id, byLocation)).toBe(null);
    expect(await projections.directory.terminal("T-1", byLocation)).toBe(null);
    expect((await projections.directory.get("location", SITES[0].id, byMerchant))?.body.city).toBe("Warsaw");

    const issuer = visibilityOf({ role: "ISSUER", scope: { ...NOBODY, icas: [ISSUER.ica] } });
    const rules = await projections.directory.list("ruleset", {}, issuer, {});
    expect(rules.items.map((life) => life.id)).toEqual([RULES[1], RULES[0]]);
  });
});

test("whoIsLimitedToPlacesSeesTheRulesetsForTheirs, for countries, and for no place in particular", async () => {
  const [one, other] = [SITES[0].id, SITES[1].id];
  const gone = id(906_000);
  await traffic.location({ ...SITES[0], id: gone }, "Warsaw");
  await traffic.location(gone);
  const rules = {
    forOne: { locationIds: [one] },
    forOther: { locationIds: [other] },
    forBoth: { locationIds: [other, one] },
    forGone: { locationIds: [gone] },
    forACountry: { countries: ["DEU"], locationIds: [other] },
    anywhere: undefined,
  };
  for (const [index, [name, locations]] of Object.entries(rules).entries()) {
    const criteria = locations === undefined ? null : { locations };
    await traffic.draft(id(905_000 + index), { name, criteria });
    // What is published last counts, not what is drafted for later.
    if (index % 2 === 0) {
      await traffic.publish(id(905_000 + index), { name, criteria });
      await traffic.draft(id(905_000 + index), { name, criteria: { locations: { locationIds: [other] } } });
    }
  }
  await settled();
  const seen = async (merchantIds: readonly string[], locationIds: readonly string[]) => {
    const visibility = { places: { merchantIds, locationIds }, icas: null };
    const { items } = await projections.directory.list("ruleset", {}, visibility, { limit: 500 });
    const concern = items.map((life) => (life.versions.at(-1)?.body ?? life.draft)?.name ?? "");
    return concern.filter((name) => name in rules);
  };
  const everywhere = ["anywhere", "forACountry"];
  expect(await seen([], [])).toEqual(everywhere);
  expect(await seen([], [one])).toEqual([...everywhere, "forBoth", "forOne"]);
  expect(await seen([FIRST], [])).toEqual([...everywhere, "forBoth", "forOne"]);
  expect(await seen([], [other])).toEqual([...everywhere, "forBoth", "forOther"]);
  expect(await seen([], [gone])).toEqual(everywhere);
});

describe("cards and quotas", () => {
  beforeAll(async () => {
    traffic.now += MINUTE;
    await traffic.check("C1", SITES[0], { issuer: ISSUER });
    traffic.now += MINUTE;
    await traffic.check("C2", SITES[1], { issuer: OTHER_ISSUER });
    const hand = { now: traffic.now, by: BY, reason: "lost" };
    await traffic.card("C2", { type: "FreezeCard", ...hand });
    await traffic.card("C2", { type: "EnrollCard", ...hand });
    await traffic.card("C2", {
      type: "AdjustVisits",
      adjustmentId: id(5),
      rulesetId: RULES[0],
      free: 2,
      paid: 0,
      ...hand,
    });
    await world.pool.query("insert into card_vault (card_id, mask) values ('C1', '555555******4444')");
    await settled();
  });

  test("a card tells who issued it and what was done to it", async () => {
    const at = new Date(traffic.now).toISOString();
    expect(await projections.cards.get("C2", ALL)).toEqual({
      cardId: "C2",
      maskedPan: null,
      frozen: true,
      frozenAt: at,
      frozenReason: "lost",
      enrolled: true,
      enrolledAt: at,
      aref: null,
      replacedBy: null,
      ica: OTHER_ISSUER.ica,
      issuerName: "Other Bank",
      productCode: "MPL",
      productName: null,
      issuerCountry: "DEU",
      firstSeenAt: at,
      lastSeenAt: at,
      revision: 3,
    });
    expect((await projections.cards.get("C1", ALL))?.maskedPan).toBe("555555******4444");
    expect(await projections.cards.usageOf("nobody", 0)).toBe(null);
    const [adjustment] = (await projections.cards.usageOf("C2", traffic.now))?.adjustments ?? [];
    expect(adjustment).toEqual({
      adjustmentId: id(5),
      rulesetId: RULES[0],
      at: traffic.now,
      free: 2,
      paid: 0,
    });
  });

  test("lists of cards: newest first, filtered, and only what one may see", async () => {
    const ids = async (filter: object, visibility: Parameters<Projections["cards"]["list"]>[1] = ALL) =>
      (await projections.cards.list(filter, visibility, {})).items.map(({ cardId }) => cardId);
    expect(await ids({})).toEqual(["C2", "C1"]);
    expect(await ids({ frozen: true })).toEqual(["C2"]);
    expect(await ids({ enrolled: false })).toEqual(["C1"]);
    expect(await ids({ ica: ISSUER.ica })).toEqual(["C1"]);
    expect(await ids({ productCode: "MPL" })).toEqual(["C2"]);
    expect(await ids({ country: "POL" })).toEqual(["C1"]);
    expect(await ids({ from: traffic.now })).toEqual(["C2"]);
    expect(await ids({ to: traffic.now })).toEqual(["C1"]);
    const issuer = visibilityOf({ role: "ISSUER", scope: { ...NOBODY, icas: [ISSUER.ica] } });
    expect(await ids({}, issuer)).toEqual(["C1"]);
    expect(await projections.cards.get("C2", issuer)).toBe(null);
    expect(await ids({}, { places: { merchantIds: [SECOND], locationIds: [] }, icas: null })).toEqual(["C2"]);
    expect(await ids({}, { places: { merchantIds: [], locationIds: [] }, icas: null })).toEqual([]);
    const first = await projections.cards.list({}, ALL, { sort: "lastSeenAt", limit: 1 });
    const cursor = first.nextCursor ?? "";
    const second = await projections.cards.list({}, ALL, { sort: "lastSeenAt", limit: 1, cursor });
    expect([...first.items, ...second.items].map(({ cardId }) => cardId)).toEqual(["C1", "C2"]);
    expect([second.nextCursor, second.total]).toEqual([null, 2]);
  });

  test("visits of a ruleset over all cards, counted from their confirmation and not once reversed", async () => {
    const count = async () => {
      await settled();
      return (await projections.cards.visitsOf(RULES)).get(RULES[0]) ?? 0;
    };
    const [open] = (await projections.operations.list({ cardId: "C1" }, ALL, {}, traffic.now)).items;
    const accessId = open?.accessId ?? "";
    expect(await count()).toBe(0);
    expect(await traffic.confirm("C1", accessId)).toBe(true);
    expect(await count()).toBe(1);
    const hand = { now: traffic.now, by: BY, reason: null };
    await traffic.card("C1", { type: "ReverseEntry", accessId, guests: null, timeLimited: false, ...hand });
    expect(await count()).toBe(0);
  });

  test("reservations are open until committed or given back; the sweeper gets the old ones, oldest first", async () => {
    const started = traffic.now;
    for (const [index, accessId] of ["A1", "A2", "A3", "A4"].entries()) {
      traffic.now = started + index * 1_000;
      await traffic.reserve(RULES[2], accessId, "C1");
    }
    await traffic.commit(RULES[2], "A1", "C1");
    await traffic.release(RULES[2], "A3");
    await settled();
    const second = {
      accessId: "A2",
      cardId: "C1",
      attemptKey: "A2",
      rulesetId: RULES[2],
      reservedAt: started + 1_000,
    };
    const fourth = { ...second, accessId: "A4", attemptKey: "A4", reservedAt: started + 3_000 };
    expect(await projections.orphanedReservations(started + 3_001, 10)).toEqual([second, fourth]);
    expect(await projections.orphanedReservations(started + 3_000, 10)).toEqual([second]);
    expect(await projections.orphanedReservations(started + 9_000, 1)).toEqual([second]);
    expect(await projections.quotas.openReservations(RULES[2], 10)).toEqual([second, fourth]);
    expect(await projections.quotas.openReservations(RULES[1], 10)).toEqual([]);
    expect(await projections.quotas.usedIn(RULES[2], { from: started, to: started + 3_000 })).toEqual({
      reserved: 1,
      committed: 1,
    });
  });

  test("whoIsLimitedToPlacesSeesWhenACardWasFirstAndLastSeenThere", async () => {
    const began = traffic.now;
    const iso = (at: number) => new Date(at).toISOString();
    for (const [minute, site] of [
      [1, SITES[1]],
      [2, SITES[0]],
      [3, SITES[0]],
      [4, SITES[1]],
    ] as const) {
      traffic.now = began + minute * MINUTE;
      await traffic.check("C7", site);
    }
    await settled();
    const seen = async (places: Visibility["places"]) => {
      const visibility = { places, icas: null };
      const { items } = await projections.cards.list({}, visibility, {});
      const listed = items.find(({ cardId }) => cardId === "C7");
      expect(await projections.cards.get("C7", visibility)).toEqual(listed);
      return [listed?.firstSeenAt, listed?.lastSeenAt];
    };
    const there = [iso(began + 2 * MINUTE), iso(began + 3 * MINUTE)];
    expect(await seen({ locationIds: [SITES[0].id], merchantIds: [] })).toEqual(there);
    expect(await seen({ locationIds: [], merchantIds: [FIRST] })).toEqual(there);
    expect(await seen(null)).toEqual([iso(began + MINUTE), iso(began + 4 * MINUTE)]);
  });
});
