import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { check, confirm, createTerminal, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/**
 * Random sequences of commands against the running API, each answer compared with a model so small
 * that it can be seen to be right: three cards, two terminals, free and paid visits over the ruleset's
 * whole life, five minutes for an open entry.
 */
const FREE = 2;
const PAID = 1;
const LAPSES_AFTER = 5 * 60;
const TOO_LATE_AFTER = 24 * 3_600;
const CARDS = 3;

let product: TestServer;
let terminals: readonly [Terminal, Terminal];
let rulesetId: string;
let locationId: string;
let pans = 50_000;

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  const eur = { amount: "10.00", currency: "EUR" };
  const cardholder = { window: { kind: "VALIDITY" as const }, free: FREE, paid: PAID, fee: eur };
  const programme = await simpleProgramme(product.admin, product.url, { cardholder });
  ({ rulesetId, locationId } = programme);
  terminals = [programme.terminal, await createTerminal(product.admin, product.url, locationId)];
});
afterAll(async () => {
  await product.stop();
});

interface Entry {
  readonly accessId: string;
  readonly terminal: number;
  readonly cost: "FREE" | "PAID";
  readonly at: number;
  status: "OPEN" | "COMPLETED" | "CANCELLED" | "REVERSED";
  answer: string | null;
}

interface ModelCard {
  readonly pan: string;
  frozen: boolean;
  given: number;
  readonly entries: Entry[];
}

interface Model {
  now: number;
  readonly cards: readonly ModelCard[];
}

type Real = undefined;

function used(card: ModelCard, cost: "FREE" | "PAID"): number {
  return card.entries.filter((entry) => entry.status === "COMPLETED" && entry.cost === cost).length;
}

function expected(model: Model, card: ModelCard): string {
  if (card.frozen) return "CARD_FROZEN";
  const open = card.entries.find((entry) => entry.status === "OPEN" && model.now - entry.at < LAPSES_AFTER);
  if (open !== undefined) return "TEMPORARILY_BLOCKED";
  if (used(card, "FREE") < FREE + card.given) return "FREE";
  return used(card, "PAID") < PAID ? "PAID" : "LIMIT_EXCEEDED";
}

function cardAt(model: Model, index: number): ModelCard {
  const card = model.cards[index % CARDS];
  if (card === undefined) throw new Error("the model has its cards");
  return card;
}

function terminalAt(index: number): Terminal {
  return index % 2 === 0 ? terminals[0] : terminals[1];
}

async function cardId(card: ModelCard): Promise<string> {
  const answer = await product.admin.send("POST", "/api/cards/lookup", { pan: card.pan });
  return z.object({ cardId: z.string() }).parse(answer.body).cardId;
}

type Step = fc.AsyncCommand<Model, Real>;

function step(name: string, run: (model: Model) => Promise<void>): Step {
  return { check: () => true, run, toString: () => name };
}

const checkStep = (index: number, terminal: number): Step =>
  step(`check(${String(index % CARDS)}, ${String(terminal % 2)})`, async (model) => {
    const card = cardAt(model, index);
    const wanted = expected(model, card);
    const answer = outcome(await check(terminalAt(terminal), card.pan));
    expect(answer.code ?? answer.cardholder?.cost).toBe(wanted);
    if (wanted !== "FREE" && wanted !== "PAID") return;
    const { accessId } = answer;
    card.entries.push({
      accessId,
      terminal: terminal % 2,
      cost: wanted,
      at: model.now,
      status: "OPEN",
      answer: null,
    });
  });

/** Of any entry of the card, also one that is long over. */
const confirmStep = (index: number, which: number): Step =>
  step(`confirm(${String(index % CARDS)}, ${String(which)})`, async (model) => {
    const card = cardAt(model, index);
    const entry = card.entries[which % Math.max(1, card.entries.length)];
    if (entry === undefined) return;
    const answer = await confirm(terminalAt(entry.terminal), entry.accessId);
    const code = z.object({ code: z.string() }).safeParse(answer.body).data?.code;
    switch (entry.status) {
      case "COMPLETED":
      case "REVERSED":
        expect(JSON.stringify(answer.body)).toBe(entry.answer);
        return;
      case "CANCELLED":
        expect(code).toBe("ENTRY_CANCELLED");
        return;
      case "OPEN":
        if (model.now - entry.at >= TOO_LATE_AFTER) {
          expect(code).toBe("ENTRY_EXPIRED");
          return;
        }
        expect(answer.status).toBe(200);
        entry.status = "COMPLETED";
        entry.answer = JSON.stringify(answer.body);
    }
  });

