import { Gate } from "../../src/engine/gate/gate.ts";
import { pino } from "pino";
import { TerminalAuthenticator } from "../../src/engine/terminals/authenticate.ts";
import { entryLookup } from "../../src/engine/entry/lookup.ts";
import type { EntryLookup } from "../../src/engine/entry/lookup.ts";
import { createServices, type Services } from "../../src/engine/services.ts";
import { Sweeper } from "../../src/engine/sweeper.ts";
import { STREAM_KINDS } from "../../src/domain/streams.ts";
import { asQuery } from "../../src/database/statement.ts";
import { createOutbound } from "../../src/integrations/outbound/outbound.ts";
import { noAcquirer, noExternalRules, noRewards } from "../../src/integrations/ports.ts";
import { createProjections, type Projections } from "../../src/projections/index.ts";
import type { Keyring } from "../../src/vault/keyring.ts";
import type { Random } from "../support/domain/random.ts";
import type { SimulatedDatabase } from "./database.ts";
import { Life } from "./life.ts";
import { type SharedLog, SimulatedLog } from "./log.ts";
import { type Scheduler, TICK_MS } from "./scheduler.ts";

/** One process of the product, below HTTP. */
export interface Instance {
  readonly life: Life;
  readonly services: Services;
  readonly authenticator: TerminalAuthenticator;
  readonly projections: Projections;
  readonly lookup: EntryLookup;
  readonly sweeper: Sweeper;
  /** Broken on purpose: gives places back without a word to the card. */
  readonly sweepsByTheClock: boolean;
}

/** Ways in which the engine can be broken, to see that the simulation finds it. */
export type Breakage =
  | "appendsAnywhere"
  | "releasesByTheClock"
  | "forgetsRequestIds"
  | "forgetsReportIds"
  | "forgetsOldKeys"
  | "forgetsHeads"
  | "movesAnyCheckpoint";

/** What all instances share. */
export interface Shared {
  readonly database: SimulatedDatabase;
  readonly log: SharedLog;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly newId: () => string;
  readonly breakage: Breakage | null;
  /** As the file is that an instance reads when it starts. */
  readonly keyring: () => Keyring;
  /** How many cards' states an instance remembers. */
  readonly rememberedCards: () => number;
}

const logger = pino({ level: "silent" });

export const KEYRING: Keyring = {
  id: "simulation",
  vault: [{ version: 1, key: Buffer.alloc(32, 1) }],
  secrets: Buffer.alloc(32, 2),
  register: Buffer.alloc(32, 3),
  cardEncryption: { kty: "RSA" },
};

/** The same installation after a rotation of the vault's key. */
export const ROTATED: Keyring = {
  ...KEYRING,
  vault: [{ version: 2, key: Buffer.alloc(32, 4) }, ...KEYRING.vault],
};

/** Clocks differ by less than a second. */
const MOST_SKEW_TICKS = 120;

/** So little that states are forgotten and read again. */
const REMEMBERED = { ...Object.fromEntries(STREAM_KINDS.map((kind) => [kind, 2])), card: 3, quota: 1 };

/** A day: as long as a token may live. */
const TOKEN_SECONDS = 86_400;

/** @param place below {@link TICK_MS}: no two instances see the same instant, so that no order hangs on a tie */
export function startInstance(shared: Shared, place: number, generation: number): Instance {
  const { database, log, scheduler, random } = shared;
  const life = new Life(`${"ABC".charAt(place)}${String(generation)}`);
  const skew = TICK_MS * random.between(-MOST_SKEW_TICKS, MOST_SKEW_TICKS) + place;
  const now = (): number => scheduler.time.now + skew;
  const pool = database.poolOf(life, scheduler);
  const outside = {
    pool,
    gate: new Gate(
      async (statement, values) => {
        const query = { name: statement.name, ...asQuery(statement, values) };
        const { rows } = await pool.query<(string | null)[]>(query);
        return shared.breakage === "forgetsHeads" ? rows.map(withoutHeads) : rows;
      },
      {
        durably: true,
      },
    ),
    log: new SimulatedLog(log, life, scheduler, shared.breakage === "appendsAnywhere"),
    keyring: shared.keyring(),
    refreshKeyring: async () => await Promise.resolve(),
    logger,
    now,
    newId: shared.newId,
    randomBytes: (count: number) => Buffer.from(random.times(count, () => random.upTo(255))),
    testClock: false,
    referenceListSecret: null,
    claimStrict: false,
    adjustmentsNeedApproval: false,
    certificateDays: 90,
    ratesFrom: null,
    outbound: createOutbound({ allowed: { names: new Set(), networks: [] }, now: () => 0 }),
    externalRules: noExternalRules,
    acquirer: noAcquirer,
    rewards: noRewards,
    systems: [],
  };
  const services = createServices(outside, { ...REMEMBERED, card: shared.rememberedCards() });
  const projections = createProjections({ log: services.log, pool, logger, now });
  // Of a process nothing stays when it dies; here its feeds' signals would hold all of it for ever.
  life.onEnd(async () => {
    void projections.stop().catch(() => undefined);
  });
  const iat = Math.floor(now() / 1_000);
  return {
    life,
    services,
    // Signatures are checked in threads, whose order nobody knows; all that follows from them is real.
    authenticator: new TerminalAuthenticator(services, {
      verifyToken: async () => ({ payload: { iat, exp: iat + TOKEN_SECONDS } }),
      isSound: () => true,
      tokens: 2,
      keys: 3,
    }),
    projections,
    lookup: entryLookup(services, projections),
    sweeper: new Sweeper(services, projections),
    sweepsByTheClock: shared.breakage === "releasesByTheClock",
  };
}

/** The gate's answer, as if no head had ever been raised. */
function withoutHeads([place = null, heads = null, ...rest]: (string | null)[]): (string | null)[] {
  return [place, heads === null ? null : heads.replaceAll(/\d+/g, "-1"), ...rest];
}

/** A terminal's token, as far as it is read here. */
export function tokenOf(serial: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ sub: serial })}.c2ln`;
}
