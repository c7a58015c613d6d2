import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { isInUse } from "../../src/database/embedded/postmaster.ts";
import { Double } from "../eventlog/double/double.ts";
import { productProgram } from "../support/childProgram.ts";
import { hasPgBouncer, type Pooler, startPgBouncer } from "../support/pgbouncer.ts";
import { query } from "../support/postgres.ts";
import { exitOf, launch } from "../support/product.ts";
import { type StockServer, startStockServer } from "../support/stockPostgres.ts";
import { makeCertificate } from "../support/certificates.ts";
import { someOf } from "../support/long.ts";

/**
 * Every start that can't go on says so in one line that says what to do, whoever started it: here the bare program, as
 * the image runs it.
 */

// A real one, or none: `scripts/test.mjs` installs it where it can.
const noPooler = !(await hasPgBouncer());

let program: string;
let directory: string;
let stock: StockServer;
const servers: Server[] = [];
const poolers: Pooler[] = [];
const nodes: Double[] = [];

beforeAll(async () => {
  program = await productProgram("main");
  directory = await mkdtemp(join(tmpdir(), "admittance-refusals-"));
  stock = await startStockServer();
  for (const statement of [
    "create role outsider login password 'x'",
    "create role reader login",
    "create role tables_only login",
    "create database plain",
    "create database latin encoding 'LATIN1' locale 'C' template template0",
    "create database bare",
    "revoke create on database plain from public",
  ]) {
    await query(stock.url, statement);
  }
  const plain = at("postgres", "plain");
  await query(plain, "revoke create on schema public from public");
  await query(plain, "grant create on schema public to tables_only");
  await query(at("postgres", "bare"), "drop schema public");
});
afterAll(async () => {
  for (const server of servers) server.close();
  for (const node of nodes) node.kill();
  for (const pooler of poolers) await pooler.stop();
  await stock.destroy();
  await rm(directory, { recursive: true, force: true });
});

function at(user: string, database: string, query_ = ""): string {
  return `postgres://${user}@127.0.0.1:${String(stock.port)}/${database}${query_}`;
}

/** A server that is no PostgreSQL. */
async function listener(answer: string | null): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    if (answer !== null) socket.end(answer);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function file(name: string, content: string, mode = 0o600): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

