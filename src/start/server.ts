import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { serve, type ServerType } from "@hono/node-server";
import type { App } from "../api/http/context.ts";
import type { Pool } from "pg";
import type { Logger } from "pino";
import { createApp } from "../api/app.ts";
import { Gate, GATE_SESSION } from "../engine/gate/gate.ts";
import { healthRoutes } from "../api/health.ts";
import { type PartStatus, readiness, withinPart } from "../engine/readiness.ts";
import { managementRoutes } from "../api/management/routes.ts";
import { createMetrics } from "../api/metrics.ts";
import { CERTIFICATE_ENDS_SOON } from "../domain/policies.ts";
import { readPanel } from "../api/panel/files.ts";
import { panelFolder } from "./panelFiles.ts";
import { entryLookup } from "../engine/entry/lookup.ts";
import { listenerRoutes, posRoutes } from "../api/pos/routes.ts";
import { DeviceHub } from "../engine/devices/hub.ts";
import { RateSchedule } from "../engine/referenceData/rateSchedule.ts";
import { RewardSchedule } from "../engine/rewards/schedule.ts";
import { createServices, type Services } from "../engine/services.ts";
import { paymentKeeper } from "../engine/payments/keeper.ts";
import { amountKeeper } from "../engine/amountChecks/keeper.ts";
import { Rounds } from "../engine/rounds.ts";
import { Sweeper } from "../engine/sweeper.ts";
import { DISPATCHER_STOP_MS } from "../engine/webhooks/dispatcher.ts";
import { Webhooks } from "../engine/webhooks/service.ts";
import { type Ask, Lanes } from "../database/lanes.ts";
import { CertificatePortOf } from "./certificatePort.ts";
import { explainDatabase } from "../database/explain.ts";
import { joinLog, noteLogSeen, raiseHeads, refuseOlderLog } from "./deriveAnew.ts";
import { Ending } from "./ending.ts";
import type { MeasuredLog } from "../eventlog/log.ts";
import { type Installation, openInstallation, refuseOldKeyring } from "./installation.ts";
import { openOutsideSystems, openRates, outboundTo, outsideGauges } from "./outsideSystems.ts";
import { keyringFileOf, openDatabase } from "./openDatabase.ts";
import { LOG_CLOSE_MS, logHomeOf, openLog } from "./openLog.ts";
import {
  createProjections,
  OperationChanges,
  type Projections,
  type ProjectionStatus,
} from "../projections/index.ts";
import { ADVISORY_LOCKS } from "../database/advisoryLocks.ts";
import type { Projector } from "./projector.ts";
import { type Settings, settingsInForce, SetupError } from "../settings.ts";
import type { Tracing } from "./tracing.ts";
import { readTls, type Tls, type TlsFiles, watchTls } from "./tls.ts";
import { VERSION } from "../version.ts";
import { newestKey, openKeyring } from "../vault/keyring.ts";
import { LiveKeyring } from "../vault/liveKeyring.ts";
import { VaultKeys } from "../engine/vaultKeys/keeper.ts";
import { watchedKeyring } from "./watchedKeyring.ts";

/** Time and chance, which only the composition root has. */
export interface World {
  /** Real time in milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly randomBytes: (count: number) => Buffer;
}

export interface RunningServer {
  /** Where it listens, for example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The port that wants certificates; null where there is none. */
  readonly certificatePort: number | null;
  readonly services: Services;
  readonly projections: Projections;
  readonly installation: Installation;
  /** Whether the panel was built, and is served. */
  readonly hasPanel: boolean;
  /** Takes no new requests, lets those under way finish, then stops every part in order. */
  stop(): Promise<void>;
}

/** One is at work; the other is there when a group's members have to be asked alone. */
const GATE_CONNECTIONS = 2;
const GATE_DEADLINE_MS = 5_000;

