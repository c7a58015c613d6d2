import { afterAll, beforeAll, expect, test } from "vitest";
import { counts } from "../support/domain/naive/windows.ts";
import type { RulesetBody } from "../../src/domain/ruleset/events.ts";
import type { ModelEntry } from "./model.ts";
import { minor } from "./money.ts";
import { type Played, play } from "./play.ts";
import { Product } from "./product.ts";

/**
 * Random histories through the product's own check, confirmation, cancellation, reversal, publication and sweeper, on two
 * instances whose clocks differ, over a memory log. `HISTORY=n` plays one again.
 */
const ONE = process.env["HISTORY"];
const FIRST = Number(ONE ?? "1");
const HISTORIES = ONE === undefined ? (process.env["LONG"] === "1" ? 1_500 : 50) : 1;
const STEPS = 80;
/** In milliseconds. */
const SKEW = 640;

let product: Product;
const played: Played[] = [];

beforeAll(async () => {
  product = await Product.open([0, -SKEW]);
  for (let seed = FIRST; seed < FIRST + HISTORIES; seed++) played.push(await play(product, seed, STEPS));
}, 1_800_000);
afterAll(async () => {
  await product.close();
});

test("everyAnswerIsTheOneThatTheModelExpects", () => {
  for (const { seed, steps, differences } of played) {
    if (differences.length === 0) continue;
    expect.fail(
      [...steps, ...differences, `Again: HISTORY=${String(seed)} npx vitest run test/histories`].join("\n"),
    );
  }
});

test.skipIf(ONE !== undefined)("theHistoriesComeToEverythingThatCanBeAnswered", () => {
  const seen = new Set(played.flatMap((one) => [...one.seen]));
  expect([...WANTED].filter((what) => !seen.has(what))).toEqual([]);
});

test("noWindowEverExceedsItsLimit", () => {
  for (const run of played.filter(({ plain }) => plain)) {
    for (const card of run.model.cards) {
      const visits = card.entries.filter(({ status, flagged }) => status === "COMPLETED" && !flagged);
      for (const visit of visits) {
        const body = bodyOf(run, visit);
        const within = visits.filter(
          ({ rulesetId, at }) =>
            rulesetId === visit.rulesetId && counts(body.cardholder?.window ?? null, body, visit.at, at),
        );
        expect(within.filter(({ cost }) => cost === "PAID").length).toBeLessThanOrEqual(
          Number(body.cardholder?.paid),
        );
        const here = within.filter(({ place }) => place === visit.place).length;
        expect(here).toBeLessThanOrEqual(body.cardholder?.perLocation ?? STEPS);
        const free = within.filter(({ cost }) => cost === "FREE").length;
        const pool = body.guests?.sharedPool?.free ?? null;
        const heads = within.map(({ split }) => (split?.adults.free ?? 0) + (split?.children.free ?? 0));
        expect(pool === null ? free : free + heads.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(
          Number(pool ?? body.cardholder?.free),
        );
      }
    }
  }
});

test("noBudgetIsEverExceeded", () => {
  let full = 0;
  for (const run of played.filter(({ plain }) => plain)) {
    for (const visit of run.model.cards.flatMap(({ entries }) => entries)) {
      const body = bodyOf(run, visit);
      if (body.totalUsage === null) continue;
      const { max, window } = body.totalUsage;
      const holding = run.model
        .entriesOf(visit.rulesetId)
        .filter(
          ({ status, flagged, at }) =>
            status === "COMPLETED" && !flagged && counts(window, body, visit.at, at),
        );
      expect(holding.length).toBeLessThanOrEqual(max);
      if (holding.length === max) full++;
    }
  }
  if (ONE === undefined) expect(full).toBeGreaterThan(0);
});

test("everyHoldIsAnOpenOrCompletedEntry", async () => {
  for (const { model, seed, steps } of played) {
    for (const id of new Set(model.versions.map((one) => one.id))) {
      const { open, instants } = await product.quotaOf(id);
      const holding = model.entriesOf(id).filter(({ held }) => held);
      const reserved = [...open.entries()].map(([accessId]) => accessId);
      const unfinished = holding.filter(({ status }) => status === "OPEN").map(({ accessId }) => accessId);
      for (const accessId of reserved) expect(unfinished).toContain(accessId);
      const completed = holding.filter(({ status }) => status === "COMPLETED");
      const places = [...completed, ...holding.filter(({ accessId }) => reserved.includes(accessId))];
      const ats = places.map(({ at }) => at).toSorted((one, other) => one - other);
      const message = `HISTORY=${String(seed)}, ruleset ${id}\n${steps.join("\n")}`;
      expect(instants.size, message).toBe(ats.length);
      // Where the grant was decided twice, its place was taken a moment before, by the clock that is behind.
      [...instants].forEach((at, index) => {
        const after = (ats[index] ?? 0) - at;
        expect(after >= 0 && after <= SKEW, message).toBe(true);
      });
    }
  }
});

test("whatWasPaidIsStillDueOrWentBack", async () => {
  let partly = 0;
  for (const { model } of played) {
    for (const card of model.cards) {
      const events = card.stream === null ? [] : await product.eventsOf(card.stream);
      for (const entry of card.entries) {
        const refunds = events.flatMap(({ data }) =>
          "refund" in data && data.accessId === entry.accessId ? [minor(data.refund)] : [],
        );
        const refunded = refunds.reduce((sum, one) => sum + one, 0n);
        const due = entry.status === "REVERSED" ? 0n : model.due(entry);
        if (entry.told === null) expect(refunded).toBe(0n);
        else expect(refunded + due).toBe(minor(entry.told.amount));
        if (refunded > 0n && due > 0n) partly++;
      }
    }
  }
  if (ONE === undefined) expect(partly).toBeGreaterThan(0);
});

test("timeNeverRunsBackInAStream", async () => {
  for (const { model } of played) {
    for (const { stream } of model.cards) {
      const events = stream === null ? [] : await product.eventsOf(stream);
      const times = events.map(({ data }) => Date.parse(data.at));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  }
});

function bodyOf({ model }: Played, { rulesetId }: ModelEntry): RulesetBody {
  const version = model.versions.find(({ id }) => id === rulesetId);
  if (version === undefined) throw new Error(`no ruleset ${rulesetId}`);
  return version.body;
}

const WANTED = [
  "CARD_FROZEN",
  "TEMPORARILY_BLOCKED",
  "LIMIT_EXCEEDED",
  "UNMET_REQUIREMENTS",
  "granted FREE by version 1",
  "granted FREE by version 2",
  "granted PAID by version 1",
  "granted PAID by version 2",
  "ENTRY_EXPIRED",
  "ENTRY_CANCELLED",
  "CONFIRMED_DIFFERENTLY",
  "TOO_MANY_GUESTS",
  "FREE_CHILDREN_NOT_ALLOWED",
  "PAYMENT_AMOUNT_MISMATCH",
  "OVER_LIMIT",
  "OPEN PAID",
  "OPEN PENDING",
  "COMPLETED PAID",
  "reversed, REFUNDED",
];
