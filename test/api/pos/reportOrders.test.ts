import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { Random } from "../../support/domain/random.ts";
import {
  check,
  confirm,
  createLocation,
  importRanges,
  outcome,
  pairTerminal,
  publishRuleset,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/**
 * The same month at several places, each with terminals, rules and cards of its own. What was decided online is the same
 * everywhere; what terminals decided by themselves is told at each place in another way: in another order, in other
 * batches, twice, by two terminals. It comes to the same.
 */

const LONG = process.env["LONG"] === "1";
const ORDERS = LONG ? 20 : 6;
const TERMINALS = LONG ? 10 : 3;
const CARDS = LONG ? 200 : 40;
const VISITS_A_CARD = 6;
const DAYS = 28;
const SEED = Number(process.env["SEED"] ?? "1");

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const FEE = { amount: "25.00", currency: "EUR" };

/** One tap of the month, wherever it takes place. */
interface Visit {
  readonly label: string;
  readonly card: number;
  readonly terminal: number;
  /** After the month's beginning. */
  readonly minutes: number;
  readonly guests: number;
  readonly offline: {
    readonly number: number;
    readonly outcome: string;
    readonly alsoBy: number | null;
  } | null;
}

interface Place {
  readonly index: number;
  readonly locationId: string;
  readonly terminals: readonly Terminal[];
  readonly lists: string[];
  /** What each visit has become: its access id. */
  readonly accessIds: Map<string, string>;
  position: string;
}

const heard = z.object({
  reports: z.array(
    z.object({ reportId: z.string(), outcome: z.enum(["ACCEPTED", "DUPLICATE"]), accessId: z.string() }),
  ),
  missing: z.array(z.object({ from: z.number(), to: z.number() })),
});
const page = z.object({
  items: z.array(
    z.looseObject({
      accessId: z.string(),
      cardId: z.string(),
      type: z.string(),
      status: z.string(),
      cost: z.string().nullable(),
      flags: z.array(z.string()),
      overtakenBy: z.array(z.string()),
      allocation: z.unknown(),
      charged: z.unknown(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

let product: TestServer;
let visits: readonly Visit[];
let places: readonly Place[];
let begin: number;

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  await importRanges(product.admin, ["5000,5999,0001234,Test Bank,POL,WLE,World Elite"]);
  visits = month(new Random(SEED));
  places = await Promise.all(Array.from({ length: ORDERS }, async (_, index) => await openPlace(index)));
  begin = Math.ceil((await now()) / (10 * MINUTE)) * 10 * MINUTE + 10 * MINUTE;
  await online();
  await setClock(begin + (DAYS + 2) * DAY);
  await Promise.all(places.map(async (place) => await tell(place)));
}, 600_000);
afterAll(async () => {
  await product.stop();
});

/** No two taps of a card in the same ten minutes; what is told is five minutes off what was decided online. */
function month(random: Random): readonly Visit[] {
  const numbers = Array.from({ length: TERMINALS }, () => 0);
  const slots = DAYS * 144;
  return Array.from({ length: CARDS }, (_, card) => {
    const days = Array.from({ length: VISITS_A_CARD }, () => random.upTo(DAYS - 1));
    // Now and then soon after another one.
    const taken = new Set(
      days.flatMap((day) => {
        const first = day * 144 + random.upTo(140);
        return random.chance(0.25) ? [first, first + random.between(1, 3)] : [first];
      }),
    );
    return [...taken].filter((slot) => slot < slots).map((slot) => ({ card, slot }));
  })
    .flat()
    .sort((a, b) => a.slot - b.slot || a.card - b.card)
    .map(({ card, slot }, index) => {
      const terminal = random.upTo(TERMINALS - 1);
      const isOffline = random.chance(0.5);
      if (isOffline) numbers[terminal] = (numbers[terminal] ?? 0) + 1;
      return {
        label: `v${String(index)}`,
        card,
        terminal,
        minutes: slot * 10 + (isOffline ? 5 : 0),
        guests: random.pick([0, 0, 1, 2]),
        offline: isOffline
          ? {
              number: numbers[terminal] ?? 0,
              outcome: random.chance(0.93) ? "ADMITTED" : "REFUSED",
              alsoBy: random.maybe(0.1, () => random.upTo(TERMINALS - 1)),
            }
          : null,
      };
    });
}

async function openPlace(index: number): Promise<Place> {
  const { admin, url } = product;
  const locationId = await createLocation(admin, { offlineAllowed: true, cooldownMinutes: 60 });
  await publishRuleset(admin, {
    name: `Order ${String(index)}`,
    criteria: { locations: { locationIds: [locationId] } },
    totalUsage: { max: CARDS * 4, window: { kind: "ROLLING", days: 60 } },
    cardholder: { window: { kind: "ROLLING", days: 10 }, perLocation: null, free: 1, paid: 2, fee: FEE },
    guests: { adults: { free: 1, paid: 1, fee: FEE, maxPerEntry: 2 } },
    offline: { accountRanges: true, whitelist: false, maxGuests: 1, perCardAndDay: 1, perTerminalAndDay: 2 },
  });
  const terminals: Terminal[] = [];
  for (let number = 0; number < TERMINALS; number++) {
    const serialNumber = `P${String(index)}-T${String(number)}`;
    await admin.send("POST", "/api/terminals", { serialNumber, locationId });
    terminals.push(await pairTerminal(admin, url, serialNumber));
  }
  return { index, locationId, terminals, lists: [], accessIds: new Map(), position: "" };
}

async function now(): Promise<number> {
  const { body } = await product.admin.send("GET", "/api/test-clock");
  return Date.parse(z.object({ now: z.string() }).parse(body).now);
}

/** Unless it is so late already: it runs on while requests are answered. */
async function setClock(to: number): Promise<void> {
  if (to <= (await now())) return;
  await product.admin.send("POST", "/api/test-clock", { now: new Date(to).toISOString() });
}

function panOf(place: Place, card: number): string {
  return testPan(place.index * CARDS + card);
}

/** In lock step: the clock is everybody's. Terminals fetch their lists every five days: some are over when they are used. */
async function online(): Promise<void> {
  let fetched = -5;
  for (const visit of visits.filter(({ offline }) => offline === null)) {
    const day = Math.floor(visit.minutes / 1_440);
    if (day >= fetched + 5) {
      fetched = day - (day % 5);
      await setClock(begin + fetched * DAY);
      await Promise.all(places.map(fetchLists));
    }
    await setClock(begin + visit.minutes * MINUTE);
    await Promise.all(places.map(async (place) => await enter(place, visit)));
  }
}

async function fetchLists(place: Place): Promise<void> {
  for (const [index, terminal] of place.terminals.entries()) {
    const { body } = await terminal.client.send("GET", "/pos/fallback_bin_ranges");
    place.lists[index] = z.object({ version: z.string() }).parse(body).version;
  }
}

async function enter(place: Place, { label, card, terminal, guests }: Visit): Promise<void> {
  const device = terminalAt(place, terminal);
  const verdict = outcome(await check(device, panOf(place, card)));
  place.accessIds.set(label, verdict.accessId);
  if (verdict.decision !== "GRANTED") return;
  const confirmed = await confirm(device, verdict.accessId, guests);
  if (confirmed.status === 422) await confirm(device, verdict.accessId, 0);
}

function terminalAt(place: Place, index: number): Terminal {
  const terminal = place.terminals[index];
  if (terminal === undefined) throw new Error(`there is no terminal ${String(index)}`);
  return terminal;
}

/** What every terminal decided by itself, in this place's own way. */
async function tell(place: Place): Promise<void> {
  const random = new Random(1_000 * SEED + place.index);
  const told = visits.flatMap((visit) => {
    if (visit.offline === null) return [];
    const { alsoBy } = visit.offline;
    const senders = alsoBy === null ? [visit.terminal] : [visit.terminal, alsoBy];
    return senders.flatMap((sender) => {
      const times = random.chance(0.2) ? 2 : 1;
      return Array.from({ length: times }, () => ({ visit, sender, place: random.next() }));
    });
  });
  const queue = told.sort((a, b) => a.place - b.place);
  while (queue.length > 0) {
    const batch = queue.splice(0, random.between(1, 40));
    const senders = [...new Set(batch.map(({ sender }) => sender))];
    // Several terminals at once, as after an outage of the whole place.
    await Promise.all(
      senders.map(async (sender) => {
        const own = batch.filter((one) => one.sender === sender).map(({ visit }) => visit);
        await send(place, sender, own);
      }),
    );
  }
}

async function send(place: Place, sender: number, own: readonly Visit[]) {
  const reports = own.map(({ label, card, terminal, minutes, guests, offline }) => ({
    reportId: label,
    number: offline?.number,
    occurredAt: new Date(begin + minutes * MINUTE).toISOString(),
    listVersion: place.lists[terminal],
    mode: "BIN_RANGE",
    card: { pan: panOf(place, card), entryMode: "CONTACTLESS" },
    guests,
    outcome: offline?.outcome,
  }));
  const answer = await terminalAt(place, sender).client.send("POST", "/pos/offline_reports", { reports });
  const { reports: outcomes, missing } = heard.parse(answer.body);
  for (const { reportId, accessId } of outcomes) {
    expect(place.accessIds.get(reportId) ?? accessId).toBe(accessId);
    place.accessIds.set(reportId, accessId);
  }
  const position = answer.headers.get("position") ?? "";
  if (position > place.position) place.position = position;
  return missing;
}

/** Every operation of a place, by the visit that it came of. */
async function becameOf(place: Place) {
  const labels = new Map([...place.accessIds].map(([label, accessId]) => [accessId, label]));
  const cards = new Map(visits.map(({ label, card }) => [label, card]));
  const rows: (readonly [string, { readonly card: number; readonly row: Record<string, unknown> }])[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const more = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/api/operations?locationId=${place.locationId}&limit=500${more}`;
    const { items, nextCursor } = page.parse(await onceThere(path, place.position));
    for (const item of items) {
      const label = labels.get(item.accessId) ?? `nobody's ${item.accessId}`;
      const { type, status, cost, flags, overtakenBy, allocation, charged } = item;
      const by = overtakenBy.map((accessId) => labels.get(accessId));
      rows.push([
        label,
        {
          card: cards.get(label) ?? -1,
          row: { type, status, cost, flags, overtakenBy: by, allocation, charged },
        },
      ]);
    }
    cursor = nextCursor;
  }
  return new Map(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The read models may be more than the five seconds behind that a request waits: six places were told at once. */
async function onceThere(path: string, position: string): Promise<unknown> {
  for (;;) {
    const answer = await product.admin.request("GET", path, undefined, { "Wait-For": position });
    if (answer.status !== 503) return answer.body;
  }
}

/** Per card what is free and what is paid, heads of guests, and how many there are of each status. */
function totals(became: Awaited<ReturnType<typeof becameOf>>): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  const add = (name: string, more: number): void => {
    sums[name] = (sums[name] ?? 0) + more;
  };
  const heads = z.object({ adults: z.object({ free: z.number(), paid: z.number() }) });
  for (const { card, row } of became.values()) {
    add(String(row["status"]), 1);
    if (row["status"] !== "COMPLETED") continue;
    const { adults } = heads.parse(row["allocation"]);
    add(`card ${String(card)} ${String(row["cost"])}`, 1);
    add(`card ${String(card)} guests free`, adults.free);
    add(`card ${String(card)} guests paid`, adults.paid);
  }
  return sums;
}

describe("the same month, told in several orders", () => {
  test("everyVisitIsOneOperation", async () => {
    for (const place of places) {
      const became = await becameOf(place);
      expect([...became.keys()].sort()).toEqual(visits.map(({ label }) => label).sort());
    }
  });

  test("flagsAndTotalsAreTheSameInEveryOrder", async () => {
    const [first, ...others] = await Promise.all(places.map(becameOf));
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
    for (const place of places) {
      for (const [terminal] of place.terminals.entries()) {
        const own = visits.filter((one) => one.offline !== null && one.terminal === terminal);
        const missing = await send(place, terminal, own.slice(0, 1));
        // Those of another terminal's journal may be higher, and not all are there.
        expect(missing.filter(({ from }) => from <= own.length)).toEqual([]);
      }
    }
  });
});
