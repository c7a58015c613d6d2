import { setTimeout as sleep } from "node:timers/promises";
import { randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import { ulid } from "ulid";
import { Sweeper } from "../../src/engine/sweeper.ts";
import { createLogger } from "../../src/logging.ts";
import { createProjections, PROJECTIONS, type Projections } from "../../src/projections/index.ts";
import { openServices } from "../../src/start/server.ts";
import { Ending } from "../../src/start/ending.ts";
import { parseSettings } from "../../src/settings.ts";
import type { Services } from "../../src/engine/services.ts";
import { History, type Limits, type Place, type Visit } from "./history.ts";
import type { Clerk } from "./clerk.ts";
import { persistUntil } from "./patience.ts";
import type { Scene } from "./scene.ts";
import type { Asked, Traffic } from "./traffic.ts";

/** What must hold whenever the doors are closed, whatever has happened before. */
export class Checks {
  readonly #scene: Scene;
  readonly #traffic: Traffic;
  readonly #clerk: Clerk;
  readonly #limits: Limits;
  #history: History;

  constructor(
    scene: Scene,
    { traffic, clerk }: { readonly traffic: Traffic; readonly clerk: Clerk },
    limits: Limits,
  ) {
    this.#scene = scene;
    this.#traffic = traffic;
    this.#clerk = clerk;
    this.#limits = limits;
    this.#history = new History(limits);
  }

  get events(): number {
    return this.#history.events;
  }

  /** After a round: lets ten minutes pass, so that whatever was left open comes to its end, and looks at the streams. */
  async round(options: { readonly rebuild: boolean }): Promise<void> {
    await advance(this.#scene, "PT10M");
    await asSecondInstance(this.#scene, async (services, projections) => {
      await this.#readAll(services, projections);
      await this.#settle(services, projections);
      this.#judge();
      if (options.rebuild) await compareRebuilt(projections);
    });
    // The next day: every limit is whole again.
    await advance(this.#scene, "P2D");
    // Or the server's own log of writes fills the small disk before the fault does.
    await this.#scene.ask("checkpoint");
  }

  /** Once more from the first event. */
  async whole(): Promise<void> {
    this.#history = new History(this.#limits);
    await this.round({ rebuild: true });
  }

  /** Everything that is in the table came by the feed. */
  async #readAll({ log }: Services, projections: Projections): Promise<void> {
    const [row] = await this.#scene.ask<{ count: string }>("select count(*) from events");
    const count = Number(row?.count);
    for (let tries = 0; this.#history.events < count && tries < MOST_TRIES; tries++) {
      await this.#history.readOn(log);
      // The feed stays behind the oldest transaction under way, of the projections for example.
      if (this.#history.events < count) await sleep(20);
    }
    if (this.#history.events < count) {
      throw new Error(`the feed delivered ${String(this.#history.events)} of ${String(count)} events`);
    }
    if (await projections.waitFor(this.#history.last, PATIENCE_MS)) return;
    throw new Error(`the projections don't follow: ${JSON.stringify(await projections.status())}`);
  }

  async #settle(services: Services, projections: Projections): Promise<void> {
    const sweeper = new Sweeper(services, projections);
    for (let left = 1, sweeps = 0; left > 0 && sweeps < MOST_SWEEPS; sweeps++) {
      await this.#readAll(services, projections);
      left = await sweeper.sweep();
    }
    await this.#readAll(services, projections);
  }

  #judge(): void {
    const { visits, holds, locations, flaws } = this.#history;
    const found = [...flaws];
    const checks = new Map<string, Asked>();
    const ends = new Map<string, Asked>();
    for (const asked of this.#traffic.asked) {
      if (asked.operation === "check_entry") checks.set(`${asked.terminal} ${asked.id}`, asked);
      else ends.set(asked.id, asked);
      const flaw = flawOf(asked, visits);
      if (flaw !== null)
        found.push(`${asked.operation} ${asked.id}, told ${String(asked.told?.bytes)}: ${flaw}`);
    }
    for (const [accessId, visit] of visits) {
      if (!checks.has(`${visit.terminal} ${String(visit.requestId)}`))
        found.push(`nobody asked for ${accessId}`);
      const ended =
        visit.confirmed !== null ? "confirm_entry" : visit.cancelled !== null ? "cancel_entry" : null;
      if (ended !== null && ends.get(accessId)?.operation !== ended) found.push(`nobody ended ${accessId}`);
      const takesPlace = visit.rulesetId === this.#limits.rulesetId && visit.confirmed !== null;
      if (takesPlace && holds.get(accessId)?.committed !== true)
        found.push(`${accessId} has no place in the budget`);
    }
    for (const { name, told } of this.#clerk.orders) {
      const stored = locations.get(name) ?? [];
      const fits = told === null ? stored.length <= 1 : stored.length === 1 && stored[0] === told.id;
      if (!fits) found.push(`${name}, told ${String(told?.id)}, is stored as ${stored.join(", ")}`);
    }
    for (const accessId of holds.keys()) {
      if (visits.get(accessId)?.confirmed == null) found.push(`the place of ${accessId} is lost`);
    }
    if (found.length > 0) throw new Error(`${String(found.length)} flaws:\n${found.slice(0, 10).join("\n")}`);
  }
}

const PATIENCE_MS = 30_000;
const MOST_TRIES = 500;
const MOST_SWEEPS = 20;

/** Null where the streams hold what a terminal was told. */
function flawOf({ operation, id, terminal, told }: Asked, visits: ReadonlyMap<string, Visit>): string | null {
  if (told === null) return null;
  const { accessId, decision, receipt } = told.content;
  const visit = visits.get(accessId);
  if (visit === undefined) return "it is in no stream";
  if (operation !== "check_entry") {
    return samePlace(operation === "confirm_entry" ? visit.confirmed : visit.cancelled, receipt);
  }
  if (visit.decision !== decision || visit.requestId !== id || visit.terminal !== terminal) {
    return `the stream says ${visit.decision} to ${String(visit.requestId)} at ${visit.terminal}`;
  }
  return decision === "GRANTED" ? samePlace(visit.verdict, receipt) : null;
}

function samePlace(stored: Place | null, told: Place | undefined): string | null {
  if (stored === null) return "it is in no stream";
  const same =
    stored.stream === told?.stream && stored.revision === told.revision && stored.hash === told.hash;
  return same ? null : `it stands at revision ${String(stored.revision)} of ${stored.stream}, ${stored.hash}`;
}

/** The tables as the product carried them on through everything equal those built from the first event. */
async function compareRebuilt(projections: Projections): Promise<void> {
  for (const { name } of PROJECTIONS) {
    const { differing, rows } = await projections.rebuild(name);
    if (differing !== 0) throw new Error(`${String(differing)} of ${String(rows)} rows of ${name} differ`);
  }
}

async function advance({ admin }: Scene, duration: string): Promise<void> {
  let status = 0;
  const moved = async (): Promise<boolean> => {
    ({ status } = await admin.request("POST", "/api/test-clock", { advance: duration }));
    return status === 200;
  };
  await persistUntil(50, moved, () => `the clock could not be moved: ${String(status)}`);
}

/** Beside the product, straight on its database, as another of its processes would work. */
async function asSecondInstance(
  { cluster, dataDir }: Scene,
  work: (services: Services, projections: Projections) => Promise<void>,
): Promise<void> {
  const env = { DATABASE_URL: cluster.url(), DATA_DIR: dataDir, TEST_CLOCK: "1", DEMO: "0" };
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const logger = createLogger({ level: "error", destination: nowhere });
  const now = (): number => Date.now();
  const world = { now, newId: () => ulid(), randomBytes: (count: number) => randomBytes(count) };
  const ending = new Ending();
  try {
    const { services, log } = await openServices(parseSettings(env), world, logger, ending);
    await work(services, createProjections({ log, pool: services.pool, logger, now }));
  } finally {
    await ending.run();
  }
}
