import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

import { clusterDirectory } from "../../src/database/embedded/cluster.ts";
import { stopPostmaster } from "../../src/database/embedded/postmaster.ts";
import { processExists } from "../../src/database/embedded/starter.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Data directory of the one cluster of this run; the first test that needs it starts it. */
    readonly databaseDir: string;
  }
}

const PREFIX = "admittance-test-";

/**
 * One PostgreSQL cluster for the whole run. It is started by the first `createTestDatabase` (several processes may start
 * it at once, see `startEmbedded`), so that a run of pure tests does not wait for it; it is stopped and removed here.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandoned();
  const databaseDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  project.provide("databaseDir", databaseDir);
  return async () => {
    await stopPostmaster(clusterDirectory(databaseDir), "immediate");
    await rm(databaseDir, { recursive: true, force: true });
  };
}

/** A killed run leaves its directory and perhaps a server; without one the other is of no use. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length).split("-")[0] : undefined);
    if (!Number.isSafeInteger(pid) || processExists(pid)) continue;
    const directory = join(tmpdir(), name);
    await stopPostmaster(clusterDirectory(directory), "immediate").catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  }
}
