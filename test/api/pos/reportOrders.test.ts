import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { OfflineMonth, totals } from "../../support/offlineMonth/month.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

const LONG = process.env["LONG"] === "1";
const SIZE = LONG ? { places: 20, terminals: 10, cards: 200 } : { places: 6, terminals: 3, cards: 40 };
const SEED = Number(process.env["SEED"] ?? "1");

let product: TestServer;
let month: OfflineMonth;

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  month = await OfflineMonth.create(product, SEED, SIZE);
  await Promise.all(month.places.map(async (place) => await month.tell(place)));
}, 600_000);
afterAll(async () => {
  await product.stop();
});

describe("the same month, told in several orders", () => {
  test("everyVisitIsOneOperation", async () => {
    for (const place of month.places) {
      const became = await month.becameOf(place);
      expect([...became.keys()].sort()).toEqual(month.visits.map(({ label }) => label).sort());
    }
  });

  test("flagsAndTotalsAreTheSameInEveryOrder", async () => {
    const [first, ...others] = await Promise.all(
      month.places.map(async (place) => await month.becameOf(place)),
    );
    if (first === undefined) throw new Error("there is a place");
    for (const [index, other] of others.entries()) {
      for (const [label, one] of first)
        expect(other.get(label), `${label} in order ${String(index + 1)}`).toEqual(one);
      expect(totals(other)).toEqual(totals(first));
    }
    const flags = new Set([...first.values()].flatMap(({ row }) => z.array(z.string()).parse(row["flags"])));
    // A month in which nothing is amiss would show nothing.
    expect([...flags].sort()).toEqual(
      expect.arrayContaining(["BUDGET_EXCEEDED", "CAP_EXCEEDED", "IN_COOLDOWN", "OVER_LIMIT", "OVERTAKES"]),
    );
  });

  test("noNumberOfAJournalIsMissing", async () => {
    for (const place of month.places) {
      for (const [terminal] of place.terminals.entries()) {
        const own = month.visits.filter((one) => one.offline !== null && one.terminal === terminal);
        const missing = await month.send(place, terminal, own.slice(0, 1));
        // Those of another terminal's journal may be higher, and not all are there.
        expect(missing.filter(({ from }) => from <= own.length)).toEqual([]);
      }
    }
  });
});
