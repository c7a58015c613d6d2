import type pg from "pg";
import type { Logger } from "pino";
import { cardEvent, type CardEvent } from "../domain/card/events.ts";
import { cardSnapshots, type CardState, evolveCard, initialCard } from "../domain/card/state.ts";
import { key, type KeyBody } from "../domain/key/key.ts";
import { location, type LocationBody } from "../domain/location/location.ts";
import { merchant, type MerchantBody } from "../domain/merchant/merchant.ts";
import { quotaEvent, type QuotaEvent } from "../domain/quota/events.ts";
import { quota } from "../domain/quota/quota.ts";
import { quotaSnapshots, type QuotaState } from "../domain/quota/state.ts";
import type { RecordEvent, RecordLife } from "../domain/record.ts";
import { ruleset, rulesetEvent, type RulesetEvent, type RulesetState } from "../domain/ruleset/stream.ts";
import { terminalEvent, type TerminalEvent } from "../domain/terminal/events.ts";
import { terminalSnapshots } from "../domain/terminal/snapshots.ts";
import { terminal, type TerminalState } from "../domain/terminal/terminal.ts";
import { user, type UserBody } from "../domain/user/user.ts";
import type { EventLog } from "../eventlog/log.ts";
import type { Acquirer, ExternalRules } from "../integrations/ports.ts";
import type { Keyring } from "../vault/keyring.ts";
import { Catalogue } from "./catalogue.ts";
import { Executor } from "./execute.ts";
import type { Gate } from "./gate.ts";
import { AccountRanges, RateTable } from "./reference.ts";
import { Snapshots } from "./snapshots.ts";
import { type Identity, Streams } from "./streams.ts";

/** What comes from outside the program: given once, by the composition root. */
export interface Outside {
  readonly pool: pg.Pool;
  readonly log: EventLog;
  readonly gate: Gate;
  readonly keyring: Keyring;
  readonly logger: Logger;
  /** Real time in milliseconds. */
  readonly now: () => number;
  /** A new ULID. */
  readonly newId: () => string;
  /** So many random bytes from the system's generator. */
  readonly randomBytes: (count: number) => Buffer;
  /** Whether this database runs with a test clock. */
  readonly testClock: boolean;
  readonly externalRules: ExternalRules;
  readonly acquirer: Acquirer;
}

/** Everything that answers requests: the streams by kind, the reference data, the executor. */
export interface Services extends Outside {
  readonly executor: Executor;
  readonly cards: Streams<CardState, CardEvent>;
  readonly quotas: Streams<QuotaState, QuotaEvent>;
  readonly terminals: Streams<TerminalState, TerminalEvent>;
  readonly rulesets: Streams<RulesetState, RulesetEvent>;
  readonly merchants: RecordStreams<MerchantBody>;
  readonly locations: RecordStreams<LocationBody>;
  readonly users: RecordStreams<UserBody>;
  readonly keys: RecordStreams<KeyBody>;
  readonly catalogue: Catalogue;
  readonly accountRanges: AccountRanges;
  readonly rates: RateTable;
}

export type RecordStreams<Body> = Streams<RecordLife<Body> | null, RecordEvent<Body>>;

/** How many states of a kind are kept in memory. */
export type Remembered = typeof REMEMBERED;
const REMEMBERED = { cards: 100_000, quotas: 1_000, terminals: 20_000, rulesets: 20_000, records: 20_000 };

/** What is written once for an entry, whoever comes first. */
function identityOfCardEvent({ type, data }: CardEvent): Identity | null {
  // The card's next command or the sweeper.
  if (type === "EntryLapsed") return { caller: "card", operation: "lapse", requestId: data.accessId };
  // By a second confirmation.
  if (type === "PaymentRecorded") return { caller: "card", operation: "payment", requestId: data.accessId };
  return null;
}

export function createServices(outside: Outside, remembered: Remembered = REMEMBERED): Services {
  const { log, pool } = outside;
  const cardKind = {
    decider: { initial: initialCard, evolve: evolveCard },
    event: cardEvent,
    snapshots: new Snapshots(pool, outside.logger, cardSnapshots),
    identityOf: identityOfCardEvent,
  };
  const quotaKind = {
    decider: quota,
    event: quotaEvent,
    snapshots: new Snapshots(pool, outside.logger, quotaSnapshots),
  };
  const terminalKind = {
    decider: terminal,
    event: terminalEvent,
    snapshots: new Snapshots(pool, outside.logger, terminalSnapshots),
  };
  const rulesets = new Streams(log, { decider: ruleset, event: rulesetEvent }, remembered.rulesets);
  return {
    ...outside,
    executor: new Executor(),
    cards: new Streams<CardState, CardEvent>(log, cardKind, remembered.cards),
    quotas: new Streams<QuotaState, QuotaEvent>(log, quotaKind, remembered.quotas),
    terminals: new Streams<TerminalState, TerminalEvent>(log, terminalKind, remembered.terminals),
    rulesets,
    merchants: new Streams(log, { decider: merchant, event: merchant.event }, remembered.records),
    locations: new Streams(log, { decider: location, event: location.event }, remembered.records),
    users: new Streams(log, { decider: user, event: user.event }, remembered.records),
    keys: new Streams(log, { decider: key, event: key.event }, remembered.records),
    catalogue: new Catalogue(pool, rulesets),
    accountRanges: new AccountRanges(pool),
    rates: new RateTable(pool),
  };
}
