import type { MessagePort } from "node:worker_threads";
import type { Pool } from "pg";
import type { Logger } from "pino";
import type { EarlierVisit } from "../domain/quota/quota.ts";
import type { Instant } from "../domain/time.ts";
import { type EventLog, type MeasuredLog, type Position, START } from "../eventlog/log.ts";
import type { Carrier, Gauges } from "./carrier.ts";
import { adjustmentsProjection } from "./adjustments/evolve.ts";
import { Adjustments } from "./adjustments/queries.ts";
import { cardsProjection } from "./cards/evolve.ts";
import { Cards } from "./cards/queries.ts";
import { certificatesProjection } from "./certificates/evolve.ts";
import { Certificates } from "./certificates/queries.ts";
import { commandsProjection } from "./commands/evolve.ts";
import { Commands } from "./commands/queries.ts";
import { createCheckpoints } from "./checkpoints.ts";
import { DEADLINE_MS } from "./connection.ts";
import { Dashboard } from "./dashboard/queries.ts";
import { directoryProjection } from "./directory/evolve.ts";
import { Directory } from "./directory/queries.ts";
import { operationsProjection } from "./operations/evolve.ts";
import { type OpenGrant, Operations } from "./operations/queries.ts";
import { Progress } from "./progress.ts";
import type { Projection } from "./projection.ts";
import { paymentsProjection } from "./payments/evolve.ts";
import { Payments } from "./payments/queries.ts";
import { quotasProjection } from "./quotas/evolve.ts";
import { Quotas, type Reservation } from "./quotas/queries.ts";
import { rebuild, type Rebuilt, renew } from "./rebuild.ts";
import { Runner } from "./runner.ts";
import { type ProjectionStatus, readStatus } from "./status.ts";
import { serveCarrier, ThreadCarrier } from "./thread.ts";

export { ThreadCarrier };
export type { Carrier, Progress, ProjectionStatus };
export type { ListedCommand } from "./commands/queries.ts";
export type { ListedTerminal } from "./directory/queries.ts";
export type { ListedAdjustment } from "./adjustments/queries.ts";
export type { Payment } from "./payments/queries.ts";
export { OperationChanges } from "./operations/changes.ts";
export type { Operation } from "./operations/queries.ts";
export { operationOf, overtakenRow } from "./operations/evolve.ts";
export { toOperation } from "./operations/queries.ts";
export type { VisitKey } from "./quotas/queries.ts";
export { InvalidCursorError, type Page } from "./page.ts";

/** Every read model, in the order in which a batch is applied. */
export const PROJECTIONS: readonly Projection[] = [
  operationsProjection,
  cardsProjection,
  directoryProjection,
  quotasProjection,
  certificatesProjection,
  commandsProjection,
  paymentsProjection,
  adjustmentsProjection,
];

export interface ProjectionsOptions {
  readonly log: EventLog;
  /** One of its connections is kept for as long as it runs. Stays the caller's to end, after `stop()`. */
  readonly pool: Pool;
  readonly logger: Logger;
  /** Real time in milliseconds. */
  readonly now: () => number;
  /** How long the database may take for one batch before its connection counts as lost. Milliseconds, default 10,000. */
  readonly deadlineMs?: number;
  /** What carries the log into them. Default: a runner in this thread. */
  readonly carrier?: (progress: Progress) => Carrier;
  /** Default: {@link PROJECTIONS}. */
  readonly projections?: readonly Projection[];
}

