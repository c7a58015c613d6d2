import { z } from "zod";
import { type Answer, type Client, UnreachableError } from "../../../src/client.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { Random } from "../domain/random.ts";
import {
  check,
  confirm,
  createLocation,
  importRanges,
  outcome,
  pairTerminal,
  publishRuleset,
  testPan,
} from "../programme.ts";
import { DAYS, month, type Size, type Visit } from "./visits.ts";

/**
 * The same month at several places, each with terminals, rules and cards of its own. What was decided online is the same
 * everywhere; what terminals decided by themselves is told at each place in another way: in another order, in other
 * batches, twice, by two terminals. It comes to the same.
 */

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const FEE = { amount: "25.00", currency: "EUR" };

export interface Place {
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

export interface Scene {
  readonly url: string;
  readonly admin: Client;
}

/** A request is sent again until it was answered: by whoever knows that the other side may be killed. */
type Send = (ask: () => Promise<Answer>) => Promise<Answer>;
const once: Send = async (ask) => await ask();

export class OfflineMonth {
  readonly visits: readonly Visit[];
  readonly places: readonly Place[];
  readonly #scene: Scene;
  readonly #seed: number;
  readonly #size: Size;
  readonly #begin: number;

  private constructor(
    scene: Scene,
    seed: number,
    size: Size,
    visits: readonly Visit[],
    places: readonly Place[],
    begin: number,
  ) {
    this.#scene = scene;
    this.#seed = seed;
    this.#size = size;
    this.visits = visits;
    this.places = places;
    this.#begin = begin;
  }

  /** What was decided online has taken place; the month is over, and nothing was told yet. */
  static async create(
    scene: Scene,
    seed: number,
    size: Size & { readonly places: number },
  ): Promise<OfflineMonth> {
    await importRanges(scene.admin, ["5000,5999,0001234,Test Bank,POL,WLE,World Elite"]);
    const visits = month(new Random(seed), size);
    const places = await Promise.all(
      Array.from({ length: size.places }, async (_, index) => await openPlace(scene, size, index)),
    );
    const begin = Math.ceil((await now(scene)) / (10 * MINUTE)) * 10 * MINUTE + 10 * MINUTE;
    const made = new OfflineMonth(scene, seed, size, visits, places, begin);
    await made.#online();
    await made.#setClock(begin + (DAYS + 2) * DAY);
    return made;
  }