/** Requests under way get this long to finish when the server stops. */
const LAST_REQUESTS_MS = 10_000;
/** A batch of the read models under way ends first. */
const PROJECTIONS_STOP_MS = 22_000;
/** After which a query is given up, also where the database says nothing any more. Imports take their time. */
const QUERY_DEADLINE_MS = 30_000;
const NOTE_LOG_SEEN_MS = 5_000;

export interface StartOptions {
  /** Starts the thread that keeps the read models; without it this one does. */
  readonly projector?: Projector;
  /** A new database may join a log that is in use already. */
  readonly join?: boolean;
}

/**
 * Brings every part up: database, migrations, keyring, log, projections, sweeper, HTTP.
 * @throws SetupError with one clear line for what the operator has to mend
 */
export async function startServer(
  settings: Settings,
  world: World,
  logger: Logger,
  options: StartOptions = {},
): Promise<RunningServer> {
  refuseWhatIsNotThere(settings);
  const ending = new Ending();
  try {
    return await bringUp(settings, world, logger, options, ending);
  } catch (error) {
    await ending.run(logger);
    throw explainDatabase(error) ?? error;
  }
}

async function bringUp(
  settings: Settings,
  world: World,
  logger: Logger,
  { projector, join }: StartOptions,
  ending: Ending,
): Promise<RunningServer> {
  const tls = settings.tls === undefined ? undefined : await readTls(settings.tls);
  if (tls !== undefined && tls.validTo < world.now()) logger.warn("the TLS certificate has expired");
  const opened = await openServices(settings, world, logger, ending, join);
  const { services, vaultKeys, log, installation, tracing } = opened;
  // Opens its first connection, by which others see from now on that an instance is here.
  await services.gate.freshness([]);
  const { pool, keyring } = services;
  const keyringFile = keyringFileOf(settings);
  await vaultKeys.start();
  ending.push("the vault's keys", async () => await vaultKeys.stop());
  await refuseOldKeyring(pool, { keyringFile, vaultVersion: newestKey(keyring) });
  const { connectionString: databaseUrl } = pool.options;
  const carrier =
    projector === undefined || databaseUrl === undefined ? {} : { carrier: projector(databaseUrl, logger) };
  const projections = createProjections({ log, pool, logger, now: world.now, ...carrier });
  await projections.start();
  ending.push("projections", async () => await projections.stop(), PROJECTIONS_STOP_MS);
  const webhooks = beginWork(services, projections, ending);
  const panel = await readPanel(panelFolder());
  const metrics = createMetrics({ read: async () => await readGauges(services, log, projections, webhooks) });
  const parts = readiness(services, [
    { part: "log", check: async () => await projectionStatus(projections) },
  ]);
  const changes = new OperationChanges(log);
  const entries = entryLookup(services, projections);
  const hub = new DeviceHub(services, entries.cardOf);
  const pos = posRoutes(services, entries);
  const certificates = new CertificatePortOf(settings);
  const routes = [
    ...pos,
    ...managementRoutes(services, {
      projections,
      changes,
      hub,
      publicUrl: settings.publicUrl ?? null,
      certificatePort: () => certificates.found,
      secureCookies: tls !== undefined || settings.trustProxy !== false,
      system: { version: VERSION, parts, settings: settingsInForce(settings) },
    }),
    ...healthRoutes(services, { metrics, parts, token: settings.metricsToken, hasPanel: panel !== null }),
  ];
  const common = {
    ...{ services, metrics, version: VERSION, accessLog: settings.accessLog },
    around: tracing?.around ?? null,
    hub,
    marks: { demo: settings.demo, testClock: installation.testClock },
  };
  const { app, answerNodeErrors } = await createApp({
    ...common,
    ...{ routes, panel, servesTls: tls !== undefined, trustedProxies: hops(settings.trustProxy) },
  });
  const server = await listen(app, settings, tls);
  answerNodeErrors(server.server);
  ending.push("HTTP", async () => await closeServer(server.server), LAST_REQUESTS_MS + 2_000);
  serveListeners(hub, changes, ending);
  if (settings.tls !== undefined) keepRenewed(server.server, settings.tls, logger, ending);
  const port = await certificates.open({ ...common, routes: listenerRoutes(services, pos), tls }, ending);
  const stop = async (): Promise<void> => await ending.run(logger);
  const hasPanel = panel !== null;
  return { url: server.url, certificatePort: port, services, projections, installation, hasPanel, stop };
}

