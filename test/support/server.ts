import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { monotonicFactory } from "ulid";
import { ensureAdministrator } from "../../src/engine/accounts/bootstrap.ts";
import { type Client, createClient } from "../../src/client.ts";
import { createLogger } from "../../src/logging.ts";
import { type RunningServer, startServer } from "../../src/start/server.ts";
import { parseSettings } from "../../src/settings.ts";
import { cardNumbersIn, cardNumbersInDatabase } from "./cardNumberScan.ts";
import { alterDatabase, createDatabaseApart, createMigratedDatabase } from "./postgres.ts";
import { apiDocument, watchAnswers } from "./documented.ts";
import { openTestEventStore } from "./eventStore.ts";

/** The whole product in this process, on a database and a log of its own, reached over real HTTP. */
export interface TestServer {
  readonly url: string;
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly server: RunningServer;
  /** An administrator's API key in use. */
  readonly admin: Client;
  readonly adminKey: string;
  /** Everything that was logged. */
  readonly logged: () => string;
  /** One more instance on the same database, log and data directory. @param port by default a free one */
  another(port?: number, more?: Readonly<Record<string, string>>): Promise<RunningServer>;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  readonly testClock?: boolean;
  /** In a cluster of its own: for tests that hold transactions open. */
  readonly apart?: boolean;
  /** What the database says to everyone who connects. */
  readonly database?: Readonly<Record<string, string>>;
  /** More settings of the product. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = options.apart === true ? await createDatabaseApart() : await createMigratedDatabase();
  if (options.database !== undefined) await alterDatabase(database.url, options.database);
  const eventStore = await openTestEventStore();
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-test-"));
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const env = {
    DATABASE_URL: database.url,
    ...eventStore.settings,
    DATA_DIR: dataDir,
    DEMO: "0",
    TEST_CLOCK: options.testClock === true ? "1" : "0",
    ...options.settings,
  };
  const logger = createLogger({ level: "info", destination });
  const newUlid = monotonicFactory();
  const world = {
    now: () => Date.now(),
    newId: () => newUlid(),
    randomBytes: (count: number) => randomBytes(count),
  };
  const another = async (port = 0, more: Readonly<Record<string, string>> = {}): Promise<RunningServer> =>
    await startServer(parseSettings({ PORT: String(port), ...env, ...more }), world, logger);
  const server = await another();
  const administrator = await ensureAdministrator(server.services);
  if (administrator === null) throw new Error("a fresh database has no administrator yet");
  const client = createClient(server.url, administrator.apiKey);
  const watch = watchAnswers(server.url, apiDocument.parse((await client.send("GET", "/openapi.json")).body));
  return {
    url: server.url,
    databaseUrl: database.url,
    dataDir,
    server,
    admin: client,
    adminKey: administrator.apiKey,
    logged: () => lines.join(""),
    another,
    stop: async () => {
      const undocumented = await watch.undocumented();
      watch.end();
      await server.stop();
      eventStore.stop();
      // Whatever a test did, no card number may have stayed behind.
      const found = [...(await cardNumbersInDatabase(database.url)), ...cardNumbersIn(lines.join(""))];
      await database.drop();
      if (found.length > 0) throw new Error(`card numbers were kept: ${found.slice(0, 5).join(", ")}`);
      // The document says every status, header and member that occurs.
      if (undocumented.length > 0) throw new Error(`not as documented: ${undocumented.join("; ")}`);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
