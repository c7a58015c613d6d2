import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Client } from "../../../src/client.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { dashboardShape } from "../../../src/api/management/dashboard/shape.ts";
import {
  check,
  confirm,
  createLocation,
  createTerminal,
  outcome,
  publishRuleset,
  importRanges,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, pointersOf, settled } from "./support.ts";

/** Every number of the dashboard against the total of the list that it stands for. */

const HOUR = 3_600_000;
const FORWARD = { from: "2027-03-27T12:00:00Z", day: "2027-03-28" };
const BACK = { from: "2027-10-30T12:00:00Z", day: "2027-10-31" };
const ZONES = ["Europe/Warsaw", "America/St_Johns", "Asia/Kathmandu"] as const;

let product: TestServer;
let warsaw = "";
let kathmandu = "";
let rulesetId = "";
let pans = 0;

async function moveTo(now: string): Promise<void> {
  await product.admin.send("POST", "/api/test-clock", { now });
}
async function advance(ms: number): Promise<void> {
  await product.admin.send("POST", "/api/test-clock", { advance: `PT${String(Math.round(ms / 1_000))}S` });
}

/** What becomes of entries: confirmed with guests, corrected, reversed, cancelled, left to lapse; and refusals. */
async function traffic(terminals: readonly Terminal[], steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    const terminal = terminals[step % terminals.length];
    if (terminal === undefined) throw new Error("a terminal is wanted");
    const pan = step % 5 === 4 ? `51${testPan(++pans).slice(2, 15)}` : testPan(++pans % 9);
    const { decision, accessId } = outcome(await check(terminal, luhn(pan)));
    const reversal = `/api/operations/${accessId}/reversal`;
    if (decision === "GRANTED") {
      if (step % 7 === 1) await terminal.client.send("POST", "/pos/cancel_entry", { accessId });
      else if (step % 7 !== 2) await confirm(terminal, accessId, { adults: step % 4, children: step % 2 });
      if (step % 7 === 3) await product.admin.send("POST", reversal, {});
      if (step % 7 === 4 && step % 4 > 0)
        await product.admin.send(
          "POST",
          reversal,
          { guests: { adults: 1 } },
          { "Idempotency-Key": accessId },
        );
    }
    await advance(41 * 60_000);
  }
}

/** With the check digit that belongs to its first 15. */
function luhn(pan: string): string {
  const digits = Array.from(pan.slice(0, 15), Number).toReversed();
  const sum = digits.reduce((total, digit, place) => {
    const counted = place % 2 === 0 ? digit * 2 : digit;
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return pan.slice(0, 15) + String((10 - (sum % 10)) % 10);
}

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  const { admin, url } = product;
  await importRanges(admin, ["5555,5555,0001234,Test Bank,POL,WLE,", "51,51,0009999,Other Bank,DEU,WLE,"]);
  warsaw = await createLocation(admin, { name: "Lounge", timeZone: "Europe/Warsaw" });
  kathmandu = await createLocation(admin, {
    ...{ name: "Gate", countryCode: "NPL", service: "FAST_LINE", timeZone: "Asia/Kathmandu" },
  });
  const nowhere = await createLocation(admin, { name: "No zone", countryCode: "DEU" });
  const fee = { amount: "25.00", currency: "EUR" };
  rulesetId = await publishRuleset(admin, {
    cardholder: { free: 1, paid: 2, fee, window: { kind: "ROLLING", days: 30 } },
    guests: {
      adults: { free: 1, paid: "UNLIMITED", fee: { amount: "10", currency: "EUR" }, maxPerEntry: 4 },
      children: { free: 2 },
    },
    totalUsage: { max: 100, window: null },
  });
  const terminals = await Promise.all(
    [warsaw, kathmandu, nowhere, null].map(async (place) => await createTerminal(admin, url, place)),
  );
  for (const change of [FORWARD, BACK]) {
    await moveTo(change.from);
    await traffic(terminals, 50);
  }
  await settled(product);
});
afterAll(async () => {
  await product.stop();
});

