import { ulid } from "ulid";
import { z } from "zod";
import { allocation, type GuestCounts, type Payment } from "../../src/domain/card/shapes.ts";
import type { RulesetBody } from "../../src/domain/ruleset/events.ts";
import { rulesetInput } from "../../src/domain/ruleset/input.ts";
import type { Window } from "../../src/domain/window.ts";
import { Random } from "../support/domain/random.ts";
import { testPan } from "../support/programme.ts";
import { Model, type ModelCard, type ModelEntry } from "./model.ts";
import { amountOf, minor } from "./money.ts";
import type { Product } from "./product.ts";

/** A history that was played: what was done, and what the product said otherwise than the model. */
export interface Played {
  readonly seed: number;
  readonly model: Model;
  readonly steps: readonly string[];
  readonly differences: readonly string[];
  /** Neither a second version nor a visit given or taken by hand: each limit is the same from first to last. */
  readonly plain: boolean;
  readonly seen: ReadonlySet<string>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WAITS = [
  0,
  1,
  MINUTE,
  5 * MINUTE,
  5 * MINUTE,
  6 * MINUTE,
  HOUR,
  11 * HOUR,
  24 * HOUR,
  144 * HOUR,
] as const;
const CURRENCIES = ["EUR", "JPY", "BHD"] as const;
const FEES = [0n, 735n, 735n, 2_500n] as const;
const DEEDS = ["FreezeCard", "UnfreezeCard", "UnfreezeCard", "EnrollCard", "UnenrollCard"] as const;

export async function play(product: Product, seed: number, length: number): Promise<Played> {
  const history = new History(product, seed);
  await history.prepare();
  for (let step = 0; step < length; step++) await history.step();
  return history.played();
}

class History {
  readonly #product: Product;
  readonly #random: Random;
  readonly #seed: number;
  readonly #serials: string[] = [];
  readonly #rulesets: string[] = [];
  readonly #steps: string[] = [];
  readonly #differences: string[] = [];
  readonly #seen = new Set<string>();
  #model = new Model([], []);
  #plain = true;
  /** Whether limits may change on the way. */
  readonly #changes: boolean;

  constructor(product: Product, seed: number) {
    this.#product = product;
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#changes = this.#random.chance(0.6);
  }

