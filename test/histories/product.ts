import type pg from "pg";
import { ulid } from "ulid";
import { carryVisitsOver } from "../../src/engine/management/carryOver.ts";
import { changeCard } from "../../src/api/management/cards.ts";
import { execute, type Write } from "../../src/engine/management/commands.ts";
import { reverse } from "../../src/engine/management/reversal.ts";
import { changeRuleset } from "../../src/api/management/rulesetChange.ts";
import { cardOfPan } from "../../src/engine/vaultCards.ts";
import { createPool, createKysely } from "../../src/database/pool.ts";
import { migrate } from "../../src/database/migrate.ts";
import { asQuery } from "../../src/database/statement.ts";
import type { CardEvent } from "../../src/domain/card/events.ts";
import type { GuestCounts, Payment } from "../../src/domain/card/shapes.ts";
import { location } from "../../src/domain/location/events.ts";
import { locationInput } from "../../src/domain/location/input.ts";
import type { RulesetBody } from "../../src/domain/ruleset/events.ts";
import { terminalStream } from "../../src/domain/terminal/events.ts";
import { terminal } from "../../src/domain/terminal/terminal.ts";
import { EVERYTHING, type Principal, visibilityOf } from "../../src/domain/user/access.ts";
import { quotaStream } from "../../src/domain/quota/events.ts";
import type { QuotaState } from "../../src/domain/quota/state.ts";
import { MemoryEventLog } from "../../src/eventlog/memory.ts";
import { Gate } from "../../src/engine/gate/gate.ts";
import { cancellationOf, confirmationOf } from "../../src/api/pos/answers.ts";
import { cancelEntry } from "../../src/engine/entry/cancel.ts";
import { confirmEntry } from "../../src/engine/entry/confirm.ts";
import { checkEntry } from "../../src/engine/entry/check.ts";
import { TerminalAuthenticator } from "../../src/engine/terminals/authenticate.ts";
import { entryLookup, type EntryLookup } from "../../src/engine/entry/lookup.ts";
import { createServices, type Services } from "../../src/engine/services.ts";
import { Sweeper } from "../../src/engine/sweeper.ts";
import { createOutbound } from "../../src/integrations/outbound/outbound.ts";
import { noAcquirer, noExternalRules, noRewards } from "../../src/integrations/ports.ts";
import { createLogger } from "../../src/logging.ts";
import { createProjections, type Projections } from "../../src/projections/index.ts";
import { KEYRING, tokenOf } from "../simulation/instance.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";

const ADMIN: Principal = { kind: "user", id: "admin", role: "ADMIN", scope: EVERYTHING };
const BY = { id: "setup", role: "ADMIN" };
const DAY_SECONDS = 86_400;
// Any public key: nothing is verified with it here.
const PUBLIC_KEY = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/** One process of the product below HTTP, with a clock of its own. */
interface Instance {
  readonly services: Services;
  readonly authenticator: TerminalAuthenticator;
  readonly lookup: EntryLookup;
  readonly projections: Projections;
  readonly sweeper: Sweeper;
}

/**
 * The product's own check, confirmation, cancellation, reversal and sweeper: two instances whose clocks differ, over one
 * memory log, and over a real PostgreSQL for all that the log does not hold (the gate, the vault, the read models).
 */
export class Product {
  readonly log: MemoryEventLog;
  /** Real time in milliseconds; only the test moves it. */
  now = Date.UTC(2026, 2, 27, 20);
  readonly skews: readonly number[];
  readonly #database: TestDatabase;
  readonly #pool: pg.Pool;
  readonly #instances: readonly Instance[];
  #pans = 0;

  private constructor(database: TestDatabase, pool: pg.Pool, log: MemoryEventLog, skews: readonly number[]) {
    this.#database = database;
    this.#pool = pool;
    this.log = log;
    this.skews = skews;
    this.#instances = skews.map((skew) => instanceOf(pool, log, () => this.now + skew));
  }

