import { releasePlace } from "../../src/engine/budget/release.ts";
import { sweeperMeta } from "../../src/engine/sweeperMeta.ts";
import { RESERVATION_ORPHANED } from "../../src/domain/policies.ts";
import type { Keyring } from "../../src/vault/keyring.ts";
import type { Random } from "../support/domain/random.ts";
import type { SimulatedDatabase } from "./database.ts";
import { Desk, isOutage } from "./desk.ts";
import { Weather } from "./faults.ts";
import { KEYRING, ROTATED, type Breakage, type Instance, type Shared, startInstance } from "./instance.ts";
import { Journals } from "./journals.ts";
import { SharedLog } from "./log.ts";
import { Office } from "./office.ts";
import { type Programme, setUpProgramme } from "./programme.ts";
import { Scheduler, TICK_MS } from "./scheduler.ts";
import { VirtualTime } from "./virtualTime.ts";

const START = Date.UTC(2026, 2, 2, 10);

/** What the sweeper must not do: an attempt that is late, and not dead, finds its place taken by another. */
async function releaseByTheClock({ services, projections }: Instance): Promise<void> {
  const now = services.now();
  const orphans = await projections.orphanedReservations(now - RESERVATION_ORPHANED, 100);
  for (const { accessId, cardId, rulesetId } of orphans) {
    const { identity: _own, ...meta } = sweeperMeta(services, "release", accessId);
    await releasePlace(services, rulesetId, { accessId, cardId, now, meta }, "ABANDONED", null);
  }
}

const REMEMBERED_CARDS = 3;

/** What instances share, and what of it changes: it counts for those that start afterwards. */
interface Habits extends Shared {
  readonly ring: { current: Keyring; rememberedCards: number };
}

