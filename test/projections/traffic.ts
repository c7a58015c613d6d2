import { randomUUID } from "node:crypto";
import type { RecordStreams } from "../../src/engine/services.ts";
import { type Folded, Streams } from "../../src/engine/streams.ts";
import { card, type CardCommand } from "../../src/domain/card/card.ts";
import { checkEntry } from "../../src/domain/card/check.ts";
import { cardEvent, cardStream } from "../../src/domain/card/events.ts";
import type { CardState } from "../../src/domain/card/state.ts";
import { command, type CommandCommand } from "../../src/domain/command/command.ts";
import { commandEvent, commandStream } from "../../src/domain/command/events.ts";
import type { Decider } from "../../src/domain/decider.ts";
import { key } from "../../src/domain/key/events.ts";
import { location } from "../../src/domain/location/events.ts";
import { locationInput } from "../../src/domain/location/input.ts";
import { merchant } from "../../src/domain/merchant/events.ts";
import type { Payment } from "../../src/domain/card/shapes.ts";
import { budgetOf } from "../support/domain/holds.ts";
import { quotaEvent, quotaStream } from "../../src/domain/quota/events.ts";
import { quota } from "../../src/domain/quota/quota.ts";
import type { QuotaState } from "../../src/domain/quota/state.ts";
import type { RecordCommand, RecordStream } from "../../src/domain/record.ts";
import type { RulesetVersion } from "../../src/domain/ruleset/stream.ts";
import { compilePortfolio, type Portfolio } from "../../src/domain/ruleset/evaluate/portfolio.ts";
import { rulesetInput, type RulesetInput } from "../../src/domain/ruleset/input.ts";
import { ruleset } from "../../src/domain/ruleset/stream.ts";
import { rulesetEvent, rulesetStream } from "../../src/domain/ruleset/events.ts";
import { terminalEvent, terminalStream } from "../../src/domain/terminal/events.ts";
import type { TerminalCommand } from "../../src/domain/terminal/commands.ts";
import { terminal } from "../../src/domain/terminal/terminal.ts";
import { MINUTE } from "../../src/domain/time.ts";
import { user } from "../../src/domain/user/events.ts";
import { type EventLog, type Position, START } from "../../src/eventlog/log.ts";

/** A ULID by number. */
export function id(number: number): string {
  return `01J${String(number).padStart(23, "0")}`;
}

export const BY = { id: "tester", role: "ADMIN" };
export const ISSUER = {
  ica: "0001234",
  issuerName: "Test Bank",
  country: "POL",
  productCode: "WLE",
  productName: null,
};
export const OTHER_ISSUER = {
  ...ISSUER,
  ica: "0009999",
  issuerName: "Other Bank",
  country: "DEU",
  productCode: "MPL",
};

const VERIFIED = { method: "ASI", outcome: "PASSED", responseCode: "00", isReferenced: true } as const;

export interface Site {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly service: "LOUNGE" | "FAST_LINE";
  readonly cooldownMinutes: number | null;
  readonly merchantId: string | null;
}

type AnyEvent = { readonly type: string; readonly data: { readonly at: string } };

/** Commands through the real deciders into a log. Time is a number that only the test moves. */
export class Traffic {
  readonly log: EventLog;
  now = Date.UTC(2026, 10, 21, 12);
  /** Of the last event that was appended. */
  position: Position = START;
  portfolio: Portfolio = compilePortfolio([]);
  readonly #versions = new Map<string, readonly RulesetVersion[]>();
  readonly #name = randomUUID();
  #commands = 0;
  #ids = 0;
  readonly #cards;
  readonly #quotas;
  readonly #terminals;
  readonly #rulesets;
  readonly #merchants;
  readonly #locations;
  readonly #users;
  readonly #keys;
  readonly #asked;

  constructor(log: EventLog) {
    this.log = log;
    this.#cards = new Streams(log, { decider: card, event: cardEvent }, 1_000);
    this.#quotas = new Streams(log, { decider: quota, event: quotaEvent }, 1_000);
    this.#terminals = new Streams(log, { decider: terminal, event: terminalEvent }, 1_000);
    this.#rulesets = new Streams(log, { decider: ruleset, event: rulesetEvent }, 1_000);
    this.#merchants = new Streams(log, { decider: merchant, event: merchant.event }, 1_000);
    this.#locations = new Streams(log, { decider: location, event: location.event }, 1_000);
    this.#users = new Streams(log, { decider: user, event: user.event }, 1_000);
    this.#keys = new Streams(log, { decider: key, event: key.event }, 1_000);
    this.#asked = new Streams(log, { decider: command, event: commandEvent }, 1_000);
  }