/**
 * Everything below HTTP: database, migrations, keyring, log, services. For the server, and for
 * commands that work beside it. `ending` receives what has to be ended, in order of opening.
 */
export async function openServices(
  settings: Settings,
  world: World,
  logger: Logger,
  ending: Ending,
  join = false,
): Promise<{
  readonly services: Services;
  readonly vaultKeys: VaultKeys;
  readonly log: MeasuredLog;
  readonly installation: Installation;
  readonly tracing: Tracing | null;
}> {
  const tracing = await tracingIn(settings, logger, ending);
  const pool = await openDatabase(settings, logger, ending, { queryTimeoutMs: QUERY_DEADLINE_MS });
  const keyringFile = keyringFileOf(settings);
  const keyring = new LiveKeyring((await openKeyring(keyringFile)).keyring);
  const opening: { log?: Promise<MeasuredLog> } = {};
  const open = async (): Promise<MeasuredLog> => {
    opening.log ??= openLog(settings, pool).then((log) => {
      ending.push("event log", async () => await log.close(), LOG_CLOSE_MS);
      return tracing?.log(log) ?? log;
    });
    return await opening.log;
  };
  const logHome = logHomeOf(settings);
  const vaultKeys = new VaultKeys(
    { pool, logger, ...world },
    keyring,
    watchedKeyring(keyringFile, keyring.id),
  );
  const vaultVersion = newestKey(keyring);
  const wanted = { testClock: settings.testClock, keyringId: keyring.id, keyringFile, vaultVersion, logHome };
  const installation = await openInstallation(
    pool,
    wanted,
    async () => await joinLog(pool, await open(), logHome, join),
  );
  await vaultKeys.refresh();
  const log = await open();
  await refuseOlderLog(pool, log, logHome);
  await raiseHeads(pool, log, logHome);
  keepLogSeen(async () => await noteLogSeen(pool, log, logHome), ending, logger);
  const gate = openGate(pool, settings, ending, tracing);
  const { referenceListSecret = null, claimStrict, adjustmentsNeedApproval, certificateDays } = settings;
  const { testClock } = installation;
  const ratesFrom = openRates(settings, ending);
  const given = { referenceListSecret, claimStrict, adjustmentsNeedApproval, certificateDays, ratesFrom };
  const outbound = outboundTo(settings.outboundAllowed, ending);
  const refreshKeyring = async (): Promise<void> => await vaultKeys.refresh();
  const outside = {
    pool,
    log,
    gate,
    keyring,
    refreshKeyring,
    logger,
    ...world,
    testClock,
    ...given,
    outbound,
  };
  const systems = openOutsideSystems(settings, world, ending);
  const services = createServices({ ...outside, ...systems });
  return { services, vaultKeys, log, installation, tracing };
}

function keepAmounts(services: Services, ending: Ending): void {
  if (!services.acquirer.isConnected) return;
  const keeper = amountKeeper(services);
  keeper.start();
  ending.push("amounts to give back", async () => await keeper.stop());
}

function keepPayments(services: Services, { payments }: Projections, ending: Ending): void {
  if (!services.acquirer.isConnected) return;
  const keeper = paymentKeeper(services, payments);
  keeper.start();
  ending.push("payments", async () => await keeper.stop());
}