  played(): Played {
    const [seed, model, steps] = [this.#seed, this.#model, this.#steps];
    return { seed, model, steps, differences: this.#differences, plain: this.#plain, seen: this.#seen };
  }

  async prepare(): Promise<void> {
    const places = [await this.#product.newPlace(), await this.#product.newPlace()];
    this.#serials.push(...places.map(({ serial }) => serial));
    const pans = [this.#product.newPan(testPan), this.#product.newPan(testPan)];
    this.#model = new Model(
      pans,
      places.map(({ locationId }) => locationId),
    );
    for (let count = this.#random.between(1, 2); count > 0; count--) {
      const id = ulid();
      const body = this.#body();
      this.#rulesets.push(id);
      await this.#product.createRuleset(id, body);
      this.#model.publish(id, body, this.#now(0));
    }
  }

  async step(): Promise<void> {
    const random = this.#random;
    const dice = random.upTo(99);
    const card = this.#pick(this.#model.cards);
    await this.#seeLapses();
    const entry = card.entries.at(-1 - random.pick([0, 0, 0, 1, 2])) ?? null;
    if (dice < 33) await this.#check(card);
    else if (dice < 56 && entry !== null) await this.#confirm(entry);
    else if (dice < 60 && entry !== null) await this.#cancel(entry);
    else if (dice < 68 && entry !== null) await this.#reverse(entry);
    else if (dice < 72) await this.#byHand(card);
    else if (dice < 75 && this.#changes) await this.#adjust(card);
    else if (dice < 77 && this.#changes) await this.#publish();
    else if (dice < 79) await this.#sweep();
    else this.#wait();
  }

  /** Anybody writes that an entry has lapsed, in nobody's name. */
  async #seeLapses(): Promise<void> {
    for (const card of this.#model.cards) {
      if (card.stream === null) continue;
      for (const event of await this.#product.eventsOf(card.stream)) {
        if (event.type !== "EntryLapsed") continue;
        const { accessId, at } = event.data;
        const entry = card.entries.find((one) => one.accessId === accessId);
        if (entry === undefined || entry.lapsed) continue;
        if (Date.parse(at) < entry.at + 5 * MINUTE) this.#differences.push(`${accessId} lapsed too early`);
        entry.lapsed = true;
        card.lastAt = Math.max(card.lastAt, Date.parse(at));
      }
    }
  }

  async #check(card: ModelCard): Promise<void> {
    const [on, place] = [this.#random.upTo(1), this.#random.upTo(1)];
    const now = this.#now(on);
    const expected = this.#model.expected(card, place, now);
    const requestId = this.#random.maybe(0.5, () => ulid());
    const serial = this.#serials[place] ?? "";
    const { event, stream } = await this.#product.check(on, serial, card.pan, requestId);
    card.stream = stream;
    const { at, accessId } = event.data;
    this.#note(`check at ${String(place)} on ${String(on)}: ${event.type}`, card);
    card.lastAt = this.#model.timeOf(card, now);
    this.#same("instant of a check", Date.parse(at), card.lastAt);
    if (expected.kind === "needs" || event.type === "AttemptRefused") throw new Error("nobody is asked");
    if (event.type === "EntryRejected" || expected.kind === "rejected") {
      const told = event.type === "EntryRejected" ? event.data : null;
      const wanted = expected.kind === "rejected" ? expected : null;
      this.#same("rejection", told?.code, wanted?.code);
      this.#same("ruleset of a rejection", told?.ruleset?.id, wanted?.ruleset?.id);
      if (!this.#model.isBehind(now)) this.#sameInstant(told?.nextFreeAt, wanted?.nextFreeAt);
      this.#seen.add(told?.code ?? "");
    }
    if (event.type !== "EntryGranted") return;
    const { ruleset, cost, fee, available, guests } = event.data;
    if (expected.kind === "granted") {
      this.#same("grant", { ruleset, cost, fee, available, guests }, { ...pickGrant(expected) });
    }
    this.#seen.add(`granted ${cost} by version ${String(ruleset.version)}`);
    const held = this.#model.keepsBudget(ruleset.id);
    card.entries.push({
      ...{ accessId, card, place, rulesetId: ruleset.id, at: Date.parse(at), cost, fee, held, lapsed: false },
      ...{ entitlement: guests, status: "OPEN", confirmedAt: 0, guests: null, split: null, flagged: false },
      ...{ told: null, payment: "NONE", charged: 0n, refunded: 0n, answer: null },
    });
    const again = await this.#product.check(on, serial, card.pan, requestId ?? ulid());
    if (requestId !== null) this.#same("repeat of a check", again.event.data.accessId, accessId);
  }

  async #confirm(entry: ModelEntry): Promise<void> {
    const on = this.#random.upTo(1);
    const guests = entry.guests !== null && this.#random.chance(0.8) ? entry.guests : this.#guests();
    const payment = this.#payment(entry, guests);
    const now = this.#now(on);
    const [before, wasTold] = [entry.status, entry.told];
    const wanted = this.#model.confirm(entry, now, guests, payment);
    const serial = this.#serials[entry.place] ?? "";
    const told = await this.#product.confirm(on, serial, entry.accessId, guests, payment);
    this.#note(`confirm ${entry.accessId} on ${String(on)} ${text(guests)} ${text(payment)}`, entry.card);
    this.#same("confirmation", told.kind === "problem" ? told.code : null, wanted);
    if (told.kind === "problem" || wanted !== null) return void this.#seen.add(wanted ?? "");
    const answer = confirmed.parse(told.body);
    this.#seen.add(`${before} ${answer.paymentStatus}`);
    if (before === "COMPLETED" || before === "REVERSED") {
      // A payment that is told later changes what a repeat says of it, and nothing else.
      const text = JSON.stringify({ ...answer, paymentStatus: null });
      this.#same("repeat of a confirmation", text, entry.answer);
      if (wasTold === null && entry.told !== null) this.#same("payment", answer.paymentStatus, entry.payment);
      return;
    }
    entry.answer = JSON.stringify({ ...answer, paymentStatus: null });
    entry.flagged = answer.flags.length > 0;
    if (entry.flagged) this.#seen.add("OVER_LIMIT");
    this.#same("charge", minor(answer.charged), entry.charged);
    this.#same("payment", answer.paymentStatus, entry.charged === 0n ? answer.paymentStatus : entry.payment);
    entry.payment = answer.paymentStatus;
    const { adults, children, freeChildren } = answer.allocation;
    const heads = {
      adults: adults.free + adults.paid,
      children: children.free + children.paid,
      freeChildren,
    };
    this.#same("guests", heads, guests);
    // Where two ways cost the same, either will do.
    const fees = entry.split?.fees ?? 0n;
    entry.split = { adults, children, freeChildren, fees };
    this.#same("allocation", this.#model.due(entry), entry.charged);
  }

  async #cancel(entry: ModelEntry): Promise<void> {
    const on = this.#random.upTo(1);
    const wanted = this.#model.cancel(entry, this.#now(on));
    const told = await this.#product.cancel(on, this.#serials[entry.place] ?? "", entry.accessId);
    this.#note(`cancel ${entry.accessId}`, entry.card);
    this.#same("cancellation", told.kind === "problem" ? told.code : null, wanted);
    entry.held = entry.status === "CANCELLED" ? false : entry.held;
  }

  async #reverse(entry: ModelEntry): Promise<void> {
    const on = this.#random.upTo(1);
    const one = { adults: 1, children: 0, freeChildren: 0 };
    const guests = this.#random.pick([null, null, one, one, this.#guests()]);
    const wanted = this.#model.reverse(entry, this.#now(on), guests);
    const told = await this.#product.reverse(on, entry.accessId, guests);
    this.#note(`reverse ${entry.accessId} ${JSON.stringify(guests)}`, entry.card);
    this.#same("reversal", told.kind === "problem" ? told.code : null, wanted);
    if (wanted === null) this.#seen.add(`${guests === null ? "reversed" : "corrected"}, ${entry.payment}`);
  }

  async #byHand(card: ModelCard): Promise<void> {
    const [on, deed] = [this.#random.upTo(1), this.#random.pick(DEEDS)];
    await this.#product.byHand(on, card.pan, deed);
    this.#note(deed, card);
    const [frozen, enrolled] = [card.frozen, card.enrolled];
    if (deed === "FreezeCard" || deed === "UnfreezeCard") card.frozen = deed === "FreezeCard";
    else card.enrolled = deed === "EnrollCard";
    // What is so already is not written again.
    if (frozen !== card.frozen || enrolled !== card.enrolled)
      card.lastAt = this.#model.timeOf(card, this.#now(on));
  }

  async #adjust(card: ModelCard): Promise<void> {
    const [on, rulesetId] = [this.#random.upTo(1), this.#pick(this.#rulesets)];
    const given = { free: this.#random.between(-1, 1), paid: this.#random.upTo(1) };
    await this.#product.adjust(on, card.pan, rulesetId, given.free, given.paid);
    this.#note(`adjust ${JSON.stringify(given)}`, card);
    card.lastAt = this.#model.timeOf(card, this.#now(on));
    card.adjustments.push({ rulesetId, at: card.lastAt, ...given });
    this.#plain = false;
  }

  async #publish(): Promise<void> {
    const [id, body] = [this.#pick(this.#rulesets), this.#body()];
    await this.#product.publishAgain(id, body);
    this.#note(`publish ${id}`, null);
    this.#model.publish(id, body, this.#now(0));
    // So that no instance is asked about an instant before it.
    this.#product.now += 2_000;
    this.#plain = false;
  }

  async #sweep(): Promise<void> {
    await this.#product.sweep();
    this.#note("sweep", null);
  }

  #wait(): void {
    const ms = this.#random.pick(WAITS);
    this.#product.now += ms;
    this.#note(`wait ${String(ms)}`, null);
  }

  #now(on: number): number {
    return this.#product.now + (this.#product.skews[on] ?? 0);
  }

