import { afterAll, beforeAll, describe, expect, test } from "vitest";
import fc from "fast-check";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import {
  check,
  confirm,
  createLocation,
  createTerminal,
  outcome,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { pointersOf, settled } from "./support.ts";

/** What the list of operations is narrowed down by, against all of its rows narrowed down here. */

let product: TestServer;
let all: readonly Row[] = [];
let warsaw = "";
let auckland = "";

const heads = z.object({ free: z.int(), paid: z.int() });
const row = z.looseObject({
  accessId: z.string(),
  at: z.string(),
  status: z.string(),
  code: z.string().nullable(),
  cost: z.string().nullable(),
  paymentStatus: z.string(),
  service: z.string().nullable(),
  country: z.string().nullable(),
  locationId: z.string().nullable(),
  terminal: z.string(),
  type: z.string(),
  entryMode: z.string(),
  maskedPan: z.string(),
  charged: z.object({ currency: z.string() }).nullable(),
  allocation: z.object({ adults: heads, children: heads, freeChildren: z.int() }).nullable(),
});
type Row = z.infer<typeof row>;
const page = z.object({ items: z.array(row), total: z.int() });

async function list(query: string): Promise<z.infer<typeof page>> {
  return page.parse((await product.admin.send("GET", `/api/operations?limit=500&${query}`)).body);
}

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  const { admin, url } = product;
  const fee = { amount: "25.00", currency: "EUR" };
  const here = await simpleProgramme(
    admin,
    url,
    {
      criteria: { locations: { countries: ["POL", "NZL"] } },
      cardholder: { free: 1, paid: 1, fee, window: { kind: "ROLLING", days: 30 } },
      guests: { adults: { free: 2, paid: 0, fee: null, maxPerEntry: 2 } },
    },
    { timeZone: "Europe/Warsaw" },
  );
  warsaw = here.locationId;
  auckland = await createLocation(admin, {
    name: "Gate",
    countryCode: "NZL",
    service: "FAST_LINE",
    timeZone: "Pacific/Auckland",
  });
  const nowhere = await createTerminal(admin, url, null);
  const there = await createTerminal(admin, url, auckland);
  const advance = async (hours: number) =>
    await admin.send("POST", "/api/test-clock", { advance: `PT${String(hours)}H` });
  const visit = async (terminal: Terminal, pan: string, guests: number, isConfirmed = true) => {
    const { decision, accessId } = outcome(await check(terminal, pan));
    if (decision === "GRANTED" && isConfirmed) await confirm(terminal, accessId, guests);
    return accessId;
  };
  for (let n = 0; n < 12; n += 1) {
    await visit(n % 3 === 0 ? there : here.terminal, testPan(n % 5), n % 3, n % 4 !== 3);
    if (n % 4 === 0) await visit(nowhere, testPan(n), 0);
    if (n === 2) {
      const accessId = await visit(here.terminal, testPan(40), 1);
      await admin.send("POST", `/api/operations/${accessId}/reversal`, {});
    }
    await advance(5);
  }
  await settled(product);
  all = (await list("")).items;
});
afterAll(async () => {
  await product.stop();
});

const CHOICES = {
  status: ({ status }: Row) => status,
  code: ({ code }: Row) => code,
  type: ({ type }: Row) => type,
  cost: ({ cost }: Row) => cost,
  paymentStatus: ({ paymentStatus }: Row) => paymentStatus,
  currency: ({ charged }: Row) => charged?.currency ?? null,
  service: ({ service }: Row) => service,
  country: ({ country }: Row) => country,
  locationId: ({ locationId }: Row) => locationId,
  terminal: ({ terminal }: Row) => terminal,
  entryMode: ({ entryMode }: Row) => entryMode,
} as const;