/** Whoever listens would keep HTTP from ending: they are told first. */
function serveListeners(hub: DeviceHub, changes: OperationChanges, ending: Ending): void {
  hub.start();
  ending.push("devices", async () => await hub.stop());
  ending.push("live operations", async () => await changes.stop());
}

/** Null where no traces are kept: nothing of them is loaded then. */
async function tracingIn({ traces }: Settings, logger: Logger, ending: Ending): Promise<Tracing | null> {
  if (!traces) return null;
  const { openTracing } = await import("./tracing.ts");
  const tracing = openTracing(logger, VERSION);
  ending.push("traces", async () => await tracing.stop());
  return tracing;
}

/** Every so often, and with the last of an orderly end. */
function keepLogSeen(note: () => Promise<void>, ending: Ending, logger: Logger): void {
  const timer = setInterval(() => {
    note().catch((error: unknown) => logger.debug({ err: error }, "how far the log is could not be noted"));
  }, NOTE_LOG_SEEN_MS);
  timer.unref();
  ending.push("note of the log", async () => {
    clearInterval(timer);
    await note();
  });
}

/** On connections of its own: nothing that takes long may stand in its way. */
function openGate(pool: Pool, { eventStoreUrl }: Settings, ending: Ending, tracing: Tracing | null): Gate {
  const lanes = new Lanes(pool, {
    count: GATE_CONNECTIONS,
    deadlineMs: GATE_DEADLINE_MS,
    applicationName: "admittance gate",
    // Tells commands that must be alone with the database that an instance is there.
    prepare: `${GATE_SESSION}; select pg_try_advisory_lock_shared(${String(ADVISORY_LOCKS.serving)})`,
  });
  ending.push("gate", async () => await lanes.close());
  // The log's commits take what the gate writes to disk only where they are commits of the same server.
  const ask: Ask = async (statement, values) => await lanes.use(async (one) => await one(statement, values));
  return new Gate(tracing?.ask(ask) ?? ask, { durably: eventStoreUrl !== undefined });
}

/** What an instance does by itself, without being asked. */
function beginWork(services: Services, projections: Projections, ending: Ending): Webhooks {
  const sweeper = new Sweeper(services, projections);
  sweeper.start();
  ending.push("sweeper", async () => await sweeper.stop());
  const sightings = new Rounds(
    services,
    "terminals' last requests",
    async () => await services.sightings.write(services.db),
  );
  sightings.start();
  ending.push("terminals' last requests", async () => await sightings.stop());
  fetchRates(services, ending);
  pullTransactions(services, ending);
  keepAmounts(services, ending);
  keepPayments(services, projections, ending);
  const webhooks = new Webhooks(services);
  webhooks.start();
  ending.push("webhooks", async () => await webhooks.stop(), DISPATCHER_STOP_MS);
  return webhooks;
}

function fetchRates(services: Services, ending: Ending): void {
  if (services.ratesFrom === null) return;
  const schedule = new RateSchedule(services, services.ratesFrom);
  schedule.start();
  ending.push("rates", async () => await schedule.stop());
}

function pullTransactions(services: Services, ending: Ending): void {
  if (!services.rewards.isConnected) return;
  const schedule = new RewardSchedule(services);
  schedule.start();
  ending.push("transactions of the reward system", async () => await schedule.stop());
}

/** A setting that this release can't honour stops the start: ignored, it would promise what is not so. */
function refuseWhatIsNotThere(settings: Settings): void {
  const given: readonly [name: string, isGiven: boolean, what: string][] = [
    ["OIDC_ISSUER", settings.oidc !== undefined, "has no sign-in by OpenID Connect"],
  ];
  for (const [name, isGiven, what] of given) {
    if (isGiven) throw new SetupError(`${name} is set, and this release ${what}. Unset it.`);
  }
}

function keepRenewed(server: ServerType, files: TlsFiles, logger: Logger, ending: Ending): void {
  if (!("setSecureContext" in server)) return;
  const renewed = ({ cert, key }: Tls): void => server.setSecureContext({ cert, key });
  ending.push("TLS files", watchTls(files, { logger, renewed }));
}

