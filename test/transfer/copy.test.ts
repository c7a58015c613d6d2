import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../src/client.ts";
import { type Terminal, terminalOf } from "../../src/cli/pos/terminal.ts";
import { Double } from "../eventlog/double/double.ts";
import { createDatabaseApart } from "../support/postgres.ts";
import type { Product } from "../support/product.ts";
import { testKeys } from "../support/programme.ts";
import { Installation, someVisits, visit } from "./support.ts";

/** A running installation's log moves to the other engine and back. The tests go on from each other. */

let home: Installation;
let node: Double;
let env: Readonly<Record<string, string>>;
let terminal: Terminal;
let pan: string;
let models: unknown;

beforeAll(async () => {
  home = await Installation.create(undefined, await createDatabaseApart());
  node = new Double();
  await node.start();
  env = { EVENTSTORE_URL: node.url, EVENTSTORE_PREFIX: "lounges." };
  const product = await home.start();
  ({ terminal, pan } = await someVisits(home.admin(product), product.url));
  models = await settled(home.admin(product));
  await product.end("SIGTERM");
});
afterAll(async () => {
  await home.destroy();
  node.kill();
});

function at(url: string): Terminal {
  return terminalOf(url, terminal.serialNumber, testKeys().privateKey, () => Date.now());
}

async function readModels(admin: Client): Promise<unknown> {
  const pages = ["operations", "cards", "terminals", "rulesets", "locations", "users"].map(async (name) => {
    const { body } = await admin.send("GET", `/api/${name}?limit=200`);
    return [name, body];
  });
  return await Promise.all(pages);
}

/** Once every event has come through. */
async function settled(admin: Client): Promise<unknown> {
  for (let before = await readModels(admin); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const now = await readModels(admin);
    if (JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
}

/** The read models that the start has built anew. */
async function rebuilt(product: Product): Promise<unknown> {
  const admin = home.admin(product);
  for (let tries = 0; ; tries += 1) {
    const { status, body } = await admin.request("GET", "/readyz");
    if (status === 200) return await readModels(admin);
    if (tries > 100) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function copied(): Promise<number> {
  const ran = await home.run(["log", "copy", "--to", "eventstoredb", "--verify"], env);
  if (ran.code === 0) return Number(/^([\d,]+) events: PostgreSQL/.exec(ran.stdout)?.[1]?.replace(",", ""));
  expect(ran.stderr).toMatch(/^The target lacks \S+ at revision \d+, and maybe more\. Copy again\.\n$/);
  return -1;
}

describe("to EventStoreDB", () => {
  test("anInterruptedCopyGoesOnWhereItWas", async () => {
    const child = home.spawn(["log", "copy", "--to", "eventstoredb"], env);
    const ended = new Promise((resolve) => child.on("close", resolve));
    while (node.store.records.length < 25) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await ended;
    expect(await copied()).toBe(-1);
    const ran = await home.run(["log", "copy", "--to", "eventstoredb"], env);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(/^\d+ events copied, \d\d stood there already; all are the same/);
    expect(await copied()).toBeGreaterThan(60);
  });

  test("isCopiedAlsoWhileItRuns", async () => {
    const product = await home.start();
    const busy = Array.from({ length: 10 }, async () => await readModels(home.admin(product)));
    const ran = await home.run(["log", "copy", "--to", "eventstoredb"], env);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    await Promise.all(busy);
    const refused = await home.run(["log", "copy", "--to", "eventstoredb", "--switch"], env);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      "An instance is running on this database: stop all of them first.\n",
    ]);
    await product.end("SIGTERM");
  });

  test("isNotSwitchedWhileEventsAreHeldBack", async () => {
    const other = new pg.Client({ connectionString: home.database.url });
    await other.connect();
    // However long the two commands take here.
    await other.query("set idle_in_transaction_session_timeout = 0");
    await other.query("begin");
    await other.query("select pg_current_xact_id()");
    const key = await home.run(["keys", "create", "--name", "late"]);
    expect(key.code).toBe(0);
    const refused = await home.run(["log", "copy", "--to", "eventstoredb", "--switch"], env);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      "Somebody still writes to the log, or a transaction is open: stop it and try again.\n",
    ]);
    await other.query("rollback");
    await other.end();
  });

  test("theProductGoesOnAfterTheSwitch", async () => {
    const ran = await home.run(["log", "copy", "--to", "eventstoredb", "--switch"], env);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain('in EventStoreDB under the prefix "lounges." from now on');
    expect((await home.run(["log", "copy", "--to", "eventstoredb"], env)).stderr).toMatch(/ already\.\n$/);
    await expect(home.start()).rejects.toThrow(/The events of this installation are in EventStoreDB/);
    for (const args of [["log", "verify"], ["export"]])
      expect(await home.run(args)).toMatchObject({ code: 1, stdout: "" });
    expect((await home.run(["log", "verify"], env)).code).toBe(0);

    const product = await home.start(env);
    expect(await rebuilt(product)).toEqual(models);
    expect(await visit(at(product.url), pan)).toBe("GRANTED");
    expect(await visit(at(product.url), pan)).toBe("LIMIT_EXCEEDED");
    models = await settled(home.admin(product));
    await product.end("SIGTERM");
  });

  test("aLogOfAnotherInstallationIsRefused", async () => {
    const other = await Installation.create();
    await (await other.start()).end("SIGTERM");
    const before = node.store.records.length;
    const ran = await other.run(["log", "copy", "--to", "eventstoredb"], env);
    expect([ran.code, ran.stdout]).toEqual([1, ""]);
    expect(ran.stderr).toMatch(
      / is not empty, and what it holds is not from here: \S+ at revision 0 is unknown/,
    );
    expect(node.store.records.length).toBe(before);
    const without = await other.run(["log", "copy", "--to", "eventstoredb"]);
    expect([without.code, without.stderr]).toEqual([
      1,
      "EVENTSTORE_URL is not set: it names the EventStoreDB, wherever the copy goes.\n",
    ]);
    await other.destroy();
  });
});

describe("back to PostgreSQL", () => {
  test("whatIsThereIsComparedAndTheRestCarriedOver", async () => {
    const ran = await home.run(["log", "copy", "--to", "postgresql", "--switch"], env);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(/^\d events copied, \d\d stood there already/);
    const product = await home.start();
    expect(await rebuilt(product)).toEqual(models);
    expect(await visit(at(product.url), pan)).toBe("LIMIT_EXCEEDED");
    await product.end("SIGTERM");
  });

  test("anEventThatWasAlteredInOneIsFound", async () => {
    await home.query("alter table events disable trigger events_append_only");
    const [event] = await home.query<{ stream: string }>(
      "select stream from events where revision = 1 limit 1",
    );
    const stream = event?.stream ?? "";
    await home.query(
      `update events set body = body || ' ', hash = encode(sha256(convert_to(body || ' ', 'UTF8')), 'hex')
       where stream = '${stream}' and revision = (select max(revision) from events where stream = '${stream}')`,
    );
    const ran = await home.run(["log", "copy", "--to", "eventstoredb", "--verify"], env);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(
      new RegExp(`^Altered: ${stream} at revision \\d+: .* holds another event there\n$`),
    );
  });
});
