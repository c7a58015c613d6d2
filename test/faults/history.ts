import { z } from "zod";
import { type CardEvent, cardEvent } from "../../src/domain/card/events.ts";
import { type QuotaEvent, quotaEvent } from "../../src/domain/quota/events.ts";
import { DAY, instant } from "../../src/domain/time.ts";
import { decode, verifyChain } from "../../src/eventlog/codec.ts";
import { type EventLog, type Position, type RecordedEvent, START } from "../../src/eventlog/log.ts";

/** An event that somebody was told of. */
export interface Place {
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
}

/** What the streams say of one attempt. */
export interface Visit {
  readonly verdict: Place;
  readonly decision: "GRANTED" | "REJECTED";
  readonly terminal: string;
  readonly requestId: string | null;
  readonly rulesetId: string | null;
  readonly at: number;
  confirmed: Place | null;
  cancelled: Place | null;
  lapsed: boolean;
}

export interface Hold {
  readonly at: number;
  committed: boolean;
}

/** Most visits of one card, and of all cards, in a day under a ruleset. */
export interface Limits {
  readonly rulesetId: string;
  readonly perCard: number;
  readonly budget: number;
}

const createdLocation = z.object({ id: z.string(), body: z.object({ name: z.string() }) });

/**
 * The whole log, read as it grows and judged by rules written on their own: chains, doubled events, entries that
 * overlap, limits that were passed. Nothing of the product's folds is used.
 */
export class History {
  readonly visits = new Map<string, Visit>();
  /** Places taken in the budget, by access id. */
  readonly holds = new Map<string, Hold>();
  /** Ids of the locations of each name. */
  readonly locations = new Map<string, string[]>();
  readonly flaws: string[] = [];
  events = 0;
  last: Position = START;
  readonly #limits: Limits;
  readonly #heads = new Map<string, { readonly revision: number; readonly hash: string }>();
  readonly #byRequest = new Map<string, string>();
  readonly #ofCard = new Map<string, Visit[]>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Reads what is new. */
  async readOn(log: EventLog): Promise<void> {
    for await (const batch of log.readAll({ after: this.last })) {
      const byStream = new Map<string, RecordedEvent[]>();
      for (const event of batch) {
        this.last = event.position;
        this.events += 1;
        this.#take(event);
        const others = byStream.get(event.stream);
        if (others === undefined) byStream.set(event.stream, [event]);
        else others.push(event);
      }
      for (const [stream, events] of byStream) this.#verify(stream, events);
    }
  }

  #verify(stream: string, events: readonly RecordedEvent[]): void {
    const checked = verifyChain(events, this.#heads.get(stream));
    if (!checked.ok) this.flaws.push(`${stream} at revision ${String(checked.revision)}: ${checked.why}`);
    const { revision, hash } = events.at(-1) ?? { revision: -1, hash: "" };
    this.#heads.set(stream, { revision, hash });
  }

  #take(recorded: RecordedEvent): void {
    const { type, data } = decode(recorded);
    if (recorded.stream.startsWith("location-") && recorded.revision === 0) {
      const { id, body } = createdLocation.parse(data);
      this.locations.set(body.name, [...(this.locations.get(body.name) ?? []), id]);
    }
    if (recorded.stream.startsWith("card-")) this.#takeOfCard(recorded, cardEvent.parse({ type, data }));
    if (recorded.stream === `quota-${this.#limits.rulesetId}`)
      this.#takeOfQuota(quotaEvent.parse({ type, data }));
  }

  #takeOfCard(place: RecordedEvent, event: CardEvent): void {
    switch (event.type) {
      case "EntryGranted":
      case "EntryRejected":
        this.#takeVerdict(place, event);
        break;
      case "EntryConfirmed":
      case "EntryCancelled":
      case "EntryLapsed":
        this.#takeEnd(place, event);
        break;
      default:
        break;
    }
  }

  #takeVerdict(
    place: Place,
    { type, data }: Extract<CardEvent, { type: "EntryGranted" | "EntryRejected" }>,
  ): void {
    const visit: Visit = {
      verdict: place,
      decision: type === "EntryGranted" ? "GRANTED" : "REJECTED",
      terminal: data.terminal,
      requestId: data.requestId,
      rulesetId: data.ruleset?.id ?? null,
      at: instant(data.at),
      confirmed: null,
      cancelled: null,
      lapsed: false,
    };
    const request = `${data.terminal} ${String(data.requestId)}`;
    if (this.visits.has(data.accessId)) this.flaws.push(`${data.accessId} was decided twice`);
    if (this.#byRequest.has(request)) this.flaws.push(`${request} was decided twice`);
    this.visits.set(data.accessId, visit);
    this.#byRequest.set(request, data.accessId);
    if (type === "EntryRejected") return;
    const others = this.#ofCard.get(place.stream) ?? [];
    if (others.some(isOpen)) this.flaws.push(`${place.stream} has two entries open with ${data.accessId}`);
    this.#ofCard.set(place.stream, [...others, visit]);
    const { rulesetId, perCard } = this.#limits;
    const within = [...others, visit].filter((one) => {
      return one.rulesetId === rulesetId && counts(one) && one.at > visit.at - DAY;
    });
    if (within.length > perCard)
      this.flaws.push(`${place.stream} was granted ${String(within.length)} visits`);
  }

  #takeEnd(
    place: Place,
    { type, data }: Extract<CardEvent, { type: "EntryConfirmed" | "EntryCancelled" | "EntryLapsed" }>,
  ): void {
    const visit = this.visits.get(data.accessId);
    if (visit?.decision !== "GRANTED" || !isOpen(visit)) {
      this.flaws.push(`${data.accessId} was not open, and then came ${type}`);
      return;
    }
    if (type === "EntryConfirmed") visit.confirmed = place;
    else if (type === "EntryCancelled") visit.cancelled = place;
    else visit.lapsed = true;
  }

  #takeOfQuota({ type, data }: QuotaEvent): void {
    if (type === "QuotaCarriedOver") {
      this.flaws.push("visits were carried over into a budget that was there from the beginning");
      return;
    }
    const hold = this.holds.get(data.accessId);
    switch (type) {
      case "QuotaReserved": {
        if (hold !== undefined) this.flaws.push(`${data.accessId} took a second place`);
        const at = instant(data.at);
        this.holds.set(data.accessId, { at, committed: false });
        const taken = [...this.holds.values()].filter((one) => one.at > at - DAY).length;
        if (taken > this.#limits.budget) this.flaws.push(`${String(taken)} places were taken in a day`);
        break;
      }
      case "QuotaCommitted":
        if (hold?.committed !== false) this.flaws.push(`${data.accessId} was committed and not reserved`);
        else hold.committed = true;
        break;
      case "QuotaReleased":
        if (!this.holds.delete(data.accessId)) this.flaws.push(`${data.accessId} gave back what it had not`);
        break;
    }
  }
}

function isOpen({ confirmed, cancelled, lapsed }: Visit): boolean {
  return confirmed === null && cancelled === null && !lapsed;
}

function counts({ cancelled, lapsed }: Visit): boolean {
  return cancelled === null && !lapsed;
}