/** Any proxy: the nearest one is believed. */
function hops(trustProxy: boolean | number): number {
  return typeof trustProxy === "number" ? trustProxy : trustProxy ? 1 : 0;
}

// Longer than proxies keep an idle connection (nginx: a minute): who uses one that was just closed has a 502 for a POST. Browsers
// without a proxy get Node's five seconds: theirs go over lines that may have died without a word.
const KEEP_ALIVE_MS = 75_000;

async function listen(
  app: App,
  settings: Settings,
  tls: Tls | undefined,
): Promise<{ readonly server: ServerType; readonly url: string }> {
  return await new Promise((resolve, reject) => {
    const address = { fetch: app.fetch, port: settings.port, hostname: settings.host };
    const options =
      tls === undefined
        ? address
        : { ...address, createServer: createTlsServer, serverOptions: { cert: tls.cert, key: tls.key } };
    const server = serve(options, (info: AddressInfo) => {
      const host = info.family === "IPv6" ? `[${info.address}]` : info.address;
      resolve({ server, url: `${tls === undefined ? "http" : "https"}://${host}:${String(info.port)}` });
    });
    const isBehindProxy = settings.trustProxy !== false;
    if (isBehindProxy && "keepAliveTimeout" in server) server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.on("error", (error: NodeJS.ErrnoException) => {
      const where = `${settings.host}:${String(settings.port)}`;
      const taken =
        error.code === "EADDRINUSE"
          ? "is taken. Set PORT to another one."
          : `can't be used: ${error.message}`;
      reject(new SetupError(`The address ${where} ${taken}`));
    });
  });
}

async function closeServer(server: ServerType): Promise<void> {
  await new Promise<void>((resolve) => {
    const hurry = setTimeout(() => {
      if ("closeAllConnections" in server) server.closeAllConnections();
    }, LAST_REQUESTS_MS);
    server.close(() => {
      clearTimeout(hurry);
      resolve();
    });
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}

async function projectionStatus(projections: Projections): Promise<readonly PartStatus[]> {
  const status = await projections.status();
  return status.map((one) => ({
    part: `projection ${one.name}`,
    ready: one.error === null && one.serves,
    detail: one.error ?? (one.serves ? behind(one) : `being built, ${behind(one)}`),
  }));
}

function behind({ lagEvents, lagSeconds }: ProjectionStatus): string {
  const events =
    lagEvents === undefined ? "many events, " : lagEvents === 0 ? "" : `${String(lagEvents)} events, `;
  return `${events}${lagSeconds.toFixed(1)} s behind`;
}

/** Without the database, what this process knows by itself. */
async function readGauges(
  services: Services,
  log: MeasuredLog,
  projections: Projections,
  webhooks: Webhooks,
): Promise<Readonly<Record<string, number>>> {
  const now = services.now();
  const carried = projections.gauges();
  const parts = Object.entries(log.gauges()).map(
    ([name, value]) => [`log_${name}`, value + (carried[name] ?? 0)] as const,
  );
  const [status, ending] = await Promise.all([
    withinPart(projections.status()).catch(() => null),
    withinPart(projections.certificates.endingBefore(now + CERTIFICATE_ENDS_SOON, now)).catch(() => null),
  ]);
  const soon = ending === null ? [] : [["certificates_ending_soon", ending] as const];
  const lags = (status ?? []).map((one) => [`projection_${one.name}_lag_seconds`, one.lagSeconds] as const);
  const outside = await outsideGauges({ ...services, payments: projections.payments });
  const queue = await withinPart(webhooks.gauges()).catch(() => ({}));
  const others = [...soon, ...outside, ...Object.entries(queue)];
  return Object.fromEntries([...parts, ...lags, ...others, ["read_models_known", status === null ? 0 : 1]]);
}