async function startLines(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<readonly string[]> {
  const own = await mkdtemp(join(directory, "data-"));
  const product = launch(program, { DATA_DIR: own, PORT: "0", ...env }, args);
  expect(await exitOf(product)).toBe(1);
  const cluster = join(own, "postgres", "cluster");
  expect(isInUse(cluster)).toBe(false);
  return product.output().trimEnd().split("\n");
}

type Env = Readonly<Record<string, string>>;
const rows: readonly (readonly [what: string, env: () => Env | Promise<Env>, line: RegExp])[] = [
  ["a port that is none", () => ({ PORT: "-5" }), /^PORT is "-5": allowed is/],
  ["a database URL that is none", () => ({ DATABASE_URL: "sqlite:///x" }), /^DATABASE_URL .* allowed is/],
  [
    "nobody at the database's address",
    () => ({ DATABASE_URL: "postgres://u:p@127.0.0.1:1/d" }),
    /^The database can't be used: .*ECONNREFUSED.* start the server, or look at DATABASE_URL\.$/,
  ],
  [
    "a database host that nobody knows",
    () => ({ DATABASE_URL: "postgres://u:p@no-such-host.invalid/d" }),
    /The host is not known: look at DATABASE_URL\.$/,
  ],
  [
    "a database that does not exist",
    () => ({ DATABASE_URL: at("postgres", "absent") }),
    /"absent" does not exist\. Create the database/,
  ],
  [
    "a role that does not exist",
    () => ({ DATABASE_URL: at("nobody_here", "plain") }),
    /"nobody_here" does not exist\. Look at the user/,
  ],
  [
    "a role that may create nothing",
    () => ({ DATABASE_URL: at("reader", "plain") }),
    /^The role reader may not create tables: GRANT USAGE, CREATE ON SCHEMA public TO "reader"/,
  ],
  [
    "a role that may create tables only",
    () => ({ DATABASE_URL: at("tables_only", "plain") }),
    /^The role tables_only may not create schemas.*GRANT CREATE ON DATABASE "plain" TO "tables_only"/,
  ],
  [
    "a database in another encoding",
    () => ({ DATABASE_URL: at("postgres", "latin") }),
    /encoded in LATIN1: create it with ENCODING 'UTF8'/,
  ],
  [
    "a database without our schema",
    () => ({ DATABASE_URL: at("postgres", "bare") }),
    /has no schema public: CREATE SCHEMA public\.$/,
  ],
  [
    "TLS that the database does not speak",
    () => ({ DATABASE_URL: at("postgres", "plain", "?sslmode=require") }),
    /does not support SSL connections\. Turn TLS on in the server, or take sslmode out of DATABASE_URL/,
  ],
  [
    "a CA file that is not there",
    () => ({ DATABASE_URL: at("postgres", "plain", "?sslmode=verify-full&sslrootcert=/no/ca.pem") }),
    /\/no\/ca\.pem'\. A file or a socket that DATABASE_URL names can't be used\.$/,
  ],
  [
    "a web server in the database's place",
    async () => ({
      DATABASE_URL: `postgres://u:p@127.0.0.1:${String(await listener("HTTP/1.1 400 Bad Request\r\n\r\n"))}/d`,
    }),
    /^The database can't be used: .* is it a PostgreSQL\?/,
  ],
  [
    "a server that says nothing in the database's place",
    async () => ({ DATABASE_URL: `postgres://u:p@127.0.0.1:${String(await listener(null))}/d` }),
    /^The database can't be used: .*It does not answer in time: look at the host and the port/,
  ],
  [
    "no event store at its address",
    () => ({ EVENTSTORE_URL: "esdb://127.0.0.1:1?tls=false" }),
    /^EVENTSTORE_URL can't be used: /,
  ],
  [
    "an event store that speaks no TLS",
    async () => {
      const node = new Double();
      await node.start();
      nodes.push(node);
      return { EVENTSTORE_URL: `esdb://127.0.0.1:${String(node.port)}` };
    },
    /^EVENTSTORE_URL can't be used: .*speaks no TLS: add \?tls=false/,
  ],
  [
    "a TLS file that is not there",
    () => ({ TLS_CERT_FILE: "/no/cert.pem", TLS_KEY_FILE: "/no/key.pem" }),
    /^TLS_CERT_FILE \/no\/cert\.pem can't be read \(ENOENT\)\.$/,
  ],
  [
    "a certificate that is none",
    async () => ({
      TLS_CERT_FILE: await file("text.pem", "no certificate"),
      TLS_KEY_FILE: await file("text.key", "no key"),
    }),
    /^TLS_CERT_FILE .*text\.pem holds no certificate in PEM form\.$/,
  ],
  [
    "a key that is none",
    async () => {
      const { cert } = await makeCertificate();
      return {
        TLS_CERT_FILE: await file("a.pem", cert),
        TLS_KEY_FILE: await file("a.key", cert),
      };
    },
    /^TLS_KEY_FILE .*a\.key holds no private key/,
  ],
  [
    "another certificate's key",
    async () => {
      const [one, other] = [await makeCertificate(), await makeCertificate()];
      return { TLS_CERT_FILE: await file("b.pem", one.cert), TLS_KEY_FILE: await file("b.key", other.key) };
    },
    /^TLS_KEY_FILE .*b\.key is not the key of the first certificate in TLS_CERT_FILE .*b\.pem\.$/,
  ],
  [
    "a keyring that is none",
    async () => ({ KEYRING_FILE: await file("empty.json", "") }),
    /empty\.json is not a keyring of this product/,
  ],
  [
    "a keyring that others may read",
    async () => ({ KEYRING_FILE: await file("open.json", "{}", 0o644) }),
    /^The keyring .*open\.json can be read or changed by others \(mode 644\): chmod 600 /,
  ],
  [
    "a data directory that is a file",
    async () => ({ DATA_DIR: await file("data", "") }),
    /^DATA_DIR .*data can't be made: EEXIST/,
  ],
  [
    "a port for certificates that is taken",
    async () => ({ MTLS_PORT: String(await listener(null)) }),
    /^The address 127\.0\.0\.1:\d+ is taken\. Set MTLS_PORT to another one\.$/,
  ],
  ["an argument that is none", () => ({}), /^"--verbose" is not known here/],
];

describe("a start that can't go on ends with one line, and leaves nothing running: with", () => {
  test.each(someOf(rows))("%s", async (what, env, line) => {
    const lines = await startLines(await env(), what.startsWith("an argument") ? ["--verbose"] : []);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  test("too few files", async () => {
    const entry = join(directory, "start.sh");
    await writeFile(entry, `ulimit -n 48\nexec ${process.execPath} ${program}\n`);
    const own = join(directory, "few");
    const started = promisify(execFile)("sh", [entry], {
      env: { ...process.env, DATA_DIR: own, PORT: "0", DATABASE_URL: at("postgres", "plain") },
    });
    const ended = z.object({ code: z.number(), stderr: z.string() });
    const { code, stderr } = ended.parse(await started.catch((error: unknown) => error));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]*`ulimit -n`[^\n]*\n$/);
  });

  test.skipIf(noPooler).each(["transaction", "statement"] as const)("a pool in %s mode", async (mode) => {
    const pooler = await startPgBouncer(stock.port, mode);
    poolers.push(pooler);
    const lines = await startLines({ DATABASE_URL: pooler.through(at("postgres", "plain")) });
    expect(lines).toEqual([expect.stringMatching(/^The database is behind a pooler .* session mode\.$/)]);
    // Nothing was written there.
    const tables = await query(
      at("postgres", "plain"),
      "select 1 from pg_tables where schemaname = 'public'",
    );
    expect(tables).toEqual([]);
  });
});

test.skipIf(noPooler)("aPoolInSessionModeIsServedLikeTheDatabaseItself", async () => {
  await query(stock.url, "create database pooled");
  const pooler = await startPgBouncer(stock.port, "session");
  poolers.push(pooler);
  const own = await mkdtemp(join(directory, "pooled-"));
  const env = { DATA_DIR: own, PORT: "0", DATABASE_URL: pooler.through(at("postgres", "pooled")) };
  const product = launch(program, env);
  await product.ready();
  const answer = await fetch(new URL("/readyz", product.url));
  expect(answer.status).toBe(200);
  expect(await product.end("SIGTERM")).toBe(0);
});

test("theEnvironmentOfOtherClientsChangesNothing", async () => {
  const own = await mkdtemp(join(directory, "environment-"));
  const product = launch(program, {
    DATA_DIR: own,
    PORT: "0",
    DEMO: "0",
    PGOPTIONS: "-c datestyle=German -c no_such_setting=1",
    PGSSLMODE: "verify-full",
    PGUSER: "somebody",
    PGPASSWORD: "wrong",
    PGHOST: "no-such-host.invalid",
    PGSERVICE: "elsewhere",
    NODE_PG_FORCE_NATIVE: "1",
  });
  await product.ready();
  expect(await product.end("SIGTERM")).toBe(0);
  expect(isInUse(join(own, "postgres", "cluster"))).toBe(false);
});
