import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Answer, Client } from "../../../src/client.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import {
  check,
  confirm,
  outcome,
  publishRuleset,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, codeOf, idOf, itemsOf, members, pointersOf, settled } from "./support.ts";

let server: TestServer;
let terminal: Terminal;
let rulesetId = "";
let caller: Client;
let other: Client;
let user: Client;
let pans = 4_000;

beforeAll(async () => {
  server = await startTestServer({ testClock: true });
  const cardholder = { window: { kind: "ROLLING" as const, days: 30 }, free: 3 };
  ({ terminal, rulesetId } = await simpleProgramme(server.admin, server.url, {
    name: "Lounges",
    cardholder,
  }));
  caller = await clientFor(server, "CALL_CENTER");
  other = await clientFor(server, "CALL_CENTER");
  user = await clientFor(server, "USER");
});
afterAll(async () => {
  await server.stop();
});

async function newCard(): Promise<{ readonly pan: string; readonly cardId: string }> {
  const pan = testPan(++pans);
  const { accessId } = outcome(await check(terminal, pan));
  await confirm(terminal, accessId);
  const { body } = await server.admin.send("POST", "/api/cards/lookup", { pan });
  return { pan, cardId: z.looseObject({ cardId: z.string() }).parse(body).cardId };
}
async function leftOf(cardId: string): Promise<unknown> {
  const limits = z.array(
    z.looseObject({ rulesetId: z.string(), available: z.looseObject({ free: z.unknown() }) }),
  );
  const { body } = await server.admin.send("GET", `/api/cards/${cardId}`);
  const all = limits.parse(z.looseObject({ limits: z.unknown() }).parse(body).limits);
  return all.find((one) => one.rulesetId === rulesetId)?.available.free;
}
const propose = async (cardId: string, more: object = {}, by = caller): Promise<Answer> =>
  await by.request("POST", "/api/adjustments", { cardId, rulesetId, free: 2, reason: "closed", ...more });
/** Once the queue has what was proposed: on a busy machine that may take longer than a request waits. */
const decide = async (by: Client, id: string, how: string, body: object = {}): Promise<Answer> => {
  await settled(server);
  return await by.request("POST", `/api/adjustments/${id}/${how}`, body);
};
const listed = async (query: string, by: Client = server.admin) =>
  itemsOf(await by.send("GET", `/api/adjustments?${query}`));

