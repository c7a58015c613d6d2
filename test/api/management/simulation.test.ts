import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  check,
  confirm,
  createLocation,
  createTerminal,
  importRanges,
  outcome,
  publishRuleset,
  simpleProgramme,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, itemsOf, members, OTHER_PAN, PAN, pointersOf, settled } from "./support.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ testClock: true });
});
afterAll(async () => {
  await server.stop();
});

const LIMITED = {
  cardholder: {
    window: { kind: "ROLLING" as const, days: 30 },
    perLocation: 2,
    free: 1,
    paid: 1,
    fee: { amount: "25.00", currency: "EUR" },
  },
  guests: { adults: { free: 1, paid: 1, fee: { amount: "20.00", currency: "EUR" } } },
};

async function simulate(body: Record<string, unknown>, client = server.admin) {
  return await client.request("POST", "/api/rulesets/simulate", body);
}

const POLAND = { country: "POL", service: "LOUNGE" };
const ISSUER = { ica: "0001234", country: "POL", productCode: "SIM" };
const ONLY_SIM = { criteria: { productCodes: ["SIM"] } };

describe("an example that is decided on", () => {
  it("comes to what a real card in its place came to, condition by condition", async () => {
    const { admin, url } = server;
    const { terminal, locationId, rulesetId } = await simpleProgramme(admin, url, LIMITED);
    for (const wanted of ["GRANTED", "GRANTED", "REJECTED"]) {
      const visits = await visitsOf(PAN, locationId);
      const real = outcome(await check(terminal, PAN));
      await settled(server);
      const details = members(await admin.send("GET", `/api/operations/${real.accessId}`));
      const example = members(
        await simulate({
          at: details["at"],
          locationId,
          card: { numberStart: PAN.slice(0, 6), visits: visits.map((one) => ({ ...one, rulesetId })) },
        }),
      );
      expect(real.decision).toBe(wanted);
      expect(example).toMatchObject({ decision: wanted, trace: details["trace"] });
      if (wanted === "REJECTED") {
        expect(example["rejected"]).toMatchObject({ code: real.code, nextFreeAt: real.nextFreeAt });
      } else {
        expect(example["granted"]).toMatchObject({ ...real.cardholder, available: real.available });
        await confirm(terminal, real.accessId);
      }
    }
  });

  async function visitsOf(pan: string, locationId: string) {
    await settled(server);
    const { admin } = server;
    const { cardId } = members(await admin.send("POST", "/api/cards/lookup", { pan }));
    const query = `cardId=${String(cardId)}&locationId=${locationId}&status=COMPLETED`;
    const done = itemsOf(await admin.send("GET", `/api/operations?${query}`));
    return done.map(({ at, cost }) => ({ at, paid: cost === "PAID" }));
  }

  it("is let in by a ruleset that nobody has written down, which is not written down by it", async () => {
    const ruleset = { name: "Only tried", ...ONLY_SIM, ...LIMITED };
    const asked = { ruleset, place: POLAND, card: { issuer: ISSUER }, guests: { adults: 2 } };
    const answer = members(await simulate(asked));
    expect(answer).toMatchObject({
      decision: "GRANTED",
      ruleset: { name: "Only tried", version: 1 },
      granted: {
        cost: "FREE",
        allocation: { cardholder: "FREE", adults: { free: 1, paid: 1 } },
        total: { amount: "20.00", currency: "EUR" },
      },
    });
    expect(answer["tried"]).toEqual(answer["ruleset"]);
    const used = {
      ...asked,
      card: { issuer: ISSUER, visits: [{ at: answer["at"] }] },
      guests: { adults: 3 },
    };
    expect(members(await simulate(used))["granted"]).toMatchObject({
      cost: "PAID",
      allocation: null,
      guestProblems: [{ pointer: "/guests/adults" }],
    });
    await settled(server);
    expect(itemsOf(await server.admin.send("GET", "/api/rulesets?name=Only%20tried"))).toEqual([]);
  });

  it("is decided by what is tried out in the place of the version in force, beside all others", async () => {
    const id = await publishRuleset(server.admin, { name: "Stands", ...ONLY_SIM, priority: 1 });
    const other = await publishRuleset(server.admin, { name: "Behind", ...ONLY_SIM, priority: 2 });
    const shut = { name: "Stands", ...ONLY_SIM, priority: 1, cardholder: { free: 0 } };
    const asked = { place: POLAND, card: { issuer: ISSUER } };
    expect(members(await simulate(asked))).toMatchObject({ ruleset: { id, version: 1 }, tried: null });
    const tried = members(await simulate({ ...asked, ruleset: shut, rulesetId: id }));
    expect(tried).toMatchObject({
      ruleset: { id: other },
      tried: { id, version: 2 },
      rulesets: [
        { id, version: 2 },
        { id: other, version: 1 },
      ],
    });
    const later = { ...asked, ruleset: { ...shut, cardholder: null, validFrom: "2099-01-01T00:00:00Z" } };
    expect(members(await simulate({ ...later, rulesetId: id }))).toMatchObject({ ruleset: { id: other } });
    const then = { ...later, rulesetId: id, at: "2099-01-01T00:00:00Z" };
    expect(members(await simulate(then))).toMatchObject({ ruleset: { id, version: 2 } });
  });

  it("is refused with what would have had to be met", async () => {
    const asked = { place: POLAND, card: { issuer: { ...ISSUER, productCode: "XYZ" } } };
    const ruleset = { name: "Wants", priority: 0, criteria: { productCodes: ["WNT"] } };
    const misses = members(await simulate({ ...asked, ruleset }));
    expect(misses["rejected"]).toMatchObject({ code: "MISSING_ACCESS_RULES" });
    expect(JSON.stringify(misses["nearMisses"])).toContain('"wanted":["WNT"],"had":"XYZ"');
    const spend = { amount: "100.00", currency: "EUR", days: 30, mccs: ["5812"] };
    const spending = { name: "Spends", priority: 0, criteria: { productCodes: ["XYZ"] }, spend };
    const at = "2026-12-01T00:00:00Z";
    const bought = (mcc: string, amount: string) => ({
      ...asked,
      at,
      ruleset: spending,
      card: { ...asked.card, purchases: [{ amount: { amount, currency: "EUR" }, mcc, at }] },
    });
    expect(members(await simulate(bought("5812", "99.99")))["rejected"]).toMatchObject({
      code: "UNMET_REQUIREMENTS",
    });
    expect(members(await simulate(bought("5941", "100.00")))["decision"]).toBe("REJECTED");
    expect(members(await simulate(bought("5812", "100.00")))["decision"]).toBe("GRANTED");
    const outside = { name: "Outside", priority: 0, criteria: { productCodes: ["XYZ"] } };
    const external = { ...outside, externalRule: { ruleId: "r", onFailure: "CLOSED" } };
    for (const [externalRule, decision] of [
      ["MET", "GRANTED"],
      ["NOT_MET", "REJECTED"],
      ["UNAVAILABLE", "REJECTED"],
    ]) {
      expect(members(await simulate({ ...asked, ruleset: external, externalRule }))["decision"]).toBe(
        decision,
      );
    }
    const verified = { ...outside, verification: { mode: "ASI", onFailure: "OPEN" } };
    const failed = { ...asked, ruleset: verified, verification: "FAILED" };
    expect(members(await simulate(failed))["rejected"]).toMatchObject({ code: "CARD_ASI_FAILED" });
    expect(members(await simulate({ ...failed, verification: "UNAVAILABLE" }))["decision"]).toBe("GRANTED");
  });

  it("takes no card's number, and wants one place", async () => {
    const whole = await simulate({ place: POLAND, card: { numberStart: OTHER_PAN } });
    expect([whole.status, pointersOf(whole)]).toEqual([422, ["/card/numberStart"]]);
    for (const body of [{}, { place: POLAND, locationId: "01M8KBTZMPKCM5YYD5WTK6PANE" }]) {
      const answer = await simulate({ card: { issuer: ISSUER }, ...body });
      expect([answer.status, pointersOf(answer)]).toEqual([422, ["/place"]]);
    }
    const nowhere = await simulate({ card: {}, place: POLAND, rulesetId: "01M8KBTZMPKCM5YYD5WTK6PANE" });
    expect([nowhere.status, pointersOf(nowhere)]).toEqual([422, ["/rulesetId"]]);
  });

  it("tells whoever has a scope nothing of the rules and the budgets of others", async () => {
    const { admin, url } = server;
    await importRanges(admin, ["51051051,51051051,7001,Our Bank,POL,SHR,Shared"]);
    const terminal = await createTerminal(admin, url, await createLocation(admin));
    const criteria = { icas: [{ ica: "7001" }, { ica: "7002" }], productCodes: ["SHR"] };
    await publishRuleset(admin, { name: "Shared", criteria, totalUsage: { max: 5, window: null } });
    await publishRuleset(admin, { name: "Theirs only", criteria: { icas: [{ ica: "7002" }] } });
    await confirm(terminal, outcome(await check(terminal, OTHER_PAN)).accessId);
    const scoped = await clientFor(server, "USER", { icas: ["7001"] });

    const theirs = { place: POLAND, card: { issuer: { ...ISSUER, ica: "7002" } } };
    expect(pointersOf(await simulate(theirs, scoped))).toEqual(["/card"]);
    const nobodys = { place: POLAND, card: { issuer: { ...ISSUER, ica: "7001", productCode: "NON" } } };
    const misses = async (client = admin) => JSON.stringify((await simulate(nobodys, client)).body);
    expect(await misses()).toContain("Theirs only");
    expect(await misses(scoped)).not.toContain("Theirs only");
    const used = async (client = admin) => {
      const ours = { place: POLAND, card: { numberStart: "51051051" } };
      return JSON.stringify(members(await simulate(ours, client))["trace"]);
    };
    expect(await used()).toContain('"used":1');
    expect(await used(scoped)).toContain('"used":0');
    const beyond = { ...nobodys, ruleset: { name: "For all" } };
    expect(pointersOf(await simulate(beyond, scoped))).toEqual(["/criteria/icas"]);
  });
});
