import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../api/app.ts";
import { managementRoutes } from "../api/management/routes.ts";
import { createMetrics } from "../api/metrics.ts";
import { posRoutes } from "../api/pos/routes.ts";
import { createPool } from "../database/pool.ts";
import { entryLookup } from "../engine/entry/lookup.ts";
import { Gate } from "../engine/gate/gate.ts";
import { DeviceHub } from "../engine/devices/hub.ts";
import { createServices } from "../engine/services.ts";
import { MemoryEventLog } from "../eventlog/memory.ts";
import { createOutbound } from "../integrations/outbound/outbound.ts";
import { noAcquirer, noExternalRules, noRewards } from "../integrations/ports.ts";
import { createLogger } from "../logging.ts";
import { createProjections, OperationChanges } from "../projections/index.ts";
import { openKeyring } from "../vault/keyring.ts";
import { VERSION } from "../version.ts";

/**
 * Prints the OpenAPI document without a server or a database, for what is made of it when the panel is built: routes are
 * described by themselves, and nothing behind them is asked.
 */
async function printDocument(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "admittance-document-"));
  const pool = createPool("postgres://nobody@127.0.0.1:1/none");
  const logger = createLogger({ level: "silent" });
  const log = new MemoryEventLog();
  try {
    const { keyring } = await openKeyring(join(folder, "keyring.json"));
    const services = createServices({
      pool,
      log,
      gate: new Gate(() => Promise.reject(new Error("there is no database")), { durably: false }),
      keyring,
      refreshKeyring: async () => await Promise.resolve(),
      logger,
      now: () => 0,
      newId: () => "0".repeat(26),
      randomBytes,
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
    const projections = createProjections({ log, pool, logger, now: () => 0 });
    const entries = entryLookup(services, projections);
    const hub = new DeviceHub(services, entries.cardOf);
    const { document } = await createApp({
      services,
      hub,
      routes: [
        ...posRoutes(services, entries),
        ...managementRoutes(services, {
          projections,
          changes: new OperationChanges(log),
          hub,
          publicUrl: null,
          secureCookies: false,
          certificatePort: () => null,
          system: { version: VERSION, parts: () => Promise.resolve([]), settings: [] },
        }),
      ],
      metrics: createMetrics({ read: () => Promise.resolve({}) }),
      trustedProxies: 1,
      servesTls: false,
      version: VERSION,
      accessLog: 0,
      around: null,
      panel: null,
      marks: { demo: false, testClock: false },
    });
    process.stdout.write(JSON.stringify(document));
  } finally {
    await log.close();
    await pool.end();
    await rm(folder, { recursive: true, force: true });
  }
}

await printDocument();