type Answer = z.infer<typeof dashboardShape>;

async function dashboard(client: Client, query: string): Promise<Answer> {
  return dashboardShape.parse((await client.send("GET", `/api/dashboard?${query}`)).body);
}

async function total(client: Client, query: string): Promise<number> {
  const { body } = await client.send("GET", `/api/operations?limit=1&${query}`);
  return z.object({ total: z.int(), totalExact: z.literal(true) }).parse(body).total;
}

const GRANTED = ["PENDING", "COMPLETED", "CANCELLED", "EXPIRED", "REVERSED"]
  .map((one) => `status=${one}`)
  .join("&");

/** Each number that an answer holds, with the list's filter that it stands for. */
function numbersOf(answer: Answer, filter: string): readonly (readonly [number, string])[] {
  const range = (one: { from: string; to: string }) => `from=${one.from}&to=${one.to}&${filter}`;
  const figures = (one: Answer["figures"], at: string) =>
    [
      [one.granted, `${GRANTED}&${at}`],
      [one.refused, `status=REJECTED&${at}`],
      [one.entries, `status=COMPLETED&${at}`],
      [one.freeEntries, `status=COMPLETED&cost=FREE&${at}`],
      [one.paidEntries, `status=COMPLETED&cost=PAID&${at}`],
      [one.lapsed, `status=EXPIRED&${at}`],
      [one.waiting, `status=PENDING&${at}`],
      [one.cancelled, `status=CANCELLED&${at}`],
      [one.reversed, `status=REVERSED&${at}`],
      [one.entriesWithGuests, `status=COMPLETED&guests=true&${at}`],
    ] as const;
  const here = range(answer);
  const place = here.replaceAll(/&?locationId=[^&]*/g, "");
  const clocks = answer.busyHours.hoursIn === "TZ" ? `&tz=${answer.tz}` : "";
  return [
    ...figures(answer.figures, here),
    ...(answer.previous === null ? [] : figures(answer.previous, range(answer.previous))),
    ...[...answer.overTime.buckets, ...(answer.overTime.previous ?? [])].flatMap(
      (one) =>
        [
          [one.granted, `${GRANTED}&${range(one)}`],
          [one.refused, `status=REJECTED&${range(one)}`],
        ] as const,
    ),
    ...answer.fees.map(
      ({ operations, currency, paymentStatus }) =>
        [
          operations,
          `status=COMPLETED&status=REVERSED&currency=${currency}&paymentStatus=${paymentStatus}&${here}`,
        ] as const,
    ),
    ...answer.busyHours.cells.map(
      ({ entries, weekday, hour }) =>
        [
          entries,
          `status=COMPLETED&weekday=${String(weekday)}&hour=${String(hour)}${clocks}&${here}`,
        ] as const,
    ),
    ...answer.places.flatMap(({ locationId, entries, refused }) =>
      locationId === null
        ? []
        : ([
            [entries, `status=COMPLETED&locationId=${locationId}&${place}`],
            [refused, `status=REJECTED&locationId=${locationId}&${place}`],
          ] as const),
    ),
    ...answer.reasons.map(({ code, refused }) => [refused, `code=${code}&${here}`] as const),
  ];
}

async function expectTotals(client: Client, query: string, filter = ""): Promise<Answer> {
  const answer = await dashboard(client, `${query}&${filter}`);
  for (const [number, list] of numbersOf(answer, filter)) {
    expect([list, await total(client, list)]).toEqual([list, number]);
  }
  return answer;
}

