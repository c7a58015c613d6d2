import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MINUTE } from "../../src/domain/time.ts";
import { visibilityOf } from "../../src/domain/user/access.ts";
import type { Projections } from "../../src/projections/index.ts";
import { RULES, SITES } from "./random.ts";
import { ALL, openWorld, type TestWorld } from "./support.ts";
import { BY, id, ISSUER, OTHER_ISSUER, type Traffic } from "./traffic.ts";

const NOBODY = { icas: [], merchantIds: [], locationIds: [] };
const FEE = { amount: "12.50", currency: "EUR" };

let world: TestWorld;
let traffic: Traffic;
let projections: Projections;

async function settled(): Promise<void> {
  if (!(await projections.waitFor(traffic.position, 20_000)))
    throw new Error("the read models did not get there");
}

describe("operations", () => {
  let granted = "";
  let grantedAt = 0;

  beforeAll(async () => {
    world = await openWorld("memory");
    traffic = world.traffic;
    projections = await world.instance();
    await traffic.publish(RULES[0], {
      name: "Elite",
      criteria: { icas: [{ ica: ISSUER.ica }] },
      cardholder: { free: 0, paid: 3, fee: FEE },
      guests: { adults: { free: 1, paid: 3, fee: FEE } },
    });
    await world.pool.query(
      "insert into card_vault (card_id, mask) values ('C1', '555555******4444'), ('C2', null)",
    );
    grantedAt = traffic.now;
    granted = (await traffic.check("C1", SITES[0], { requestId: "r-1" })).accessId;
    traffic.now += MINUTE;
    await traffic.check("C2", SITES[1], { issuer: OTHER_ISSUER, terminal: "T-2", requestId: "r-1" });
    traffic.now += MINUTE;
    const serialNumber = "T-9";
    await traffic.terminal(serialNumber, {
      type: "Register",
      serialNumber,
      locationId: null,
      profile: "standard",
      now: traffic.now,
      by: BY,
    });
    const tap = {
      accessId: id(77),
      requestId: "r-9",
      cardId: "C3",
      entryMode: "MANUAL",
      now: traffic.now,
    } as const;
    await traffic.terminal(serialNumber, { type: "RefuseAttempt", ...tap });
    await settled();
  });

  afterAll(async () => {
    await world.dispose();
  });

  const list = async (filter: Parameters<typeof projections.operations.list>[0], now = grantedAt) =>
    (await projections.operations.list(filter, ALL, {}, now)).items.map(({ cardId }) => cardId);

  test("a grant tells all that was decided, and expires by the time that is asked about", async () => {
    const pending = await projections.operations.get(granted, ALL, grantedAt + 5 * MINUTE - 1);
    expect(pending).toEqual({
      accessId: granted,
      requestId: "r-1",
      offline: null,
      overtakenBy: [],
      cardId: "C1",
      maskedPan: "555555******4444",
      terminal: "T-1",
      merchantId: SITES[0].merchantId,
      locationId: SITES[0].id,
      locationName: "Lounge",
      country: "POL",
      service: "LOUNGE",
      type: "ONLINE",
      status: "PENDING",
      code: null,
      at: new Date(grantedAt).toISOString(),
      expiresAt: new Date(grantedAt + 5 * MINUTE).toISOString(),
      confirmedAt: null,
      lastChangeAt: new Date(grantedAt).toISOString(),
      entryMode: "CHIP",
      ica: "0001234",
      issuerName: "Test Bank",
      productCode: "WLE",
      issuerCountry: "POL",
      ruleset: { id: RULES[0], name: "Elite", version: 1 },
      cost: "PAID",
      allocation: null,
      charged: null,
      paymentStatus: "NONE",
      cardAuthResponseCode: null,
      flags: [],
      cancelReason: null,
      reversal: null,
      corrections: [],
      stream: "card-C1",
      decidedRevision: 0,
      revision: 0,
    });
    const later = grantedAt + 5 * MINUTE;
    expect((await projections.operations.get(granted, ALL, later))?.status).toBe("EXPIRED");
    expect(await list({ status: ["PENDING"] }, later - 1)).toEqual(["C1"]);
    expect(await list({ status: ["EXPIRED"] }, later - 1)).toEqual([]);
    expect(await list({ status: ["PENDING"] }, later)).toEqual([]);
    expect(await list({ status: ["EXPIRED"] }, later)).toEqual(["C1"]);
    expect(await list({ status: ["EXPIRED", "REJECTED"] }, later)).toEqual(["C3", "C2", "C1"]);
    expect(await list({ status: ["PENDING", "REJECTED"] }, later)).toEqual(["C3", "C2"]);
    expect(await projections.openGrantsPast(later - 1, 10)).toEqual([]);
    expect(await projections.openGrantsPast(later, 10)).toEqual([
      { accessId: granted, cardId: "C1", rulesetId: RULES[0] },
    ]);
  });

  test("an attempt at an unknown device is there, without a place", async () => {
    expect(await projections.operations.get(id(77), ALL, 0)).toMatchObject({
      status: "REJECTED",
      code: "UNKNOWN_DEVICE",
      terminal: "T-9",
      cardId: "C3",
      locationId: null,
      maskedPan: null,
      stream: "terminal-T-9",
      decidedRevision: 1,
    });
    expect(await projections.operations.cardOf(id(77))).toBe("C3");
    expect(await projections.operations.cardOf("nothing")).toBe(null);
    expect(await projections.operations.findByRequest("T-9", "r-9")).toBe(id(77));
    expect(await projections.operations.findByRequest("T-1", "r-1")).toBe(granted);
    expect(await projections.operations.findByRequest("T-9", "r-1")).toBe(null);
  });

  test.each([
    [{ status: ["REJECTED"] }, ["C3", "C2"]],
    [{ status: ["REJECTED", "PENDING"] }, ["C3", "C2", "C1"]],
    [{ status: ["COMPLETED", "REVERSED"] }, []],
    [{ code: ["UNKNOWN_DEVICE"] }, ["C3"]],
    [{ code: ["UNKNOWN_DEVICE", "MISSING_ACCESS_RULES"] }, ["C3", "C2"]],
    [{ type: ["ONLINE"] }, ["C3", "C2", "C1"]],
    [{ type: ["OFFLINE"] }, []],
    [{ cost: ["PAID"] }, ["C1"]],
    [{ cost: ["FREE"] }, []],
    [{ paymentStatus: ["NONE"] }, ["C3", "C2", "C1"]],
    [{ paymentStatus: ["PAID", "REFUNDED"] }, []],
    [{ currency: ["EUR"] }, []],
    [{ flag: ["OVER_LIMIT"] }, []],
    [{ entryMode: ["MANUAL"] }, ["C3"]],
    [{ entryMode: ["CHIP", "MANUAL"] }, ["C3", "C2", "C1"]],
    [{ trust: ["KEY"] }, ["C2", "C1"]],
    [{ trust: ["BEARER", "ATTESTED"] }, []],
    [{ terminal: ["T-2"] }, ["C2"]],
    [{ terminal: ["T-2", "T-9"] }, ["C3", "C2"]],
    [{ locationId: [SITES[0].id] }, ["C1"]],
    [{ merchantId: [SITES[1].merchantId ?? ""] }, ["C2"]],
    [{ cardId: "C2" }, ["C2"]],
    [{ service: ["LOUNGE"] }, ["C1"]],
    [{ country: ["DEU"] }, ["C2"]],
    [{ country: ["DEU", "POL"], ica: [ISSUER.ica] }, ["C1"]],
    [{ rulesetId: [RULES[0]] }, ["C1"]],
    [{ rulesetId: [RULES[0]], rulesetVersion: [1] }, ["C1"]],
    [{ rulesetVersion: [2, 3] }, []],
    [{ ica: [OTHER_ISSUER.ica] }, ["C2"]],
    [{ issuerCountry: ["DEU"] }, ["C2"]],
    [{ productCode: ["WLE"] }, ["C1"]],
    [{ bin: "555555" }, ["C1"]],
    [{ bin: "5555", last4: "4444" }, ["C1"]],
    [{ bin: "555556" }, []],
    [{ last4: "4444" }, ["C1"]],
    [{ last4: "5555" }, []],
    [{ guests: false }, ["C3", "C2", "C1"]],
    [{ guests: true }, []],
    // Saturday, 12:00 UTC.
    [{ weekday: [6] }, ["C3", "C2", "C1"]],
    [{ weekday: [5, 7] }, []],
    [{ hour: [12] }, ["C3", "C2", "C1"]],
    [{ hour: [13], tz: "Europe/Warsaw" }, ["C3", "C2", "C1"]],
    [{ hour: [12], tz: "Europe/Warsaw" }, []],
    [{ hour: [1], weekday: [7], tz: "Pacific/Auckland" }, ["C3", "C2", "C1"]],
    [{ requestId: "r-1" }, ["C2", "C1"]],
    [{ requestId: "r-1", terminal: ["T-2"] }, ["C2"]],
    [{ requestId: "r-2" }, []],
    [{}, ["C3", "C2", "C1"]],
  ] as const)("the filter %o finds %o", async (filter, found) => {
    expect(await list(filter)).toEqual(found);
    expect((await projections.operations.list(filter, ALL, { limit: 1 }, grantedAt)).total).toBe(
      found.length,
    );
  });

  test("the requested date is from inclusive, to exclusive", async () => {
    expect(await list({ from: grantedAt, to: grantedAt + MINUTE })).toEqual(["C1"]);
    expect(await list({ from: grantedAt + 1 })).toEqual(["C3", "C2"]);
  });

  test("a Service Provider sees its places, an Issuer its ICAs; with nothing in scope, nothing", async () => {
    const merchantIds = [SITES[1].merchantId ?? ""];
    const viewers: readonly [Parameters<typeof visibilityOf>[0], readonly string[]][] = [
      [{ role: "SERVICE_PROVIDER", scope: { ...NOBODY, locationIds: [SITES[0].id] } }, ["C1"]],
      [{ role: "SERVICE_PROVIDER", scope: { ...NOBODY, merchantIds } }, ["C2"]],
      [
        { role: "SERVICE_PROVIDER", scope: { ...NOBODY, merchantIds, locationIds: [SITES[0].id] } },
        ["C2", "C1"],
      ],
      [{ role: "SERVICE_PROVIDER", scope: NOBODY }, []],
      [{ role: "ISSUER", scope: { ...NOBODY, icas: [ISSUER.ica] } }, ["C1"]],
      [{ role: "ISSUER", scope: NOBODY }, []],
      [{ role: "ADMIN", scope: NOBODY }, ["C3", "C2", "C1"]],
      [{ role: "CALL_CENTER", scope: { ...NOBODY, icas: [OTHER_ISSUER.ica] } }, ["C2"]],
    ];
    for (const [{ role, scope }, seen] of viewers) {
      const visibility = visibilityOf({ role, scope });
      const page = await projections.operations.list({}, visibility, {}, grantedAt);
      expect([role, page.items.map(({ cardId }) => cardId), page.total]).toEqual([role, seen, seen.length]);
      // Neither does a filter, or knowing the id, show more.
      const got = await projections.operations.get(granted, visibility, grantedAt);
      expect(got?.cardId ?? null).toBe(seen.some((card) => card === "C1") ? "C1" : null);
      const asked = await projections.operations.list({ cardId: "C1" }, visibility, {}, grantedAt);
      expect(asked.total).toBe(got === null ? 0 : 1);
    }
  });

  test("what becomes of an entry: confirmed, corrected, reversed", async () => {
    traffic.now = grantedAt + 4 * MINUTE;
    await traffic.confirm("C1", granted, 2);
    await settled();
    expect(await projections.operations.get(granted, ALL, grantedAt + 9 * MINUTE)).toMatchObject({
      status: "COMPLETED",
      confirmedAt: new Date(traffic.now).toISOString(),
      allocation: { adults: { free: 1, paid: 1 }, children: { free: 0, paid: 0 }, freeChildren: 0 },
      charged: { amount: "25.00", currency: "EUR" },
      paymentStatus: "PENDING",
    });
    const payment = {
      collectedBy: "TERMINAL" as const,
      reference: null,
      amount: { amount: "25.00", currency: "EUR" },
    };
    await traffic.confirm("C1", granted, 2, { payment });
    await settled();
    expect(await projections.operations.get(granted, ALL, 0)).toMatchObject({
      paymentStatus: "PAID",
      revision: 2,
    });
    const facts = { accessId: granted, timeLimited: false, now: traffic.now, by: BY } as const;
    const guests = { adults: 1, children: 0, freeChildren: 0 };
    await traffic.card("C1", { type: "ReverseEntry", ...facts, reason: "one left", guests });
    await traffic.card("C1", { type: "ReverseEntry", ...facts, reason: "all left", guests: null });
    await settled();
    const at = new Date(traffic.now).toISOString();
    expect(await projections.operations.get(granted, ALL, 0)).toMatchObject({
      status: "REVERSED",
      allocation: { adults: { free: 1, paid: 0 } },
      corrections: [{ at, by: BY, reason: "one left", removed: guests, refund: FEE }],
      reversal: { at, by: BY, reason: "all left", refund: FEE },
      paymentStatus: "REFUNDED",
      lastChangeAt: at,
      revision: 4,
    });
  });

  test.each(["correction", "reversal"] as const)(
    "whatIsTooMuchOfAPaymentToldAfterwardsStandsWithTheLastChange: a %s",
    async (last) => {
      traffic.now += MINUTE;
      const { now } = traffic;
      const cardId = `C-${last}`;
      const { accessId } = await traffic.check(cardId, SITES[0]);
      await traffic.confirm(cardId, accessId, 3);
      const facts = { accessId, timeLimited: false, now, by: BY } as const;
      const guests = { adults: 1, children: 0, freeChildren: 0 };
      await traffic.card(cardId, { type: "ReverseEntry", ...facts, reason: "one left", guests });
      const more = last === "reversal" ? null : guests;
      await traffic.card(cardId, { type: "ReverseEntry", ...facts, reason: "more left", guests: more });
      const payment = {
        collectedBy: "TERMINAL" as const,
        reference: null,
        amount: { amount: "37.50", currency: "EUR" },
      };
      expect(await traffic.confirm(cardId, accessId, 3, { payment })).toBe(true);
      await settled();
      const found = await projections.operations.get(accessId, ALL, now);
      const change = { at: new Date(now).toISOString(), by: BY };
      const first = { ...change, reason: "one left", removed: guests, refund: null };
      const second = { ...change, reason: "more left" };
      if (last === "reversal") {
        expect(found?.corrections).toEqual([first]);
        expect(found?.reversal).toEqual({ ...second, refund: payment.amount });
      } else {
        const refund = { amount: "25.00", currency: "EUR" };
        expect(found?.corrections).toEqual([first, { ...second, removed: guests, refund }]);
        expect(found?.reversal).toBe(null);
      }
    },
  );
});