describe("the filters of operations", () => {
  test("ofSeveralValuesAnyHolds, and of several filters all", async () => {
    const names = z.enum(["status", "code", "type", "cost", "paymentStatus", "currency"]).options;
    const others = z.enum(["service", "country", "locationId", "terminal", "entryMode"]).options;
    // The traffic tells values apart, or the filters would prove nothing.
    for (const name of ["status", "code", "cost", "paymentStatus", "service", "terminal"] as const)
      expect(new Set(all.map(CHOICES[name])).size).toBeGreaterThan(1);
    const chosen = fc.subarray([...names, ...others], { minLength: 1, maxLength: 2 }).chain((picked) =>
      fc.record(
        Object.fromEntries(
          picked.map((name) => {
            const values = [...new Set(all.map(CHOICES[name]))].filter((value) => value !== null);
            return [name, fc.subarray(values, { minLength: 1 })] as const;
          }),
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(chosen, async (filter) => {
        const params = Object.entries(filter).flatMap(([name, values]) =>
          values.map((value): [string, string] => [name, value]),
        );
        const wanted = all.filter((one) =>
          Object.entries(filter).every(([name, values]) => {
            const of = Object.entries(CHOICES).find(([choice]) => choice === name)?.[1];
            return values.includes(of?.(one) ?? "nothing");
          }),
        );
        const { items, total } = await list(new URLSearchParams(params).toString());
        expect(items.map(({ accessId }) => accessId)).toEqual(wanted.map(({ accessId }) => accessId));
        expect(total).toBe(wanted.length);
      }),
      { numRuns: 40 },
    );
  });

  test("weekdayAndHourAreThoseOfThePlace, or of the zone that is asked for", async () => {
    const clock = (at: string, timeZone: string) => {
      const parts = new Intl.DateTimeFormat("en-GB", {
        timeZone,
        weekday: "short",
        hour: "2-digit",
        hourCycle: "h23",
      }).formatToParts(new Date(at));
      const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
      return `${String(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(part("weekday")) + 1)} ${String(Number(part("hour")))}`;
    };
    const zoneOf = ({ locationId }: Row) =>
      locationId === warsaw ? "Europe/Warsaw" : locationId === auckland ? "Pacific/Auckland" : "UTC";
    for (const tz of [null, "America/St_Johns"]) {
      const byClock = new Map<string, Row[]>();
      for (const one of all) {
        const key = clock(one.at, tz ?? zoneOf(one));
        byClock.set(key, [...(byClock.get(key) ?? []), one]);
      }
      expect(byClock.size).toBeGreaterThan(5);
      for (const [key, wanted] of byClock) {
        const [weekday = "", hour = ""] = key.split(" ");
        const { items } = await list(`weekday=${weekday}&hour=${hour}${tz === null ? "" : `&tz=${tz}`}`);
        expect(items.map(({ accessId }) => accessId)).toEqual(wanted.map(({ accessId }) => accessId));
      }
    }
    expect((await list("weekday=1&weekday=2&weekday=3&weekday=4&weekday=5&weekday=6&weekday=7")).total).toBe(
      all.length,
    );
  });

  test("aCardIsFoundByWhatItsMaskShows, and guests by their heads", async () => {
    const last4 = testPan(3).slice(-4);
    const of = all.filter(({ maskedPan }) => maskedPan.endsWith(last4));
    expect(of.length).toBeGreaterThan(1);
    // Whatever the sweeper has written of them meanwhile.
    const ids = (rows: readonly Row[]) => rows.map(({ accessId }) => accessId);
    expect(ids((await list(`bin=555555&last4=${last4}`)).items)).toEqual(ids(of));
    expect((await list(`bin=51&last4=${last4}`)).total).toBe(0);
    const headsOf = ({ allocation }: Row) =>
      allocation === null ? 0 : allocation.adults.free + allocation.adults.paid + allocation.children.free;
    for (const guests of [true, false]) {
      const wanted = all.filter((one) => headsOf(one) > 0 === guests);
      expect(wanted.length).toBeGreaterThan(1);
      expect(ids((await list(`guests=${String(guests)}`)).items)).toEqual(ids(wanted));
    }
  });

  test("moreThan100ValuesAreRefused", async () => {
    const query = (values: number) =>
      Array.from({ length: values }, (_, n) => `terminal=T${String(n)}`).join("&");
    expect((await list(query(100))).total).toBe(0);
    const answer = await product.admin.request("GET", `/api/operations?${query(101)}`);
    expect(pointersOf(answer)).toEqual(["/query/terminal"]);
  });

  test.each([
    ["bin=5555555", "/query/bin"],
    ["last4=55555", "/query/last4"],
    ["last4=555", "/query/last4"],
    ["status=FOO", "/query/status/0"],
    ["status=COMPLETED&status=FOO", "/query/status/1"],
    ["status=", "/query/status/0"],
    ["weekday=8", "/query/weekday/0"],
    ["hour=24", "/query/hour/0"],
    ["hour=-1", "/query/hour/0"],
    ["tz=Mars/Base", "/query/tz"],
    ["flag=SOMETHING", "/query/flag/0"],
    ["rulesetVersion=0", "/query/rulesetVersion/0"],
    ["cardId=A&cardId=B", "/query/cardId"],
    ["from=2026-01-01T00:00:00Z&from=2026-01-02T00:00:00Z", "/query/from"],
    ["service=5555555555554444", "/query/service/0"],
  ])("what is no value of a filter is refused: %s", async (query, pointer) => {
    const answer = await product.admin.request("GET", `/api/operations?${query}`);
    expect(answer.status).toBe(422);
    expect(pointersOf(answer)).toEqual([pointer]);
  });
});