describe("the dashboard", () => {
  test.each(ZONES)(
    "everyNumberIsTheTotalOfItsList, over the change of clocks in both directions, in %s",
    async (tz) => {
      for (const { day } of [FORWARD, BACK]) {
        const noon = Date.parse(`${day}T12:00:00Z`);
        const at = (hours: number) => new Date(noon + hours * HOUR).toISOString();
        const day2 = await expectTotals(product.admin, `tz=${tz}&from=${at(-24)}&to=${at(12)}&compare=true`);
        expect(day2.overTime.unit).toBe("HOUR");
        expect(day2.figures.entries).toBeGreaterThan(3);
        expect(day2.busyHours.cells.reduce((sum, { entries }) => sum + entries, 0)).toBe(
          day2.figures.entries,
        );
        const week = await expectTotals(
          product.admin,
          `tz=${tz}&hoursIn=TZ&compare=true&from=${at(-24 * 4)}&to=${at(24 * 3)}`,
        );
        expect(week.overTime.unit).toBe("DAY");
        expect(week.overTime.buckets.reduce((sum, { granted }) => sum + granted, 0)).toBe(
          week.figures.granted,
        );
      }
      const lengths = async (day: string) => {
        const noon = Date.parse(`${day}T12:00:00Z`);
        const from = new Date(noon - 24 * 3 * HOUR).toISOString();
        const { overTime } = await dashboard(
          product.admin,
          `tz=${tz}&from=${from}&to=${new Date(noon + 48 * HOUR).toISOString()}`,
        );
        return overTime.buckets
          .slice(1, -1)
          .map(({ from: a, to: b }) => (Date.parse(b) - Date.parse(a)) / HOUR);
      };
      const [spring, autumn] = [await lengths(FORWARD.day), await lengths(BACK.day)];
      const others = [24, 24, 24, 24];
      expect(spring.toSorted()).toEqual(tz === "Europe/Warsaw" ? [23, 24, 24, 24] : others);
      expect(autumn.toSorted()).toEqual(tz === "Europe/Warsaw" ? [24, 24, 24, 25] : others);
    },
  );

  test("aFilterNarrowsEveryNumberDown", async () => {
    const range = `tz=UTC&from=${BACK.from}&to=2027-11-02T00:00:00Z`;
    for (const filter of [
      `locationId=${kathmandu}`,
      `locationId=${kathmandu}&locationId=${warsaw}`,
      "service=FAST_LINE",
      "ica=0009999",
      `rulesetId=${rulesetId}`,
    ]) {
      const { figures } = await expectTotals(product.admin, range, filter);
      expect(figures.granted + figures.refused).toBeGreaterThan(0);
    }
  });

  test("whoIsLimitedSeesTheirOwn, and a Call Center none of it", async () => {
    const range = `tz=UTC&from=${FORWARD.from}&to=2027-11-02T00:00:00Z`;
    const all = await dashboard(product.admin, range);
    const count = ({ figures }: Answer) => figures.granted + figures.refused;
    const provider = await clientFor(product, "SERVICE_PROVIDER", { locationIds: [warsaw] });
    const own = await expectTotals(provider, range);
    expect(own.places.map(({ locationId }) => locationId)).toEqual([warsaw]);
    expect(count(own)).toBeLessThan(count(all));
    expect(own).toMatchObject({ budgets: null, waitingForYou: null, terminals: { paired: 1, notPaired: 0 } });
    // A filter shows nothing of others.
    expect(count(await dashboard(provider, `${range}&locationId=${kathmandu}`))).toBe(0);
    const issuer = await clientFor(product, "ISSUER", { icas: ["0009999"] });
    const cards = await expectTotals(issuer, range);
    expect(count(cards)).toBeGreaterThan(0);
    expect(count(cards)).toBeLessThan(count(all));
    expect(cards.terminals).toBe(null);
    // The rule is for others' cards too: what is left of it is not told.
    expect(cards.budgets).toEqual([]);
    expect(all.budgets).toMatchObject([{ rulesetId, max: 100 }]);
    const calls = await clientFor(product, "CALL_CENTER");
    expect((await calls.request("GET", "/api/dashboard")).status).toBe(403);
  });

  test("feesAreWhatWasChargedLessWhatWentBack", async () => {
    const range = `from=${FORWARD.from}&to=2027-11-02T00:00:00Z`;
    const { fees } = await dashboard(product.admin, range);
    const money = z.object({ amount: z.string(), currency: z.string() }).nullable();
    const row = z.looseObject({
      charged: money,
      paymentStatus: z.string(),
      reversal: z.looseObject({ refund: money }).nullable(),
      corrections: z.array(z.looseObject({ refund: money })),
    });
    const { body } = await product.admin.send(
      "GET",
      `/api/operations?limit=500&status=COMPLETED&status=REVERSED&currency=EUR&${range}`,
    );
    const { items } = z.object({ items: z.array(row) }).parse(body);
    expect(items.length).toBeGreaterThan(5);
    for (const fee of fees) {
      const own = items.filter(({ paymentStatus }) => paymentStatus === fee.paymentStatus);
      const cents = (amount: string | undefined) => Math.round(Number(amount ?? 0) * 100);
      const charged = own.reduce((sum, one) => sum + cents(one.charged?.amount), 0);
      const refunded = own
        .flatMap((one) => [...one.corrections, ...(one.reversal === null ? [] : [one.reversal])])
        .reduce((sum, one) => sum + cents(one.refund?.amount), 0);
      expect([cents(fee.charged.amount), cents(fee.refunded.amount)]).toEqual([charged, refunded]);
      expect(cents(fee.net.amount)).toBe(charged - refunded);
    }
  });

  test.each([
    ["from=2027-01-02T00:00:00Z&to=2027-01-01T00:00:00Z", "/query/to"],
    ["from=2000-01-02T00:00:00Z&to=2027-01-01T00:00:00Z", "/query/from"],
    ["tz=Nowhere/None", "/query/tz"],
    ["from=2027-01-02", "/query/from"],
  ])("what is no range or zone is refused: %s", async (query, pointer) => {
    const answer = await product.admin.request("GET", `/api/dashboard?${query}`);
    expect([answer.status, pointersOf(answer)]).toEqual([422, [pointer]]);
  });

  test("terminalsThatAreSuspendedOrSilentAreThoseOfTheListItLeadsTo", async () => {
    const range = `tz=UTC&from=${BACK.from}&to=2027-11-02T00:00:00Z`;
    const terminals = async () => {
      const { terminals: counts } = await dashboard(product.admin, range);
      if (counts === null) throw new Error("an administrator sees terminals");
      const found = async (query: string) => {
        const { body } = await product.admin.send("GET", `/api/terminals?${query}`);
        return z
          .object({ items: z.array(z.looseObject({ id: z.string(), lastAttemptAt: z.string().nullable() })) })
          .parse(body).items;
      };
      const silent = await found(`quietSince=${counts.silentSince}`);
      const suspended = await found("state=SUSPENDED");
      expect([silent.length, suspended.length]).toEqual([counts.silent, counts.suspended]);
      for (const { lastAttemptAt } of silent) {
        expect(lastAttemptAt === null || lastAttemptAt < counts.silentSince).toBe(true);
      }
      return { counts, silent: silent.map(({ id }) => id) };
    };
    const before = await terminals();
    expect(before.counts).toMatchObject({ silent: 0, suspended: 0 });
    const [first] = z
      .object({ items: z.array(z.looseObject({ id: z.string(), lastAttemptAt: z.string() })) })
      .parse((await product.admin.send("GET", "/api/terminals?status=PAIRED")).body).items;
    const serial = first?.id ?? "";
    await product.admin.send("POST", `/api/terminals/${serial}/suspend`, { reason: "stolen" });
    // An unpaired one is not silent; it is not there.
    await product.admin.send("POST", "/api/terminals", { serialNumber: "BOXED", locationId: warsaw });
    await settled(product);
    expect((await terminals()).counts).toMatchObject({ silent: 0, suspended: 1, notPaired: 1 });
    await advance(24 * HOUR + 1_000);
    const after = await terminals();
    expect(after.counts.silent).toBe(after.counts.paired);
    expect(after.silent).not.toContain("BOXED");
  });
});