/** One simulated installation: instances, terminals, administrators, one log and one database. */
export class World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly weather: Weather;
  readonly log: SharedLog;
  readonly database: SimulatedDatabase;
  readonly desk: Desk;
  readonly journals: Journals;
  readonly office: Office;
  readonly programme: Programme;
  readonly breakage: Breakage | null;
  /** Requests of the register that a crash of the database has lost. */
  lostClaims = 0;
  readonly #shared: Habits;
  readonly #restoreTime: () => void;
  readonly #instances: Instance[] = [];
  #generation = 0;
  #rotated = false;
  #underWay = 0;
  /** Whether the read models follow the log all the time; else they are built when it is over, which is faster. */
  readonly live: boolean;

  /** Most come with one card, and often: its stream grows long, and is read from its snapshot time and again. */
  readonly crowded: boolean;

  /** Lines are often down. */
  readonly outages: boolean;

  private constructor(
    shared: Habits,
    weather: Weather,
    log: SharedLog,
    programme: Programme,
    restoreTime: () => void,
  ) {
    this.#shared = shared;
    this.#restoreTime = restoreTime;
    this.random = shared.random;
    this.live = shared.random.chance(0.35) || shared.breakage !== null;
    this.outages = shared.random.chance(0.25);
    this.crowded = shared.random.chance(0.01);
    if (this.crowded) shared.ring.rememberedCards = 1;
    this.scheduler = shared.scheduler;
    this.database = shared.database;
    this.breakage = shared.breakage;
    this.weather = weather;
    this.log = log;
    this.programme = programme;
    this.desk = new Desk(shared.scheduler, () => log.head, shared.breakage === "forgetsRequestIds");
    this.journals = new Journals(this.desk, shared.breakage === "forgetsReportIds");
    this.office = new Office(shared.scheduler);
  }

  static async start(database: SimulatedDatabase, random: Random, breakage: Breakage | null): Promise<World> {
    const weather = new Weather(random);
    const time = new VirtualTime(START);
    const scheduler = new Scheduler(random, time, weather);
    const log = new SharedLog();
    const restore = time.install(() => scheduler.current);
    let ids = 0;
    const newId = (): string => `01${String(++ids).padStart(24, "0")}`;
    await database.reset(START);
    database.movesAnyCheckpoint = breakage === "movesAnyCheckpoint";
    const programme = await setUpProgramme(database, log, random, newId, START);
    const ring = { current: KEYRING, rememberedCards: REMEMBERED_CARDS };
    const read = { keyring: () => ring.current, rememberedCards: () => ring.rememberedCards };
    const shared = { database, log, scheduler, random, newId, breakage, ...read, ring };
    const world = new World(shared, weather, log, programme, restore);
    scheduler.onDeath = async (life) => await world.#replace(life.name);
    const count = random.chance(0.7) ? 2 : 3;
    for (let place = 0; place < count; place++) await world.#start(place);
    return world;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get instances(): readonly Instance[] {
    return this.#instances;
  }

  /** Whichever a load balancer would take. */
  instance(): Instance {
    const instance = this.#instances[this.random.upTo(this.#instances.length - 1)];
    if (instance === undefined) throw new Error("there is always an instance");
    return instance;
  }

  /** Begins something that an instance is asked for; it goes on while other things happen. */
  async begin(work: (instance: Instance) => Promise<unknown>): Promise<void> {
    const instance = this.instance();
    this.#underWay++;
    await this.scheduler.enter(instance.life, () => {
      void work(instance).then(
        () => this.#underWay--,
        (error: unknown) => {
          this.#underWay--;
          this.desk.surprises.push(String(error));
        },
      );
    });
  }

  /** Steps until nothing that was begun is under way. */
  async drain(): Promise<void> {
    while (this.#underWay > 0) {
      if (!(await this.scheduler.step())) throw new Error("something waits for what never comes");
    }
  }

  /** Does it and waits for its end. */
  async complete(work: (instance: Instance) => Promise<unknown>): Promise<void> {
    await this.begin(work);
    await this.drain();
  }

  /** A round of an instance's sweeper, which is interrupted like everything else. Null when it was. */
  async sweep(instance: Instance): Promise<number | null> {
    try {
      return await instance.life.ask(async () => {
        if (instance.sweepsByTheClock) await releaseByTheClock(instance);
        return await instance.sweeper.sweep();
      });
    } catch (error) {
      if (!isOutage(error)) this.desk.surprises.push(`sweep: ${String(error)}`);
      return null;
    }
  }

  /** Time passes, for everybody. */
  async pass(ms: number): Promise<void> {
    this.scheduler.time.advance(Math.ceil(ms / TICK_MS) * TICK_MS);
    await this.database.setTime(this.scheduler.time.now);
    this.scheduler.note(`${String(ms)} ms pass`);
  }

  async crashDatabase(): Promise<void> {
    this.scheduler.note("the database crashes");
    await this.scheduler.fail("sql");
    this.lostClaims += await this.database.crash();
  }

  /** Another instance carries the read models from now on, and the one that did so does not know. */
  async deposeLeader(): Promise<void> {
    this.weather.counts.deposedLeader++;
    this.scheduler.note("the locks of sessions are gone");
    await this.database.takeLocksAway();
    this.scheduler.hurryFeeds(300);
  }

  /** Once: every instance is stopped, and starts again with a new key of the vault before the old one. */
  async rotateKeys(): Promise<void> {
    if (this.#rotated) return;
    this.#rotated = true;
    this.scheduler.note("the vault gets a new key");
    for (const { life } of this.#instances) await this.scheduler.stop(life);
    const vault = this.breakage === "forgetsOldKeys" ? ROTATED.vault.slice(0, 1) : ROTATED.vault;
    this.#shared.ring.current = { ...ROTATED, vault };
    for (const place of this.#instances.keys()) await this.#start(place);
  }

  async stop(): Promise<void> {
    this.scheduler.onDeath = () => Promise.resolve();
    for (const { life } of this.#instances) await this.scheduler.stop(life);
    this.#restoreTime();
  }

  async #start(place: number): Promise<void> {
    const instance = startInstance(this.#shared, place, this.#generation++);
    this.#instances[place] = instance;
    if (this.live) await this.startReadModels(instance);
  }

  async startReadModels(instance: Instance): Promise<void> {
    // It may be interrupted like everything else.
    const start = async (): Promise<void> => {
      try {
        await instance.projections.start();
      } catch {
        await start();
      }
    };
    await this.scheduler.enter(instance.life, () => void start());
  }

  async #replace(name: string): Promise<void> {
    const place = "ABC".indexOf(name.charAt(0));
    this.scheduler.note(`${name} is dead`);
    await this.#start(place);
  }
}
