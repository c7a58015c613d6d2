import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { clientFor, codeOf, itemsOf } from "../api/management/support.ts";
import { importRanges, testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { KEY, startRewards, type Told } from "./support.ts";

/** What the reward system says of enrolments, against its simulator. */

const SINCE = "2026-03-01T00:00:00.000Z";

let rewards: Told;
let server: TestServer;
let pans = 640_000;

beforeAll(async () => {
  rewards = await startRewards();
  server = await startTestServer({
    settings: { REWARDS_URL: rewards.url, REWARDS_KEY: KEY, REWARDS_PULL_SECONDS: "86400" },
  });
  await importRanges(server.admin, ["5000,5999,0001234,Test Bank,POL,WLE,World Elite"]);
});
afterAll(async () => {
  await server.stop();
  await rewards.close();
});
beforeEach(async () => await rewards.faults());

async function enrol(aref: string, pan = testPan(++pans)): Promise<string> {
  const { body } = await server.admin.send("POST", "/api/cards/enrolments", { pan, aref, since: SINCE });
  return z.object({ cardId: z.string() }).parse(body).cardId;
}

async function verify(cardId: string, client = server.admin) {
  return await client.request("POST", `/api/cards/${cardId}/enrolment/verification`, {});
}

async function cardOf(cardId: string) {
  const { body } = await server.admin.send("GET", `/api/cards/${cardId}`);
  return z
    .looseObject({ enrolled: z.boolean(), enrolment: z.unknown(), verification: z.unknown() })
    .parse(body);
}

async function history(cardId: string) {
  return itemsOf(await server.admin.send("GET", `/api/cards/${cardId}/history`));
}

describe("what it says", () => {
  test.each([
    ["that it knows it so", { ica: "1234", productCode: "WLE" }, "CONFIRMED", []],
    ["another product", { ica: "0001234", productCode: "MCG" }, "DIFFERS", ["PRODUCT"]],
    ["another ICA and product", { ica: "99", productCode: "MCG" }, "DIFFERS", ["ICA", "PRODUCT"]],
    ["that it does not know it", null, "DIFFERS", ["NOT_ENROLLED"]],
  ] as const)(
    "%s: it is kept with who asked, and the enrolment stays",
    async (name, known, outcome, differences) => {
      const aref = `AREF-${name.replaceAll(" ", "-")}`;
      const cardId = await enrol(aref);
      if (known !== null)
        await rewards.feed({ cards: [{ aref, ...known, since: "2026-02-28T00:00:00.000Z" }] });
      const before = await cardOf(cardId);
      expect(before.verification).toBeNull();
      const desk = await clientFor(server, "CALL_CENTER");
      const { status, body } = await verify(cardId, desk);
      const asked = { aref, ica: "0001234", productCode: "WLE", since: SINCE };
      const said =
        known === null
          ? { enrolled: false, ica: null, productCode: null, since: null }
          : { enrolled: true, ...known, since: "2026-02-28T00:00:00.000Z" };
      const verification = { asked, said, differences };
      expect([status, body]).toMatchObject([200, { outcome, why: null, verification }]);
      expect(await cardOf(cardId)).toMatchObject({
        ...{ enrolled: true, enrolment: before.enrolment, verification },
      });
      const [last] = await history(cardId);
      expect(last).toMatchObject({
        act: "ENROLMENT_VERIFIED",
        aref,
        differences,
        by: { role: "CALL_CENTER" },
      });
    },
  );

  test("last is what the card shows, also when another instance and a snapshot read it", async () => {
    const cardId = await enrol("AREF-LAST");
    for (let index = 0; index < 70; index++) await verify(cardId);
    await rewards.feed({ cards: [{ aref: "AREF-LAST", ica: "1234", productCode: "WLE", since: SINCE }] });
    await verify(cardId);
    const other = await server.another();
    const { state } = await other.services.streams.card.refresh(`card-${cardId}`);
    expect(state.verified).toMatchObject({ said: { enrolled: true }, asked: { aref: "AREF-LAST" } });
    await other.stop();
  });
});

describe("nothing that counts", () => {
  test.each([
    ["garbage", "BAD_ANSWER"],
    ["status:503", "BAD_ANSWER"],
    ["status:400", "REFUSED"],
    ["drop", "NO_ANSWER"],
    ["drop-after-processing", "NO_ANSWER"],
    ["hang", "NO_ANSWER"],
    ["late:6000", "NO_ANSWER"],
  ])("%s is said with why, and is nothing that happened", async (fault, why) => {
    const cardId = await enrol(`AREF-${fault}`);
    // Whatever failed before: the circuit is closed.
    await verify(cardId);
    const before = await history(cardId);
    await rewards.faults(fault);
    const { status, body } = await verify(cardId);
    expect([status, body]).toEqual([200, { outcome: "UNAVAILABLE", why, verification: null }]);
    expect(await history(cardId)).toEqual(before);
  });
});

test("aCardThatIsNotEnrolledOrThatAnotherReplacedIsNotAskedAbout", async () => {
  const before = (await rewards.seen()).length;
  const { body } = await server.admin.send("POST", "/api/cards/lookup", { pan: testPan(++pans) });
  const { cardId } = z.object({ cardId: z.string() }).parse(body);
  expect(codeOf(await verify(cardId))).toBe("NOT_ENROLLED");
  const lost = await enrol("AREF-LOST");
  await server.admin.send("POST", `/api/cards/${lost}/replacement`, { pan: testPan(++pans), cause: "LOST" });
  expect(codeOf(await verify(lost))).toBe("CARD_REPLACED");
  expect(codeOf(await verify("01JD0000000000000000000000"))).toBe("NOT_FOUND");
  const elsewhere = await clientFor(server, "ISSUER", { icas: ["0009999"] });
  expect(codeOf(await verify(await enrol("AREF-SIGHT"), elsewhere))).toBe("NOT_FOUND");
  expect(await rewards.seen()).toHaveLength(before);
});

test("nobodyIsAskedWhereNoRewardSystemIsConnected", async () => {
  const alone = await startTestServer();
  await importRanges(alone.admin, ["5000,5999,0001234,Test Bank,POL,WLE,World Elite"]);
  const { body } = await alone.admin.send("POST", "/api/cards/enrolments", {
    ...{ pan: testPan(++pans), aref: "AREF-ALONE" },
  });
  const { cardId } = z.object({ cardId: z.string() }).parse(body);
  const asked = await alone.admin.request("POST", `/api/cards/${cardId}/enrolment/verification`, {});
  expect(codeOf(asked)).toBe("NEEDS_ADAPTER");
  expect(codeOf(await alone.admin.request("POST", "/api/transactions/pull", {}))).toBe("NEEDS_ADAPTER");
  expect((await alone.admin.send("GET", "/api/transactions/pull")).body).toEqual({
    ...{ url: null, everySeconds: null, running: false, last: null },
    waiting: { transactions: 0, cards: 0, since: null },
  });
  await alone.stop();
});

test("noNumberIsAskedBy", async () => {
  const pan = testPan(++pans);
  await verify(await enrol("AREF-NUMBER", pan));
  const seen = JSON.stringify(await rewards.seen());
  expect(seen).toContain("AREF-NUMBER");
  expect(seen).not.toContain(pan);
});