/** The read side: what keeps the read models up to date, and what they are asked. */
export interface Projections {
  readonly operations: Operations;
  readonly dashboard: Dashboard;
  readonly cards: Cards;
  readonly directory: Directory;
  readonly quotas: Quotas;
  readonly certificates: Certificates;
  readonly commands: Commands;
  readonly payments: Payments;
  readonly adjustments: Adjustments;
  /** Begins to carry the log into the read models, or to stand by for the instance that does. */
  start(): Promise<void>;
  /** Ends after the batch under way. */
  stop(): Promise<void>;
  status(): Promise<readonly ProjectionStatus[]>;
  /** See {@link Carrier.gauges}. */
  gauges(): Gauges;
  /**
   * True once every read model has passed the position (of a command's reply); false after `timeoutMs`
   * milliseconds, or at once when one of them has stopped before it.
   */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /**
   * Builds a read model anew from the log, beside the live one, and takes it if the two agree.
   * @throws Error for an unknown name, while another rebuild runs, or for an event that can't be understood
   */
  rebuild(name: string, options?: { readonly evenIfDifferent?: boolean }): Promise<Rebuilt>;
  /** For the sweeper; see {@link Operations.openGrantsPast}. */
  openGrantsPast(now: Instant, limit: number): Promise<readonly OpenGrant[]>;
  /** For the sweeper; see {@link Quotas.orphanedReservations}. */
  orphanedReservations(before: Instant, limit: number): Promise<readonly Reservation[]>;
  /** For the sweeper; see {@link Quotas.uncounted}. */
  uncountedSince(rulesetId: string, since: Instant, limit: number): Promise<readonly EarlierVisit[]>;
}

export function createProjections(options: ProjectionsOptions): Projections {
  const { log, pool, projections = PROJECTIONS } = options;
  const operations = new Operations(pool);
  const quotas = new Quotas(pool);
  const progress = new Progress(pool, projections);
  let goal: Position = START;
  const carrier = options.carrier?.(progress) ?? runnerOf(options, progress);
  return {
    operations,
    dashboard: new Dashboard(pool),
    cards: new Cards(pool),
    directory: new Directory(pool),
    quotas,
    certificates: new Certificates(pool),
    commands: new Commands(pool),
    payments: new Payments(pool),
    adjustments: new Adjustments(pool),
    start: async () => {
      await createCheckpoints(pool, projections);
      goal = await log.head();
      carrier.start();
    },
    stop: async () => await carrier.stop(),
    gauges: () => carrier.gauges(),
    status: async () =>
      await readStatus(options, projections, { goal, errorOf: (name) => progress.errorOf(name) }),
    waitFor: async (position, timeoutMs) => {
      const reached = progress.reached(position, timeoutMs);
      carrier.awaited(progress.waiting);
      try {
        return await reached;
      } finally {
        carrier.awaited(progress.waiting);
      }
    },
    rebuild: async (name, { evenIfDifferent = false } = {}) => {
      const projection = projections.find((one) => one.name === name);
      if (projection === undefined) throw new Error(`no projection is named ${name}`);
      const rebuilt = await rebuild({ log, pool, projection, evenIfDifferent });
      if (rebuilt.switched) carrier.retry(name);
      return rebuilt;
    },
    openGrantsPast: async (now, limit) => await operations.openGrantsPast(now, limit),
    orphanedReservations: async (before, limit) => await quotas.orphanedReservations(before, limit),
    uncountedSince: async (rulesetId, since, limit) => await quotas.uncounted(rulesetId, { since }, limit),
  };
}

function runnerOf(options: Omit<ProjectionsOptions, "now">, progress: Progress): Runner {
  const { log, pool, logger, projections = PROJECTIONS, deadlineMs = DEADLINE_MS } = options;
  return new Runner({
    log,
    pool,
    logger,
    projections,
    progress,
    deadlineMs,
    renew: async (projection, signal) => {
      const rebuilt = await renew({ log, pool, projection, signal });
      if (rebuilt !== null) logger.info(rebuilt, "a projection's tables were built anew");
    },
  });
}

/** Carries the log into the read models for the thread behind `port`, until that says to stop. */
export async function carryForThread(
  port: MessagePort,
  options: Pick<ProjectionsOptions, "pool" | "logger"> & { readonly log: MeasuredLog },
): Promise<void> {
  const progress = new Progress(options.pool, PROJECTIONS);
  await serveCarrier(port, progress, runnerOf(options, progress), () => options.log.gauges());
}