  /** In lock step: the clock is everybody's. Terminals fetch their lists every five days: some are over when they are used. */
  async #online(): Promise<void> {
    let fetched = -5;
    for (const visit of this.visits.filter(({ offline }) => offline === null)) {
      const day = Math.floor(visit.minutes / 1_440);
      if (day >= fetched + 5) {
        fetched = day - (day % 5);
        await this.#setClock(this.#begin + fetched * DAY);
        await Promise.all(this.places.map(fetchLists));
      }
      await this.#setClock(this.#begin + visit.minutes * MINUTE);
      await Promise.all(this.places.map(async (place) => await this.#enter(place, visit)));
    }
  }

  async #enter(place: Place, { label, card, terminal, guests }: Visit): Promise<void> {
    const device = terminalAt(place, terminal);
    const verdict = outcome(await check(device, this.#panOf(place, card)));
    place.accessIds.set(label, verdict.accessId);
    if (verdict.decision !== "GRANTED") return;
    const confirmed = await confirm(device, verdict.accessId, guests);
    if (confirmed.status === 422) await confirm(device, verdict.accessId, 0);
  }

  /** Unless it is so late already: it runs on while requests are answered. */
  async #setClock(to: number): Promise<void> {
    if (to <= (await now(this.#scene))) return;
    const set = async () =>
      await this.#scene.admin.send("POST", "/api/test-clock", { now: new Date(to).toISOString() });
    // A connection that lay idle meanwhile may be closed in this very moment; the same time can be set twice.
    await set().catch(async (error: unknown) => {
      if (!(error instanceof UnreachableError)) throw error;
      return await set();
    });
  }

  #panOf(place: Place, card: number): string {
    return testPan(place.index * this.#size.cards + card);
  }

  /** What every terminal decided by itself, in this place's own way. */
  async tell(place: Place, patiently: Send = once): Promise<void> {
    const random = new Random(1_000 * this.#seed + place.index);
    const told = this.visits.flatMap((visit) => {
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
          await this.send(place, sender, own, patiently);
        }),
      );
    }
  }

  async send(place: Place, sender: number, own: readonly Visit[], patiently: Send = once) {
    const reports = own.map(({ label, card, terminal, minutes, guests, offline }) => ({
      reportId: label,
      number: offline?.number,
      occurredAt: new Date(this.#begin + minutes * MINUTE).toISOString(),
      listVersion: place.lists[terminal],
      mode: "BIN_RANGE",
      card: { pan: this.#panOf(place, card), entryMode: "CONTACTLESS" },
      guests,
      outcome: offline?.outcome,
    }));
    const answer = await patiently(
      async () => await terminalAt(place, sender).client.send("POST", "/pos/offline_reports", { reports }),
    );
    const { reports: outcomes, missing } = heard.parse(answer.body);
    for (const { reportId, accessId } of outcomes) {
      const before = place.accessIds.get(reportId) ?? accessId;
      if (before !== accessId) throw new Error(`${reportId} was ${before}, and is ${accessId}`);
      place.accessIds.set(reportId, accessId);
    }
    const position = answer.headers.get("position") ?? "";
    if (position > place.position) place.position = position;
    return missing;
  }

  /** Every operation of a place, by the visit that it came of. */
  async becameOf(place: Place) {
    const labels = new Map([...place.accessIds].map(([label, accessId]) => [accessId, label]));
    const cards = new Map(this.visits.map(({ label, card }) => [label, card]));
    const rows: (readonly [string, { readonly card: number; readonly row: Record<string, unknown> }])[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const more = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const path = `/api/operations?locationId=${place.locationId}&limit=500${more}`;
      const { items, nextCursor } = page.parse(await this.#onceThere(path, place.position));
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
  async #onceThere(path: string, position: string): Promise<unknown> {
    for (;;) {
      const answer = await this.#scene.admin.request("GET", path, undefined, { "Wait-For": position });
      if (answer.status !== 503) return answer.body;
    }
  }
}

export type Became = Awaited<ReturnType<OfflineMonth["becameOf"]>>;

async function openPlace({ admin, url }: Scene, size: Size, index: number): Promise<Place> {
  const locationId = await createLocation(admin, { offlineAllowed: true, cooldownMinutes: 60 });
  await publishRuleset(admin, {
    name: `Order ${String(index)}`,
    criteria: { locations: { locationIds: [locationId] } },
    totalUsage: { max: size.cards * 4, window: { kind: "ROLLING", days: 60 } },
    cardholder: { window: { kind: "ROLLING", days: 10 }, perLocation: null, free: 1, paid: 2, fee: FEE },
    guests: { adults: { free: 1, paid: 1, fee: FEE, maxPerEntry: 2 } },
    offline: { accountRanges: true, whitelist: false, maxGuests: 1, perCardAndDay: 1, perTerminalAndDay: 2 },
  });
  const terminals: Terminal[] = [];
  for (let number = 0; number < size.terminals; number++) {
    const serialNumber = `P${String(index)}-T${String(number)}`;
    await admin.send("POST", "/api/terminals", { serialNumber, locationId });
    terminals.push(await pairTerminal(admin, url, serialNumber));
  }
  return { index, locationId, terminals, lists: [], accessIds: new Map(), position: "" };
}

async function now({ admin }: Scene): Promise<number> {
  const { body } = await admin.send("GET", "/api/test-clock");
  return Date.parse(z.object({ now: z.string() }).parse(body).now);
}

async function fetchLists(place: Place): Promise<void> {
  for (const [index, terminal] of place.terminals.entries()) {
    const { body } = await terminal.client.send("GET", "/pos/fallback_bin_ranges");
    place.lists[index] = z.object({ version: z.string() }).parse(body).version;
  }
}

function terminalAt(place: Place, index: number): Terminal {
  const terminal = place.terminals[index];
  if (terminal === undefined) throw new Error(`there is no terminal ${String(index)}`);
  return terminal;
}

/** Per card what is free and what is paid, heads of guests, and how many there are of each status. */
export function totals(became: Became): Readonly<Record<string, number>> {
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
