import { EventEmitter, once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../src/database/embedded/embedded.ts";
import { KEY, startRewards } from "../outside/support.ts";
import { listening } from "../support/listening.ts";
import type { Product } from "../support/product.ts";
import { testPan } from "../support/programme.ts";
import { Installation, type Ran } from "../transfer/support.ts";

/** `admittance transactions import`, as a process, against a server that is killed, and killed itself. */

const LONG = process.env["LONG"] === "1";
const LINES = LONG ? 300_000 : 40_000;
const KILLS = LONG ? 10 : 2;

let home: Installation;
let product: Product;
let url: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  home = await Installation.create();
  env = { PORT: String(await freePort()) };
  product = await home.start(env);
  ({ url } = product);
});
afterAll(async () => {
  await home.destroy();
});

const HEADER = "transactionId,pan,type,amount,currency,mcc,transactionAt";
const row = (id: string, n: number): string =>
  `${id},${testPan(n % 500)},PURCHASE,${String(1 + (n % 90))}.50,EUR,5812,2026-11-01T10:00:00Z`;

async function fileOf(name: string, lines: readonly string[]): Promise<string> {
  const path = home.path(name);
  await writeFile(path, [...lines, ""].join("\n"));
  return path;
}

const importing = (path: string, ...more: string[]): readonly string[] => [
  ...["transactions", "import", path, "--url", url],
  ...more,
];
async function run(path: string, ...more: string[]): Promise<Ran> {
  return await home.run(importing(path, ...more), { ADMITTANCE_KEY: home.adminKey });
}

/** Stands before the server, and keeps what became of a file for itself until it was asked how far it is. */
async function answersLate(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const progress = new EventEmitter();
  const asked = once(progress, "asked");
  const server = createServer((request, response) => {
    void (async () => {
      const { method = "GET", url: path = "/", headers } = request;
      const chunks = await request.toArray();
      const answer = await fetch(new URL(path, url), {
        method,
        headers: Object.fromEntries(
          ["authorization", "content-type", "idempotency-key"].flatMap((name) => {
            const value = headers[name];
            return typeof value === "string" ? [[name, value]] : [];
          }),
        ),
        ...(method === "POST" ? { body: Buffer.concat(chunks) } : {}),
      });
      const text = await answer.text();
      if (method === "POST") await asked;
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
      response.end(text);
      if (path.startsWith("/api/imports?") && text.includes("COMPLETED")) progress.emit("asked");
    })();
  });
  return {
    url: `http://127.0.0.1:${String(await listening(server))}`,
    close: async () => {
      await once(server.close(), "close");
    },
  };
}

/** How far the import of a file of this name is; 0 before it has begun. */
async function accepted(name: string): Promise<number> {
  const found = await home.query<{ accepted: number }>(
    `select accepted from imports where file_name = '${name}' order by at desc limit 1`,
  );
  return found[0]?.accepted ?? 0;
}

async function standing(prefix: string): Promise<number> {
  const [found] = await home.query<{ all: number; different: number }>(
    `select count(*)::int as all, count(distinct transaction_id)::int as different
     from transactions where transaction_id like '${prefix}%'`,
  );
  expect(found?.all).toBe(found?.different);
  return found?.all ?? 0;
}

