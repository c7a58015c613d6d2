import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Answer, type Client, createClient, UnreachableError } from "../../src/client.ts";
import { type Terminal, terminalOf } from "../../src/cli/pos/terminal.ts";
import { Double } from "../eventlog/double/double.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type Product, type ProductHome, productHome } from "../support/product.ts";
import {
  check,
  confirm,
  createLocation,
  createTerminal,
  importRanges,
  outcome,
  pairTerminal,
  publishRuleset,
  simpleProgramme,
  testKeys,
  testPan,
} from "../support/programme.ts";

/** Two processes of the product decide as one: what is done at A holds at B with its next request. */

const FREE = 1_000;
let pans = 70_000;

describe.each(["postgresql", "eventstoredb"] as const)("two instances on %s", (log) => {
  let database: TestDatabase;
  let node: Double | null = null;
  let home: ProductHome;
  let env: Readonly<Record<string, string>>;
  let a: Product;
  let b: Product;
  let admin: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    env = { DATABASE_URL: database.url };
    if (log === "eventstoredb") {
      node = new Double();
      await node.start();
      env = { ...env, EVENTSTORE_URL: node.url };
    }
    home = await productHome();
    a = await home.start(env);
    b = await home.start(env);
    admin = createClient(a.url, await home.adminKey());
    await importRanges(admin, ["5000,5999,0001234,Test Bank,POL,WLE,World Elite"]);
  });
  afterAll(async () => {
    await home.destroy();
    node?.kill();
    await database.drop();
  });

  function newPan(): string {
    return testPan(++pans);
  }

  /** The same terminal, as it reaches an instance. */
  function at({ url }: Product, { serialNumber }: Terminal): Terminal {
    return terminalOf(url, serialNumber, testKeys().privateKey, () => Date.now());
  }

  /** What a check comes to there. */
  async function codeAt(product: Product, terminal: Terminal, pan = newPan()): Promise<string> {
    const { decision, code } = outcome(await checkUntilHeard(at(product, terminal), pan, newId()));
    return code ?? decision;
  }

  test("aTerminalRevokedAtAIsRefusedAtBWithItsNextRequest", async () => {
    const { terminal } = await simpleProgramme(admin, a.url);
    for (let round = 0; round < 5; round++) {
      for (const [deed, undo] of [
        ["unpair", async () => await pairTerminal(admin, a.url, terminal.serialNumber)],
        ["suspend", async () => await manage(terminal, "resume")],
      ] as const) {
        expect(await codeAt(b, terminal)).toBe("GRANTED");
        await manage(terminal, deed);
        expect((await check(at(b, terminal), newPan())).status, deed).toBe(deed === "unpair" ? 401 : 403);
        await undo();
      }
    }
    expect(await codeAt(b, terminal)).toBe("GRANTED");
  });

  test("aTerminalMovedAtAChecksAtItsNewPlaceAtB", async () => {
    const { terminal, locationId } = await simpleProgramme(admin, a.url);
    const bare = await createLocation(admin);
    for (let round = 0; round < 5; round++) {
      expect(await codeAt(b, terminal)).toBe("GRANTED");
      await move(terminal, bare);
      expect(await codeAt(b, terminal)).toBe("MISSING_ACCESS_RULES");
      await move(terminal, null);
      expect(await codeAt(b, terminal)).toBe("UNKNOWN_DEVICE");
      await move(terminal, locationId);
    }
    const granted = await check(at(b, terminal), newPan());
    expect(await placeOf(granted)).toBe(locationId);
  });

  test("aRulesetPublishedAtADecidesTheNextCheckAtBAndRetiredGrantsNothing", async () => {
    const locationId = await createLocation(admin);
    const terminal = await createTerminal(admin, a.url, locationId);
    for (let round = 0; round < 5; round++) {
      expect(await codeAt(b, terminal)).toBe("MISSING_ACCESS_RULES");
      const id = await publishRuleset(admin, { criteria: { locations: { locationIds: [locationId] } } });
      expect(await codeAt(b, terminal)).toBe("GRANTED");
      await admin.send("POST", `/api/rulesets/${id}/retire`, {});
    }
    expect(await codeAt(b, terminal)).toBe("MISSING_ACCESS_RULES");
  });

  test("aCardFrozenAtAIsRefusedAtB", async () => {
    const { terminal } = await simpleProgramme(admin, a.url);
    const pan = newPan();
    for (let round = 0; round < 5; round++) {
      const { accessId } = outcome(await check(at(b, terminal), pan));
      expect((await confirm(at(b, terminal), accessId)).status).toBe(200);
      const cardId = await cardIdOf(pan);
      await admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "lost" });
      expect(await codeAt(b, terminal, pan)).toBe("CARD_FROZEN");
      await admin.send("POST", `/api/cards/${cardId}/unfreeze`, { reason: "found" });
    }
  });

  test("aBudgetIsNeverExceededByBothTogether", async () => {
    for (const [budget, cards, rounds] of [
      [20, 60, 1],
      [3, 8, 6],
    ] as const) {
      for (let round = 0; round < rounds; round++) {
        const { terminal } = await simpleProgramme(admin, a.url, {
          totalUsage: { max: budget, window: null },
        });
        const both = [at(a, terminal), at(b, terminal)];
        const answers = await Promise.all(
          Array.from({ length: cards }, async (_, index) => {
            const one = pick(both, index);
            return await checkUntilHeard(one, newPan(), newId());
          }),
        );
        const granted = answers.map(outcome).filter(({ decision }) => decision === "GRANTED");
        expect(granted).toHaveLength(budget);
        const others = answers.map(outcome).filter(({ decision }) => decision !== "GRANTED");
        expect(new Set(others.map(({ code }) => code))).toEqual(new Set(["LIMIT_EXCEEDED"]));
        // Confirmed where it was not granted: a place taken is a place taken.
        await Promise.all(
          granted.map(async ({ accessId }, index) => {
            expect((await confirm(pick(both, index), accessId)).status).toBe(200);
          }),
        );
        for (const product of [a, b]) expect(await codeAt(product, terminal)).toBe("LIMIT_EXCEEDED");
      }
    }
  });

  test("aPlaceGivenBackAtACanBeUsedAtB", async () => {
    const { terminal } = await simpleProgramme(admin, a.url, { totalUsage: { max: 2, window: null } });
    const kept = outcome(await check(at(b, terminal), newPan()));
    expect(kept.decision).toBe("GRANTED");
    for (let round = 0; round < 5; round++) {
      const { accessId, decision } = outcome(await check(at(a, terminal), newPan()));
      expect(decision).toBe("GRANTED");
      expect(await codeAt(b, terminal)).toBe("LIMIT_EXCEEDED");
      const cancelled = await at(a, terminal).client.request("POST", "/pos/cancel_entry", { accessId });
      expect(cancelled.status).toBe(200);
      const next = outcome(await check(at(b, terminal), newPan()));
      expect(next.decision).toBe("GRANTED");
      expect(await codeAt(a, terminal)).toBe("LIMIT_EXCEEDED");
      await at(b, terminal).client.send("POST", "/pos/cancel_entry", { accessId: next.accessId });
    }
  });

  test("oneVisitLeftAndTwentyTerminalsAtOnceOnAAndBIsOneGrant", async () => {
    const { terminal, locationId } = await simpleProgramme(admin, a.url, { cardholder: { free: 1 } });
    const terminals = [terminal];
    while (terminals.length < 20) terminals.push(await createTerminal(admin, a.url, locationId));
    for (let round = 0; round < 5; round++) {
      const pan = newPan();
      const answers = await Promise.all(
        terminals.map(
          async (one, index) => await checkUntilHeard(at(pick([a, b], index), one), pan, newId()),
        ),
      );
      const granted = answers.filter((answer) => outcome(answer).decision === "GRANTED");
      expect(granted).toHaveLength(1);
      const by = terminals[answers.findIndex((answer) => granted.includes(answer))];
      if (by === undefined) throw new Error("one of them was granted");
      for (const answer of granted) {
        expect((await confirm(at(b, by), outcome(answer).accessId)).status).toBe(200);
      }
      for (const product of [a, b]) expect(await codeAt(product, terminal, pan)).toBe("LIMIT_EXCEEDED");
    }
  });

  test("theSameRequestAtAAndAtBAtOnceIsOneEventAndOneAnswer", async () => {
    const { terminal } = await simpleProgramme(admin, a.url, { cardholder: { free: FREE } });
    for (let round = 0; round < 10; round++) {
      const pan = newPan();
      const requestId = newId();
      const answers = await Promise.all(
        Array.from({ length: 6 }, async (_, index) => {
          return await checkUntilHeard(at(pick([a, b], index), terminal), pan, requestId);
        }),
      );
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      const [first] = answers;
      if (first === undefined) throw new Error("it was asked");
      expect(await operationsOf(pan, first)).toEqual([outcome(first).accessId]);
    }
  });

  test("aGrantOfAIsConfirmedAtBOnceHoweverOftenAndWhereverItIsSaid", async () => {
    const { terminal } = await simpleProgramme(admin, a.url, { cardholder: { free: FREE } });
    const pan = newPan();
    for (let round = 0; round < 5; round++) {
      const checked = outcome(await check(at(a, terminal), pan));
      // What was confirmed before counts, wherever that was.
      expect(checked.available?.free).toBe(FREE - round);
      const { accessId } = checked;
      const answers = [await confirm(at(b, terminal), accessId), await confirm(at(a, terminal), accessId)];
      const together = [a, b, a, b].map(async (product) => await confirm(at(product, terminal), accessId));
      answers.push(...(await Promise.all(together)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    }
  });

  test("whenAIsKilledInMidTrafficBGoesOnAndItsSuccessorAgrees", async () => {
    const { terminal } = await simpleProgramme(admin, a.url, { cardholder: { free: FREE } });
    const told = new Map<string, { readonly pan: string; readonly bytes: string }>();
    const confirmed = new Map<string, number>();
    let answered = 0;
    let turnedAway = 0;
    const killed: Promise<unknown>[] = [];
    // As a terminal does whose way to A is lost: it says the same to B.
    const insist = async (first: Product, ask: (where: Terminal) => Promise<Answer>): Promise<Answer> => {
      try {
        const answer = await ask(at(first, terminal));
        if (answer.status === 200) return answer;
      } catch (error) {
        if (!(error instanceof UnreachableError) && !(error instanceof TypeError)) throw error;
        turnedAway++;
      }
      return await untilHeard(async () => await ask(at(b, terminal)));
    };
    const cards = Array.from({ length: 10 }, newPan);
    await Promise.all(
      cards.map(async (pan, card) => {
        for (let visit = 0; visit < 12; visit++) {
          const first = pick([a, b], card + visit);
          const requestId = newId();
          const checked = await insist(first, async (where) => await check(where, pan, requestId));
          told.set(requestId, { pan, bytes: JSON.stringify(checked.body) });
          const { decision, accessId } = outcome(checked);
          expect(decision).toBe("GRANTED");
          await insist(first, async (where) => await confirm(where, accessId));
          confirmed.set(pan, (confirmed.get(pan) ?? 0) + 1);
          if (++answered === 30) killed.push(a.end("SIGKILL"));
        }
      }),
    );
    await Promise.all(killed);
    expect(turnedAway).toBeGreaterThan(0);
    a = await home.start(env);
    admin = createClient(a.url, await home.adminKey());
    for (const [requestId, { pan, bytes }] of told) {
      expect(JSON.stringify((await check(at(a, terminal), pan, requestId)).body)).toBe(bytes);
    }
    for (const pan of cards) {
      const last = await check(at(a, terminal), pan);
      expect(outcome(last).available?.free).toBe(FREE - (confirmed.get(pan) ?? 0));
      expect(await operationsOf(pan, last)).toHaveLength((confirmed.get(pan) ?? 0) + 1);
    }
  });

  async function manage(terminal: Terminal, deed: "unpair" | "suspend" | "resume"): Promise<void> {
    await admin.send("POST", `/api/terminals/${terminal.serialNumber}/${deed}`, {});
  }

  async function move(terminal: Terminal, locationId: string | null): Promise<void> {
    const path = `/api/terminals/${terminal.serialNumber}`;
    const etag = (await admin.send("GET", path)).headers.get("etag");
    await admin.send("PUT", path, { locationId }, etag === null ? {} : { "If-Match": etag });
  }

  async function cardIdOf(pan: string): Promise<string> {
    const { body } = await admin.send("POST", "/api/cards/lookup", { pan });
    return z.object({ cardId: z.string() }).parse(body).cardId;
  }

  async function operationsOf(pan: string, after: Answer): Promise<readonly string[]> {
    const path = `/api/operations?cardId=${await cardIdOf(pan)}&limit=500`;
    const { body } = await admin.send("GET", path, undefined, waitFor(after));
    const { items } = z.object({ items: z.array(z.object({ accessId: z.string() })) }).parse(body);
    return items.map(({ accessId }) => accessId);
  }

  async function placeOf(checked: Answer): Promise<string | null> {
    const path = `/api/operations/${outcome(checked).accessId}`;
    const { body } = await admin.send("GET", path, undefined, waitFor(checked));
    return z.looseObject({ locationId: z.string().nullable() }).parse(body).locationId;
  }
});

let requests = 0;

function newId(): string {
  return `instances-${String(process.pid)}-${String(++requests)}`;
}

function waitFor(answer: Answer): Readonly<Record<string, string>> {
  return { "Wait-For": answer.headers.get("position") ?? "" };
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("there is none");
  return item;
}

async function checkUntilHeard(terminal: Terminal, pan: string, requestId: string): Promise<Answer> {
  return await untilHeard(async () => await check(terminal, pan, requestId));
}

/** Others may be in the way for so long that it is to be asked again; nothing else is. */
async function untilHeard(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; tries < 50; tries++) {
    const answer = await ask();
    if (answer.status === 200) return answer;
    if (answer.status !== 503 && answer.status !== 429) {
      throw new Error(`${String(answer.status)} ${JSON.stringify(answer.body)}`);
    }
  }
  throw new Error("asked fifty times, and never answered");
}
