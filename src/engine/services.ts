import type { Kysely } from "kysely";
import type pg from "pg";
import type { Logger } from "pino";
import { createKysely } from "../database/pool.ts";
import type { Database } from "../database/schema.ts";
import { type EventOf, type StateOf, STREAM_KINDS, STREAMS, type StreamKindName } from "../domain/streams.ts";
import type { RecordEvent, RecordLife } from "../domain/record.ts";
import type { StreamEvent, StreamKind } from "../domain/streamKind.ts";
import type { EventLog } from "../eventlog/log.ts";
import type { Outbound } from "../integrations/outbound/answers.ts";
import type { OutsideSystem } from "../integrations/outside/system.ts";
import type { Acquirer, ExternalRules, Rewards } from "../integrations/ports.ts";
import type { Keyring } from "../vault/keyring.ts";
import { KnownRulesets } from "./publishedRulesets.ts";
import { CertificateAuthorities } from "./certificates/authorities.ts";
import { Executor } from "./executor.ts";
import type { Gate } from "./gate/gate.ts";
import { AccountRanges, RateTable } from "./referenceData/inForce.ts";
import type { RatesSource } from "../integrations/rates/source.ts";
import { Snapshots } from "./snapshots.ts";
import { Streams } from "./streams.ts";
import { Sightings } from "./terminals/sightings.ts";

/** What comes from outside the program: given once, by the composition root. */
export interface Outside {
  readonly pool: pg.Pool;
  readonly log: EventLog;
  readonly gate: Gate;
  readonly keyring: Keyring;
  /** The keyring is then what its file and the database say. */
  readonly refreshKeyring: () => Promise<void>;
  readonly logger: Logger;
  /** Real time in milliseconds. */
  readonly now: () => number;
  /** A new ULID. */
  readonly newId: () => string;
  /** So many random bytes from the system's generator. */
  readonly randomBytes: (count: number) => Buffer;
  /** Whether this database runs with a test clock. */
  readonly testClock: boolean;
  /** By which numbers are hashed for terminals of the reference profile; null: they get no list in the clear. */
  readonly referenceListSecret: string | null;
  /** Whoever claims a device by a code is not told why it could not be: unknown, expired, used or of a foreign device. */
  readonly claimStrict: boolean;
  /** Visits are given and taken by two, whoever it is; else whoever writes cards does it alone. */
  readonly adjustmentsNeedApproval: boolean;
  /** How long the certificates of terminals count. */
  readonly certificateDays: number;
  /** Where exchange rates are fetched from; null: they are brought by hand. */
  readonly ratesFrom: RatesSource | null;
  /** The way to addresses that users typed. */
  readonly outbound: Outbound;
  readonly externalRules: ExternalRules;
  readonly acquirer: Acquirer;
  readonly rewards: Rewards;
  /** The systems outside that are connected, as this instance knows them. */
  readonly systems: readonly OutsideSystem[];
}

/** The streams of every kind. */
export type OpenStreams = { readonly [Kind in StreamKindName]: Streams<StateOf[Kind], EventOf[Kind]> };

/** Everything that answers requests: the streams by kind, the reference data, the executor. */
export interface Services extends Outside {
  /** The pool, for what is asked by name of table and column. Hot statements are text. */
  readonly db: Kysely<Database>;
  readonly executor: Executor;
  readonly streams: OpenStreams;
  readonly rulesets: KnownRulesets;
  readonly accountRanges: AccountRanges;
  readonly rates: RateTable;
  readonly authorities: CertificateAuthorities;
  readonly sightings: Sightings;
}

export type RecordStreams<Body> = Streams<RecordLife<Body> | null, RecordEvent<Body>>;

/** How many states of a kind are kept in memory. */
export type Remembered = { readonly [Kind in StreamKindName]?: number };
const REMEMBERED: Remembered = { card: 100_000, quota: 1_000 };
const REMEMBERED_OF_OTHERS = 20_000;

export function createServices(outside: Outside, remembered: Remembered = REMEMBERED): Services {
  const { pool } = outside;
  const db = createKysely(pool);
  const streams = openStreams(outside, remembered);
  return {
    ...outside,
    db,
    executor: new Executor(),
    streams,
    rulesets: new KnownRulesets(db, streams.ruleset),
    accountRanges: new AccountRanges(db),
    rates: new RateTable(db),
    authorities: new CertificateAuthorities({ ...outside, db }),
    sightings: new Sightings(),
  };
}

function openStreams(outside: Outside, remembered: Remembered): OpenStreams {
  const open = <Kind extends StreamKindName>(kind: Kind) =>
    openKind<StateOf[Kind], EventOf[Kind]>(outside, STREAMS[kind], remembered[kind] ?? REMEMBERED_OF_OTHERS);
  const opened: object = Object.fromEntries(STREAM_KINDS.map((kind) => [kind, open(kind)]));
  if (!areOpen(opened)) throw new Error("every kind of stream is opened");
  return opened;
}

function openKind<State, Event extends StreamEvent>(
  { log, pool, logger }: Outside,
  { snapshots, ...kind }: StreamKind<State, Event>,
  remembered: number,
): Streams<State, Event> {
  const kept = snapshots === undefined ? {} : { snapshots: new Snapshots(pool, logger, snapshots) };
  return new Streams(log, { ...kind, ...kept }, remembered);
}

/** The compiler does not see that what is under a kind's name was opened for that kind. */
function areOpen(opened: object): opened is OpenStreams {
  const names = new Set(Object.keys(opened));
  return STREAM_KINDS.every((kind) => names.has(kind));
}