const cancelStep = (index: number): Step =>
  step(`cancel(${String(index % CARDS)})`, async (model) => {
    const entry = cardAt(model, index).entries.at(-1);
    if (entry === undefined) return;
    const { accessId, terminal } = entry;
    const answer = await terminalAt(terminal).client.request("POST", "/pos/cancel_entry", { accessId });
    const open = entry.status === "OPEN" && model.now - entry.at < LAPSES_AFTER;
    expect(answer.status).toBe(open || entry.status === "CANCELLED" ? 200 : 409);
    if (open) entry.status = "CANCELLED";
  });

const reverseStep = (index: number, which: number): Step =>
  step(`reverse(${String(index % CARDS)}, ${String(which)})`, async (model) => {
    const card = cardAt(model, index);
    const entry = card.entries[which % Math.max(1, card.entries.length)];
    if (entry === undefined) return;
    const answer = await product.admin.request("POST", `/api/operations/${entry.accessId}/reversal`, {});
    expect(answer.status).toBe(entry.status === "COMPLETED" ? 200 : 409);
    if (entry.status === "COMPLETED") entry.status = "REVERSED";
  });

const freezeStep = (index: number, frozen: boolean): Step =>
  step(`${frozen ? "freeze" : "unfreeze"}(${String(index % CARDS)})`, async (model) => {
    const card = cardAt(model, index);
    const path = `/api/cards/${await cardId(card)}/${frozen ? "freeze" : "unfreeze"}`;
    await product.admin.send("POST", path, { reason: "model" });
    card.frozen = frozen;
  });

const giveStep = (index: number): Step =>
  step(`give(${String(index % CARDS)})`, async (model) => {
    const card = cardAt(model, index);
    const path = `/api/cards/${await cardId(card)}/adjustments`;
    await product.admin.send("POST", path, { rulesetId, free: 1, reason: "model" });
    card.given++;
  });

const advanceStep = (seconds: number): Step =>
  step(`advance(${String(seconds)} s)`, async (model) => {
    await product.admin.send("POST", "/api/test-clock", { advance: `PT${String(seconds)}S` });
    model.now += seconds;
  });

const index = fc.nat({ max: CARDS - 1 });
const steps = [
  fc.tuple(index, fc.nat({ max: 1 })).map(([card, terminal]) => checkStep(card, terminal)),
  fc.tuple(index, fc.nat({ max: 1 })).map(([card, terminal]) => checkStep(card, terminal)),
  fc.tuple(index, fc.nat({ max: 5 })).map(([card, which]) => confirmStep(card, which)),
  fc.tuple(index, fc.nat({ max: 5 })).map(([card, which]) => confirmStep(card, which)),
  index.map(cancelStep),
  fc.tuple(index, fc.nat({ max: 5 })).map(([card, which]) => reverseStep(card, which)),
  fc.tuple(index, fc.boolean()).map(([card, frozen]) => freezeStep(card, frozen)),
  index.map(giveStep),
  // Real time passes too: the instants at the edge of a lapse are the domain's own tests.
  fc.constantFrom(20, 400, 90_000).map(advanceStep),
];

test("theApiAnswersAsTheModelSays", { timeout: 600_000 }, async () => {
  const runs = process.env["LONG"] === "1" ? 500 : 40;
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 40 }), async (commands) => {
      const cards = Array.from(
        { length: CARDS },
        (): ModelCard => ({ pan: testPan(++pans), frozen: false, given: 0, entries: [] }),
      );
      await fc.asyncModelRun(() => ({ model: { now: 0, cards }, real: undefined }), commands);
    }),
    { numRuns: runs, endOnFailure: false },
  );
});