describe("a proposal", () => {
  it("changes no count until another person approves it, and then names both", async () => {
    const { cardId } = await newCard();
    const made = await propose(cardId);
    expect([made.status, made.body]).toMatchObject([
      201,
      { cardId, rulesetId, free: 2, paid: 0, status: "OPEN" },
    ]);
    expect(made.headers.get("position")).toBeTruthy();
    const id = idOf(made);
    expect(await leftOf(cardId)).toBe(2);
    await settled(server);
    const shown = members(await user.send("GET", `/api/adjustments/${id}`));
    expect(shown).toMatchObject({
      ...{ status: "OPEN", rulesetName: "Lounges", before: { free: 2 }, after: { free: 4 } },
      actions: { approve: { allowed: true }, withdraw: { allowed: false, reason: "NOT_OWN_PROPOSAL" } },
    });
    const ownView = members(await caller.send("GET", `/api/adjustments/${id}`));
    expect(ownView).toMatchObject({
      actions: { approve: { allowed: false, reason: "FORBIDDEN" }, withdraw: { allowed: true } },
    });
    const approved = await decide(user, id, "approve", { reason: "so it was" });
    expect([approved.status, approved.body]).toMatchObject([200, { id, status: "APPROVED" }]);
    expect(await leftOf(cardId)).toBe(4);
    await settled(server);
    expect(await listed(`cardId=${cardId}`)).toMatchObject([
      {
        ...{ id, status: "APPROVED", reason: "closed", decidedReason: "so it was" },
        ...{ by: { role: "CALL_CENTER" }, decidedBy: { role: "USER" } },
      },
    ]);
    const history = itemsOf(await server.admin.send("GET", `/api/cards/${cardId}/history`));
    expect(history).toMatchObject([
      { act: "ADJUSTED", by: { role: "USER" } },
      { act: "PROPOSED", by: { role: "CALL_CENTER" }, adjustment: { adjustmentId: id, free: 2 } },
    ]);
    // The same person again hears the same, and the visits are given once.
    expect((await decide(user, id, "approve")).status).toBe(200);
    expect(codeOf(await decide(server.admin, id, "approve"))).toBe("PROPOSAL_DECIDED");
    expect(await leftOf(cardId)).toBe(4);
  });

  it("is declined with a reason, withdrawn by its proposer alone, and approved by nobody who proposed it", async () => {
    const { cardId } = await newCard();
    const id = idOf(await propose(cardId, {}, user));
    const own = await decide(user, id, "approve");
    expect([own.status, codeOf(own)]).toEqual([403, "OWN_PROPOSAL"]);
    expect((await decide(user, id, "decline", { reason: "x" })).status).toBe(403);
    expect((await decide(other, id, "withdraw")).status).toBe(403);
    expect(pointersOf(await decide(server.admin, id, "decline"))).toEqual(["/reason"]);
    expect((await decide(server.admin, id, "decline", { reason: "it was open" })).status).toBe(200);
    expect(codeOf(await decide(user, id, "withdraw"))).toBe("PROPOSAL_DECIDED");
    const mine = idOf(await propose(cardId));
    expect((await decide(other, mine, "withdraw")).status).toBe(403);
    expect((await decide(caller, mine, "withdraw")).status).toBe(200);
    expect((await decide(caller, mine, "withdraw")).status).toBe(200);
    expect(codeOf(await decide(user, mine, "approve"))).toBe("PROPOSAL_DECIDED");
    expect(await leftOf(cardId)).toBe(2);
    await settled(server);
    expect(await listed(`cardId=${cardId}&status=DECLINED`)).toMatchObject([
      { decidedReason: "it was open" },
    ]);
    expect(await listed(`cardId=${cardId}&status=WITHDRAWN&status=OPEN`)).toMatchObject([{ id: mine }]);
  });

  it("that is decided by many at once is decided once", async () => {
    const { cardId } = await newCard();
    const id = idOf(await propose(cardId));
    const deciders = await Promise.all(
      Array.from({ length: 6 }, async () => await clientFor(server, "USER")),
    );
    const answers = await Promise.all(
      deciders.map(async (by, place) =>
        place % 2 === 0 ? await decide(by, id, "approve") : await decide(by, id, "decline", { reason: "no" }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 409, 409, 409, 409, 409]);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(await leftOf(cardId)).toBe(winner % 2 === 0 ? 4 : 2);
  });

  it("is decided with others in one request, each with an outcome of its own", async () => {
    const [first, second, mine] = [
      idOf(await propose((await newCard()).cardId)),
      idOf(await propose((await newCard()).cardId)),
      idOf(await propose((await newCard()).cardId, {}, user)),
    ];
    await decide(server.admin, second, "approve");
    const ids = [first, second, mine, "01J00000000000000000000AAA"];
    await settled(server);
    const { body } = await user.send("POST", "/api/adjustments/decisions", {
      adjustmentIds: ids,
      decision: "APPROVED",
    });
    expect(body).toEqual({
      items: [
        { id: first, outcome: "DECIDED" },
        { id: second, outcome: "PROPOSAL_DECIDED" },
        { id: mine, outcome: "OWN_PROPOSAL" },
        { id: "01J00000000000000000000AAA", outcome: "NOT_FOUND" },
      ],
    });
    const unsaid = await user.request("POST", "/api/adjustments/decisions", {
      adjustmentIds: ids,
      decision: "DECLINED",
    });
    expect(pointersOf(unsaid)).toEqual(["/reason"]);
  });

  it("whose ruleset was retired, or whose cardholder was erased, is not approved; a frozen card's is", async () => {
    const gone = await publishRuleset(server.admin, { name: "Gone", priority: 900 });
    const { cardId } = await newCard();
    const retired = idOf(await propose(cardId, { rulesetId: gone }));
    await server.admin.send("POST", `/api/rulesets/${gone}/retire`, {});
    const refused = await decide(user, retired, "approve");
    expect([refused.status, codeOf(refused)]).toEqual([409, "NOTHING_TO_ADJUST"]);
    expect((await decide(user, retired, "decline", { reason: "over" })).status).toBe(200);
    expect(pointersOf(await propose(cardId, { rulesetId: gone }))).toEqual(["/rulesetId"]);

    const frozen = idOf(await propose(cardId));
    await server.admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "lost" });
    expect((await decide(user, frozen, "approve")).status).toBe(200);
    expect(await leftOf(cardId)).toBe(4);

    const old = await newCard();
    const replaced = idOf(await propose(old.cardId));
    const pan = testPan(++pans);
    const { body } = await server.admin.send("POST", `/api/cards/${old.cardId}/replacement`, {
      pan,
      cause: "LOST",
    });
    expect((await decide(user, replaced, "approve")).status).toBe(200);
    expect(await leftOf(z.looseObject({ cardId: z.string() }).parse(body).cardId)).toBe(4);

    const erased = await newCard();
    const late = idOf(await propose(erased.cardId));
    await server.admin.send("POST", `/api/cards/${erased.cardId}/erase`, {});
    expect(codeOf(await decide(user, late, "approve"))).toBe("NOTHING_TO_ADJUST");
    expect((await decide(caller, late, "withdraw")).status).toBe(200);
  });

  it("is refused where it makes no sense, and once for an Idempotency-Key", async () => {
    const { cardId } = await newCard();
    expect(pointersOf(await propose(cardId, { free: 0 }))).toEqual(["/free"]);
    expect(pointersOf(await propose(cardId, { reason: " " }))).toEqual(["/reason"]);
    expect(pointersOf(await propose(cardId, { free: 1.5 }))).toEqual(["/free"]);
    expect(pointersOf(await propose(cardId, { rulesetId: "01J00000000000000000000AAA" }))).toEqual([
      "/rulesetId",
    ]);
    expect((await propose("01J00000000000000000000AAA")).status).toBe(404);
    expect(pointersOf(await propose(cardId, { reason: `for ${testPan(1)}` }))).toEqual(["/reason"]);
    const body = { cardId, rulesetId, free: 1, reason: "once" };
    const headers = { "Idempotency-Key": "one-intent" };
    const first = idOf(await caller.send("POST", "/api/adjustments", body, headers));
    const second = idOf(await caller.send("POST", "/api/adjustments", body, headers));
    expect(first).toBe(second);
    await settled(server);
    expect(await listed(`cardId=${cardId}`)).toHaveLength(1);
  });

  it("is listed page by page, with what was made by one alone, and seen in one's scope only", async () => {
    const { cardId } = await newCard();
    for (let index = 0; index < 5; index++) await propose(cardId, { reason: `page ${String(index)}` });
    await user.send("POST", `/api/cards/${cardId}/adjustments`, { rulesetId, free: -1, reason: "alone" });
    await settled(server);
    const seen: unknown[] = [];
    let cursor: string | null = null;
    const page = z.looseObject({
      items: z.array(z.looseObject({ reason: z.string() })),
      nextCursor: z.string().nullable(),
      total: z.int(),
    });
    do {
      const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const read = page.parse(
        (await caller.send("GET", `/api/adjustments?cardId=${cardId}&limit=2${query}`)).body,
      );
      expect(read.total).toBe(6);
      seen.push(...read.items.map(({ reason }) => reason));
      cursor = read.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(["alone", "page 4", "page 3", "page 2", "page 1", "page 0"]);
    expect(await listed(`cardId=${cardId}&status=DIRECT`)).toMatchObject([
      { free: -1, by: { role: "USER" } },
    ]);
    const ours = await clientFor(server, "CALL_CENTER", { icas: ["0001234"] });
    const theirs = await clientFor(server, "CALL_CENTER", { icas: ["0009999"] });
    expect(await listed(`cardId=${cardId}`, ours)).toHaveLength(6);
    expect(await listed(`cardId=${cardId}`, theirs)).toEqual([]);
    expect((await caller.request("GET", "/api/adjustments?cursor=x")).status).toBe(422);
    expect((await caller.request("GET", "/api/adjustments?status=LOST")).status).toBe(422);
  });
});