  nextId(): string {
    this.#ids += 1;
    return id(this.#ids);
  }

  /** Answers the access id, and whether it was granted. */
  async check(
    cardId: string,
    site: Site,
    options: {
      terminal?: string;
      issuer?: typeof ISSUER;
      requestId?: string;
      budget?: string;
      /** The acquirer has verified the card, and gave a reference to charge it by. */
      isReferenced?: boolean;
    } = {},
  ): Promise<{ readonly accessId: string; readonly granted: boolean }> {
    const {
      terminal: serial = "T-1",
      issuer = ISSUER,
      requestId = null,
      budget = null,
      isReferenced = false,
    } = options;
    const accessId = this.nextId();
    if (budget !== null) await this.reserve(budget, accessId, cardId);
    const stream = cardStream(cardId);
    const folded = await this.#cards.refresh(stream);
    const decision = checkEntry(folded.state, {
      accessId,
      requestId,
      attemptKey: requestId ?? accessId,
      generation: 0,
      now: this.now,
      terminal: serial,
      entryMode: "CHIP",
      location: site,
      facts: {
        terminalTrust: "KEY",
        issuer,
        cardNumber: { kind: "number", padded: "5".repeat(19) },
        cardExpiresAt: null,
        spend: null,
        budgets: new Map(budget === null ? [] : [[budget, budgetOf([])]]),
        externalAnswers: new Map(),
        verification: isReferenced ? VERIFIED : null,
      },
      evidence: { portfolio: { size: this.portfolio.size, digest: "d" }, budgets: [], spendWatermark: null },
      portfolio: this.portfolio,
      joined: [],
      reserved: budget,
    });
    if (decision.kind !== "accepted") throw new Error(JSON.stringify(decision));
    await this.#append(this.#cards, stream, folded, decision.events);
    return { accessId, granted: decision.events.some(({ type }) => type === "EntryGranted") };
  }

  /** Whether it was accepted. */
  async card(cardId: string, command: CardCommand): Promise<boolean> {
    return await this.#execute(this.#cards, card, cardStream(cardId), command);
  }

  async confirm(
    cardId: string,
    accessId: string,
    adults = 0,
    { serial = "T-1", payment = null }: { readonly serial?: string; readonly payment?: Payment | null } = {},
  ): Promise<boolean> {
    const entry = (await this.cardState(cardId)).entries.get(accessId);
    const grantedUnder = this.portfolio.byId
      .get(entry?.rulesetId ?? "")
      ?.find(({ version }) => version === entry?.rulesetVersion);
    if (entry === undefined || grantedUnder === undefined) return false;
    const { now } = this;
    const guests = { adults, children: 0, freeChildren: 0 };
    const rest = {
      payment,
      grantedUnder,
      inForce: null,
      joined: [],
      budgetTaken: false,
      offline: null,
      requestId: null,
    };
    return await this.card(cardId, {
      type: "ConfirmEntry",
      accessId,
      now,
      terminal: serial,
      guests,
      ...rest,
    });
  }

  async cardState(cardId: string): Promise<CardState> {
    return (await this.#cards.refresh(cardStream(cardId))).state;
  }

  async quotaState(rulesetId: string): Promise<QuotaState> {
    return (await this.#quotas.refresh(quotaStream(rulesetId))).state;
  }

  async reserve(rulesetId: string, accessId: string, cardId: string): Promise<void> {
    const bounds = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
    const place = { accessId, cardId, attemptKey: accessId, now: this.now, max: 1_000_000, bounds };
    await this.#execute(this.#quotas, quota, quotaStream(rulesetId), { type: "Reserve", ...place });
  }

  async commit(rulesetId: string, accessId: string, cardId: string): Promise<void> {
    const { now } = this;
    const command = { type: "Commit", accessId, cardId, visitAt: now - MINUTE, now } as const;
    await this.#execute(this.#quotas, quota, quotaStream(rulesetId), command);
  }

  async release(rulesetId: string, accessId: string): Promise<void> {
    const command = { type: "Release", accessId, why: "LAPSED", visitAt: null, now: this.now } as const;
    await this.#execute(this.#quotas, quota, quotaStream(rulesetId), command);
  }

  async terminal(serial: string, command: TerminalCommand): Promise<boolean> {
    return await this.#execute(this.#terminals, terminal, terminalStream(serial), command);
  }

  /** Of a device. */
  async command(commandId: string, given: CommandCommand): Promise<boolean> {
    return await this.#execute(this.#asked, command, commandStream(commandId), given);
  }

  async publish(rulesetId: string, body: Partial<RulesetInput>): Promise<void> {
    await this.draft(rulesetId, body);
    const connected = { externalRules: false, acquirer: true };
    const by = { now: this.now, by: BY, replaceScheduled: false, connected };
    await this.ruleset(rulesetId, { type: "Publish", effectiveAt: null, expected: null, ...by });
    const { state } = await this.#rulesets.refresh(rulesetStream(rulesetId));
    const others = [...this.#versions.values()].flat().filter((version) => version.id !== rulesetId);
    this.#versions.set(rulesetId, state?.versions ?? []);
    this.portfolio = compilePortfolio([...others, ...(state?.versions ?? [])]);
  }
  async draft(rulesetId: string, input: Partial<RulesetInput>): Promise<void> {
    const body = rulesetInput.parse({ name: "Rules", ...input });
    const by = { now: this.now, by: BY };
    if (await this.ruleset(rulesetId, { type: "Create", id: rulesetId, body, ...by })) return;
    await this.ruleset(rulesetId, { type: "Draft", body, expected: null, ...by });
  }

  async ruleset(rulesetId: string, command: Parameters<typeof ruleset.decide>[1]): Promise<boolean> {
    return await this.#execute(this.#rulesets, ruleset, rulesetStream(rulesetId), command);
  }

  async merchant(merchantId: string, name: string | null): Promise<void> {
    await this.#write(this.#merchants, merchant, merchantId, name === null ? null : { name });
  }

  async location(site: Site | string, city = "Warsaw"): Promise<void> {
    if (typeof site === "string") {
      await this.#write(this.#locations, location, site, null);
      return;
    }
    const { name, country: countryCode, service, merchantId } = site;
    const body = locationInput.parse({ name, countryCode, service, merchantId, city, postalCode: "00-001" });
    await this.#write(this.#locations, location, site.id, body);
  }

  async user(userId: string, email: string | null): Promise<void> {
    const scope = { icas: [], merchantIds: [], locationIds: [] };
    const names = { firstName: "Ann", lastName: "Øre" };
    const disabled = userId.endsWith("1");
    const body = { email: email ?? "", ...names, role: "USER" as const, scope, disabled };
    await this.#write(this.#users, user, userId, email === null ? null : body);
  }

  async key(keyId: string, name: string | null): Promise<void> {
    const scope = { icas: [], merchantIds: [], locationIds: [] };
    const body = { name: name ?? "", role: "AUDITOR" as const, scope };
    await this.#write(this.#keys, key, keyId, name === null ? null : body);
  }

  /** Creates or changes; null deletes. */
  async #write<Body>(
    streams: RecordStreams<Body>,
    record: RecordStream<Body>,
    recordId: string,
    body: Body | null,
  ): Promise<void> {
    const by = { now: this.now, by: BY };
    const stream = record.stream(recordId);
    const change: RecordCommand<Body> =
      body === null
        ? { type: "Delete", expected: null, ...by }
        : { type: "Change", body, expected: null, ...by };
    const changed = await this.#execute(streams, record, stream, change);
    if (!changed && body !== null) {
      await this.#execute(streams, record, stream, { type: "Create", id: recordId, body, ...by });
    }
  }

  /** Whether it was accepted. */
  async #execute<State, Event extends AnyEvent, Command, Refusal>(
    streams: Streams<State, Event>,
    decider: Decider<State, Event, Command, Refusal>,
    stream: string,
    command: Command,
  ): Promise<boolean> {
    const folded = await streams.refresh(stream);
    const decision = decider.decide(folded.state, command);
    if (decision.kind === "accepted") await this.#append(streams, stream, folded, decision.events);
    return decision.kind === "accepted";
  }

  async #append<State, Event extends AnyEvent>(
    streams: Streams<State, Event>,
    stream: string,
    folded: Folded<State>,
    events: readonly Event[],
  ): Promise<void> {
    if (events.length === 0) return;
    this.#commands += 1;
    const result = await streams.append(stream, folded, events, {
      actor: { kind: "system", id: "test" },
      correlationId: "test",
      causationId: "test",
      recordedAt: this.now,
      identity: { caller: this.#name, operation: "test", requestId: String(this.#commands) },
    });
    if (result.outcome === "conflict") throw new Error(`conflict on ${stream}`);
    this.position = result.position;
  }
}