  #guests(): GuestCounts {
    const random = this.#random;
    if (random.chance(0.4)) return { adults: 0, children: 0, freeChildren: 0 };
    const freeChildren = random.chance(0.2) ? 1 : 0;
    return { adults: random.upTo(3), children: random.upTo(2), freeChildren };
  }

  /** Nothing, what is due, what was charged once, or too much. */
  #payment(entry: ModelEntry, guests: GuestCounts): Payment | null {
    const currency = (entry.fee ?? entry.entitlement.adults.fee ?? entry.entitlement.children.fee)?.currency;
    if (currency === undefined || this.#random.chance(0.35)) return null;
    const due =
      entry.status === "OPEN"
        ? this.#model.charge(entry, guests)
        : this.#random.pick([entry.charged, this.#model.due(entry)]);
    const amount = amountOf(due + (this.#random.chance(0.1) ? 1n : 0n), currency);
    return { collectedBy: "TERMINAL", reference: null, amount };
  }

  #body(): RulesetBody {
    const random = this.#random;
    const currency = random.pick(CURRENCIES);
    const fee = () => amountOf(random.pick(FEES), currency);
    const kind = () =>
      random.maybe(0.85, () => ({
        free: random.pick([0, 0, 1, "UNLIMITED" as const]),
        paid: random.pick([0, 3, 3]),
        fee: fee(),
        maxPerEntry: random.maybe(0.3, () => random.upTo(4)),
      }));
    return rulesetInput.parse({
      name: "History",
      priority: random.between(1, 2),
      criteria: {
        locations: { locationIds: [...this.#model.locations] },
        enrolledOnly: random.chance(0.15),
      },
      cardholder: {
        window: this.#window(),
        perLocation: random.maybe(0.3, () => random.between(1, 3)),
        free: random.upTo(3),
        paid: random.upTo(2),
        fee: fee(),
      },
      totalUsage: random.maybe(0.5, () => ({ max: random.between(1, 4), window: this.#window() })),
      guests: random.maybe(0.85, () => ({
        adults: kind(),
        children: kind(),
        freeUnderAge: random.maybe(0.5, () => 3),
        sharedPool: random.maybe(0.3, () => ({ free: random.upTo(4) })),
      })),
    });
  }

  #window(): Window | null {
    return this.#random.pick<Window | null>([
      null,
      { kind: "ROLLING", days: 1 },
      { kind: "ROLLING", days: 7 },
      { kind: "CALENDAR", unit: "DAY", timeZone: "Europe/Warsaw" },
      { kind: "CALENDAR", unit: "MONTH", timeZone: "Asia/Tokyo" },
      { kind: "VALIDITY" },
    ]);
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[this.#random.upTo(items.length - 1)];
    if (item === undefined) throw new Error("there is always one");
    return item;
  }

  #note(step: string, card: ModelCard | null): void {
    const whose = card === null ? "" : ` of card ${String(this.#model.cards.indexOf(card))}`;
    this.#steps.push(`${String(this.#product.now)} ${step}${whose}`);
  }

  /** A place that was decided on twice is that of the clock that is behind, a moment before its visit. */
  #sameInstant(told: string | null | undefined, wanted: string | null | undefined): void {
    const before = Date.parse(wanted ?? "") - Date.parse(told ?? "");
    const skew = Math.abs(Math.min(...this.#product.skews));
    if (!(before >= 0 && before <= skew)) this.#same("nextFreeAt", told, wanted);
  }

  #same(what: string, told: unknown, wanted: unknown): void {
    if (text(told) === text(wanted)) return;
    const at = `step ${String(this.#steps.length)} (${this.#steps.at(-1) ?? ""})`;
    this.#differences.push(`${at}: the ${what} is ${text(told)}, and has to be ${text(wanted)}`);
  }
}

function pickGrant({ ruleset, cost, fee, available, guests }: Extract<Expected, { kind: "granted" }>) {
  return { ruleset, cost, fee, available, guests };
}
type Expected = ReturnType<Model["expected"]>;

const confirmed = z.looseObject({
  allocation,
  charged: z.object({ amount: z.string(), currency: z.string() }).nullable(),
  paymentStatus: z.enum(["NONE", "PENDING", "PAID", "PARTIALLY_REFUNDED", "REFUNDED"]),
  flags: z.array(z.string()),
  receipt: z.unknown().transform(() => null),
});

/** The same text for the same value. */
function text(value: unknown): string {
  if (value === undefined) return "nothing";
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "bigint") return String(part);
    return typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  });
}