describe("where another person is wanted for everybody", () => {
  it("nobody gives visits alone, and the card says so", async () => {
    const strict = await startTestServer({ settings: { ADJUSTMENTS_NEED_APPROVAL: "1" } });
    try {
      const { admin } = strict;
      const programme = await simpleProgramme(admin, strict.url);
      const pan = testPan(1);
      await check(programme.terminal, pan);
      const { body } = await admin.send("POST", "/api/cards/lookup", { pan });
      const { cardId } = z.looseObject({ cardId: z.string() }).parse(body);
      const visits = { rulesetId: programme.rulesetId, free: 1, reason: "alone" };
      const alone = await admin.request("POST", `/api/cards/${cardId}/adjustments`, visits);
      expect([alone.status, codeOf(alone)]).toEqual([403, "APPROVAL_REQUIRED"]);
      expect((await admin.send("GET", `/api/cards/${cardId}`)).body).toMatchObject({
        actions: { adjust: false, propose: true },
      });
      const id = idOf(await admin.send("POST", "/api/adjustments", { cardId, ...visits }));
      await settled(strict);
      expect((await admin.request("POST", `/api/adjustments/${id}/approve`, {})).status).toBe(403);
      const second = await clientFor(strict, "ADMIN");
      expect((await second.request("POST", `/api/adjustments/${id}/approve`, {})).status).toBe(200);
    } finally {
      await strict.stop();
    }
  });
});