describe("a file of transactions", () => {
  test("bad lines are told in a file beside it, and by the exit status", async () => {
    const path = await fileOf("some.ndjson", [
      JSON.stringify({
        ...{ transactionId: "n-1", pan: testPan(1), type: "PURCHASE", mcc: "5812" },
        ...{ amount: { amount: "1.00", currency: "EUR" }, transactionAt: "2026-11-01T10:00:00Z" },
      }),
      "no JSON",
    ]);
    const tried = await run(path, "--dry-run");
    expect([tried.code, tried.stdout]).toEqual([2, expect.stringContaining("1 would be imported")]);
    expect(tried.stdout).toContain("line 2: the line is no JSON");
    expect(await standing("n-")).toBe(0);
    const done = await run(path);
    expect([done.code, done.stdout]).toEqual([
      2,
      expect.stringContaining("1 imported, 0 known already, 1 bad"),
    ]);
    expect(await readFile(`${path}.bad.csv`, "utf8")).toContain("2,,the line is no JSON");
    const again = await run(path, "--report", home.path("told.csv"));
    expect([again.code, again.stdout]).toEqual([2, expect.stringContaining("told.csv")]);
    expect(await standing("n-")).toBe(1);
  });

  test("says how far it is while the server is at it", async () => {
    const path = await fileOf("slow.csv", [HEADER, row("p-1", 1), "bad", row("p-2", 2)]);
    const slow = await answersLate();
    const command = ["transactions", "import", path, "--url", slow.url];
    const done = await home.run(command, { ADMITTANCE_KEY: home.adminKey });
    await slow.close();
    expect([done.code, done.stdout]).toEqual([2, expect.stringContaining("2 imported")]);
    expect(done.stderr).toContain("100 %: 3 lines read, 1 of them bad\n");
  });

  test("nothing is pulled where nobody is to be asked, and what was answered instead is said", async () => {
    const none = await home.run(["transactions", "pull"]);
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining("REWARDS_URL is not set: there is nowhere to pull from."),
    ]);
    const rewards = await startRewards();
    const settings = { REWARDS_URL: rewards.url, REWARDS_KEY: KEY };
    const wrongKey = await home.run(["transactions", "pull"], {
      ...{ REWARDS_URL: rewards.url, REWARDS_KEY: "another-key-of-tests" },
    });
    expect([wrongKey.code, wrongKey.stderr]).toEqual([
      1,
      expect.stringMatching(/^http\S+: \w+ \(401\); 0 were stored before\.$/m),
    ]);
    const pulled = await home.run(["transactions", "pull"], settings);
    expect([pulled.code, pulled.stdout]).toEqual([0, expect.stringContaining("0 new transactions")]);
    await rewards.close();
    const silent = await home.run(["transactions", "pull", "--json"], settings);
    expect([silent.code, silent.stdout]).toEqual([1, ""]);
    expect(silent.stderr).toMatch(/: \w+; 0 were stored before\./);
  });

  test("what is no such file, or is refused as a whole, ends with 1", async () => {
    const none = await run(home.path("none.csv"));
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("is no file that can be read")]);
    const wrong = await run(await fileOf("wrong.csv", ["a,b", "1,2"]));
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("/1/1 no column of this name")]);
  });

  test("goes on by itself while the server is killed again and again: every line exactly once", async () => {
    const lines = Array.from({ length: LINES }, (_, n) => row(`k-${String(n)}`, n));
    const path = await fileOf("killed.csv", [HEADER, ...lines]);
    const importer = run(path);
    const ended = new Set<string>();
    void importer.finally(() => ended.add("importer"));
    let kills = 0;
    while (kills < KILLS) {
      const before = await accepted("killed.csv");
      await expect.poll(async () => ended.size > 0 || (await accepted("killed.csv")) > before).toBe(true);
      if (ended.size > 0) break;
      await product.end("SIGKILL");
      kills += 1;
      product = await home.start(env);
    }
    const done = await importer;
    // What is through before the first kill would show nothing.
    expect(kills).toBeGreaterThanOrEqual(2);
    const all = LINES.toLocaleString("en-GB");
    expect([done.code, done.stdout]).toEqual([
      0,
      expect.stringContaining(`${all} imported, 0 known already, 0 bad`),
    ]);
    expect(done.stderr).toContain("It goes on in a second.");
    expect(await standing("k-")).toBe(LINES);
    expect(await accepted("killed.csv")).toBe(LINES);
  });

  test("goes on where it was when the command was killed", async () => {
    const lines = Array.from({ length: LINES }, (_, n) => row(`c-${String(n)}`, n));
    const path = await fileOf("client.csv", [HEADER, ...lines]);
    const child = home.spawn(importing(path), { ADMITTANCE_KEY: home.adminKey });
    await expect.poll(async () => await accepted("client.csv")).toBeGreaterThan(0);
    const gone = once(child, "close");
    child.kill("SIGKILL");
    await gone;
    await expect
      .poll(async () => await home.query("select state from imports where file_name = 'client.csv'"))
      .toEqual([{ state: "INTERRUPTED" }]);
    expect(await accepted("client.csv")).toBeLessThan(LINES);
    const done = await run(path);
    const all = LINES.toLocaleString("en-GB");
    expect([done.code, done.stdout]).toEqual([
      0,
      expect.stringContaining(`${all} imported, 0 known already, 0 bad`),
    ]);
    expect(await standing("c-")).toBe(LINES);
  });
});