  /** @param skews one an instance: how far its clock is ahead, in milliseconds */
  static async open(skews: readonly number[]): Promise<Product> {
    const database = await createTestDatabase();
    const pool = createPool(database.url, { max: 8 });
    await migrate(createKysely(pool));
    await pool.query("insert into installation (id, test_clock, keyring_id) values (1, false, 'simulation')");
    await pool.query(
      `insert into account_ranges (import_id, low, high, ica, issuer_name, country, product_code, product_name)
       values ('1', rpad('5', 19, '0'), rpad('5', 19, '9'), '0001234', 'Bank', 'POL', 'WLE', 'World Elite')`,
    );
    const product = new Product(database, pool, new MemoryEventLog(), skews);
    await product.#instances[0]?.projections.start();
    return product;
  }

  async close(): Promise<void> {
    await this.#instances[0]?.projections.stop();
    await this.log.close();
    await this.#pool.end();
    await this.#database.drop();
  }

  /** A number that no card of a history before had. */
  newPan(panOf: (index: number) => string): string {
    return panOf(700_000 + ++this.#pans);
  }

  /** A location and a terminal that stands in it, paired. */
  async newPlace(): Promise<{ readonly locationId: string; readonly serial: string }> {
    const { services } = this.#at(0);
    const locationId = ulid();
    const body = locationInput.parse({
      name: "Lounge",
      countryCode: "POL",
      service: "LOUNGE",
      postalCode: "1",
      city: "W",
    });
    const { now } = this;
    await execute(services, services.streams.location, this.#write(0), {
      stream: location.stream(locationId),
      operation: "create",
      decide: (state) => location.decide(state, { type: "Create", id: locationId, body, now, by: BY }),
    });
    const serial = `T${locationId}`;
    const code = { codeId: "code", codeHash: "hash" };
    for (const command of [
      { type: "Register", serialNumber: serial, locationId, profile: "standard", now, by: BY },
      { type: "IssueCode", ...code, now, by: BY },
      { type: "Pair", now, ...code, credentialId: serial, publicKey: PUBLIC_KEY, encryptionKey: null },
    ] as const) {
      await execute(services, services.streams.terminal, this.#write(0), {
        stream: terminalStream(serial),
        operation: command.type,
        decide: (state) => terminal.decide(state, command),
      });
    }
    return { locationId, serial };
  }

  async createRuleset(id: string, body: RulesetBody): Promise<void> {
    const { services } = this.#at(0);
    const made = await changeRuleset(services, this.#write(0), id, "create", { type: "Create", id, body });
    if (made.kind !== "ran") throw new Error(`the ruleset was refused: ${made.code}`);
    await this.#publish(id);
  }

  /** As the route does it: visits before the first budget are carried over. */
  async publishAgain(id: string, body: RulesetBody): Promise<void> {
    const { services } = this.#at(0);
    const draft = { type: "Draft", body, expected: null } as const;
    await changeRuleset(services, this.#write(0), id, "draft", draft);
    await this.#publish(id);
  }

  async #publish(id: string): Promise<void> {
    const { services, projections } = this.#at(0);
    const write = this.#write(0);
    const carried = await carryVisitsOver(services, projections, id, write);
    if (carried !== null) throw new Error(`visits were not carried over: ${carried.code}`);
    const publish = {
      ...({ type: "Publish", effectiveAt: null, replaceScheduled: false, expected: null } as const),
      connected: { externalRules: false, acquirer: false },
    };
    const done = await changeRuleset(services, write, id, "publish", publish);
    if (done.kind !== "ran") throw new Error(`the ruleset was not published: ${done.code}`);
  }

  async check(on: number, serial: string, pan: string, requestId: string | null) {
    const { services, authenticator } = this.#at(on);
    const card = { pan, entryMode: "CHIP" as const };
    const input = { terminal: await this.#terminal(on, serial), requestId, card, traceId: "0" };
    const checked = await checkEntry(services, authenticator, input);
    if (checked.kind === "problem") throw new Error(`a check was answered with ${checked.code}`);
    return checked.verdict;
  }

  async confirm(on: number, serial: string, accessId: string, guests: GuestCounts, payment: Payment | null) {
    const { services, authenticator, lookup } = this.#at(on);
    const input = { ...(await this.#entry(on, serial, accessId)), guests, payment };
    return confirmationOf(await confirmEntry(services, authenticator, lookup.cardOf, input));
  }

  async cancel(on: number, serial: string, accessId: string) {
    const { services, authenticator, lookup } = this.#at(on);
    const input = { ...(await this.#entry(on, serial, accessId)), reason: null };
    return cancellationOf(await cancelEntry(services, authenticator, lookup.cardOf, input));
  }

  async reverse(on: number, accessId: string, guests: GuestCounts | null) {
    const { services, projections } = this.#at(on);
    const deps = { projections, secureCookies: false };
    const reversal = { accessId, reason: null, guests };
    return await reverse(services, deps, this.#write(on), visibilityOf(ADMIN), reversal);
  }

  async byHand(
    on: number,
    pan: string,
    deed: "FreezeCard" | "UnfreezeCard" | "EnrollCard" | "UnenrollCard",
  ): Promise<void> {
    const { services } = this.#at(on);
    const { cardId } = await cardOfPan(services, pan);
    await changeCard(services, this.#write(on), cardId, deed, { type: deed, reason: "history" });
  }

  async adjust(on: number, pan: string, rulesetId: string, free: number, paid: number): Promise<void> {
    const { services } = this.#at(on);
    const { cardId } = await cardOfPan(services, pan);
    const write = this.#write(on);
    const given = { adjustmentId: write.seed, rulesetId, free, paid, reason: "history" };
    await changeCard(services, write, cardId, "adjust", { type: "AdjustVisits", ...given });
  }

  /** What stands in a card's stream. */
  async eventsOf(stream: string): Promise<readonly CardEvent[]> {
    const { services } = this.#at(0);
    return (await this.log.read(stream)).map((recorded) => services.streams.card.read(recorded).event);
  }

  async quotaOf(rulesetId: string): Promise<QuotaState> {
    return (await this.#at(0).services.streams.quota.refresh(quotaStream(rulesetId))).state;
  }

  async sweep(): Promise<void> {
    const { projections, sweeper } = this.#at(0);
    if (!(await projections.waitFor(await this.log.head(), 30_000)))
      throw new Error("the read models are behind");
    await sweeper.sweep();
  }

  #at(on: number): Instance {
    const instance = this.#instances[on];
    if (instance === undefined) throw new Error(`there is no instance ${String(on)}`);
    return instance;
  }

  #write(on: number): Write {
    const now = this.#at(on).services.now();
    return { principal: ADMIN, now, traceId: "0", seed: ulid(), resumed: false, expected: null };
  }

  async #terminal(on: number, serial: string) {
    const known = await this.#at(on).authenticator.authenticate(`Bearer ${tokenOf(serial)}`);
    if (known.kind === "problem") throw new Error(`${serial} is not known: ${known.code}`);
    return known;
  }

  async #entry(on: number, serial: string, accessId: string) {
    return { terminal: await this.#terminal(on, serial), requestId: null, accessId, traceId: "0" };
  }
}

function instanceOf(pool: pg.Pool, log: MemoryEventLog, now: () => number): Instance {
  const logger = createLogger({ level: "silent" });
  const ask = async (statement: Parameters<typeof asQuery>[0], values: Parameters<typeof asQuery>[1]) =>
    (await pool.query<(string | null)[]>({ name: statement.name, ...asQuery(statement, values) })).rows;
  const services = createServices({
    pool,
    gate: new Gate(ask, { durably: true }),
    log,
    keyring: KEYRING,
    refreshKeyring: async () => await Promise.resolve(),
    logger,
    now,
    newId: () => ulid(),
    randomBytes: (count) => crypto.getRandomValues(Buffer.alloc(count)),
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
  });
  const projections = createProjections({ log, pool, logger, now });
  return {
    services,
    projections,
    lookup: entryLookup(services, projections),
    sweeper: new Sweeper(services, projections),
    // The token's signature is another test's: the time that it tells follows this clock.
    authenticator: new TerminalAuthenticator(services, {
      verifyToken: async () => {
        const iat = Math.floor(now() / 1_000);
        return await Promise.resolve({ payload: { iat, exp: iat + DAY_SECONDS } });
      },
      isSound: () => true,
      tokens: 100,
      keys: 100,
    }),
  };
}
