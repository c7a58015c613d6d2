import { appendFile, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { terminalOf, type Terminal } from "../../src/cli/pos/terminal.ts";
import { openEventStoreLog } from "../../src/eventlog/eventstoredb/open.ts";
import { START } from "../../src/eventlog/log.ts";
import { ADVISORY_LOCKS } from "../../src/database/advisoryLocks.ts";
import { Double } from "../eventlog/double/double.ts";
import { pdfOf } from "../support/pdf.ts";
import { testKeys } from "../support/programme.ts";
import { EVENTS, Installation, someVisits, visit } from "./support.ts";
import { someOf } from "../support/long.ts";

/** What the product wrote goes into a file and comes back, into either engine, and the product goes on. */

let home: Installation;
let file: string;
let lines: readonly string[];
let terminal: Terminal;
let pan: string;

beforeAll(async () => {
  home = await Installation.create();
  const product = await home.start();
  ({ terminal, pan } = await someVisits(home.admin(product), product.url));
  const pdf = pdfOf("terms").toString("latin1");
  const type = { "content-type": "application/pdf" };
  await home.admin(product).send("POST", "/api/terms?kind=TERMS&validFrom=2026-11-01", pdf, type);
  await product.end("SIGTERM");
  file = home.path("log.ndjson");
  const ran = await home.run(["export", "--to", file, "--verify"]);
  expect([ran.code, ran.stdout]).toEqual([0, ""]);
  expect(ran.stderr).toContain("Every chain is whole.");
  lines = (await readFile(file, "utf8")).split("\n").slice(0, -1);
});
afterAll(async () => {
  await home.destroy();
});

function at(url: string): Terminal {
  return terminalOf(url, terminal.serialNumber, testKeys().privateKey, () => Date.now());
}

async function dump(installation: Installation): Promise<unknown> {
  return [
    await installation.query(EVENTS),
    await installation.query("select * from account_ranges order by id"),
    await installation.query("select * from rates order by seq"),
    await installation.query("select * from transactions order by seq"),
    await installation.query("select * from terms_file_parts order by seq"),
    await installation.query("select * from whitelist_uploads order by seq"),
    await installation.query("select * from whitelist_entries order by seq"),
    await installation.query("select * from opening_balance_imports order by seq"),
  ];
}

async function variant(name: string, changed: readonly string[]): Promise<string> {
  const path = home.path(name);
  await writeFile(path, changed.map((line) => `${line}\n`).join(""));
  return path;
}

describe("an export", () => {
  test("isOneLineAnEventBetweenHeaderAndFooter", async () => {
    const events = await home.query<{ revision: string }>(EVENTS);
    const header: unknown = JSON.parse(lines[0] ?? "");
    expect(header).toMatchObject({
      format: "admittance-log",
      version: 1,
      installation: { log: "POSTGRESQL" },
    });
    expect(lines.slice(1, events.length + 1).map((line): unknown => JSON.parse(line))).toEqual(
      events.map((event) => ({ ...event, revision: Number(event.revision) })),
    );
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ events: events.length, records: 11 });
    expect(events.length).toBeGreaterThan(40);
  });

  test("toStandardOutputIsTheSame", async () => {
    const ran = await home.run(["export"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout.split("\n").slice(1, -2)).toEqual(lines.slice(1, -1));
  });

  test("refusesAFileThatIsThere", async () => {
    const ran = await home.run(["export", "--to", file]);
    expect([ran.code, ran.stderr]).toEqual([1, `${file} is there already: give another name.\n`]);
  });

  test("endsQuietlyWhenItsReaderGoes", async () => {
    const child = home.spawn(["export"]);
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stderr.replace(/^[\d,]+ events of .*\n/, "")]).toEqual([0, ""]);
  });
});

describe("an import into PostgreSQL", () => {
  test("givesBackEveryByteAndTheProductGoesOn", async () => {
    const copy = await Installation.create(home);
    const ran = await copy.run(["import", file]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(await dump(copy)).toEqual(await dump(home));

    // Once more: all of it stands there.
    const again = await copy.run(["import", "-"], { STDIN: await readFile(file, "utf8") });
    expect([again.code, again.stderr]).toEqual([0, ""]);
    expect(again.stdout).toContain("stood there already");
    expect(await dump(copy)).toEqual(await dump(home));

    const exported = await copy.run(["export"]);
    expect(exported.stdout.split("\n").slice(1, -2)).toEqual(lines.slice(1, -1));

    // The vault is not in the file: the programme goes on, a card from before is a new one.
    const product = await copy.start();
    expect(product.output()).not.toContain("An administrator was made");
    expect(await visit(at(product.url), pan)).toBe("GRANTED");
    await product.end("SIGTERM");
    await copy.destroy();
  });

  test("withTheDatabaseOfItsDumpKnowsEveryCard", async () => {
    // What pg_dump keeps besides the log.
    const copy = await Installation.create(home);
    expect((await copy.run(["import", file])).code).toBe(0);
    const vault = await home.query<{ card_id: string; mask: string }>("select card_id, mask from card_vault");
    const aliases = await home.query<{ hash: Buffer; key_version: number; card_id: string; kind: string }>(
      "select hash, key_version, card_id, kind from card_alias",
    );
    for (const { card_id, mask } of vault)
      await copy.query(`insert into card_vault (card_id, mask) values ('${card_id}', '${mask}')`);
    for (const { hash, key_version, card_id, kind } of aliases) {
      await copy.query(
        `insert into card_alias values ('\\x${hash.toString("hex")}', ${String(key_version)}, '${card_id}', '${kind}')`,
      );
    }
    const product = await copy.start();
    expect(await visit(at(product.url), pan)).toBe("GRANTED");
    expect(await visit(at(product.url), pan)).toBe("LIMIT_EXCEEDED");
    await product.end("SIGTERM");
    await copy.destroy();
  });

  test("refusesALogThatHoldsOtherEvents", async () => {
    const other = await Installation.create();
    const product = await other.start();
    await product.end("SIGTERM");
    await writeFile(other.path("keyring.json"), await readFile(home.path("keyring.json")));
    const before = await other.query(EVENTS);
    const wrongKeyring = await other.run(["import", file]);
    expect([wrongKeyring.code, wrongKeyring.stderr.split("\n").length]).toEqual([1, 2]);
    expect(wrongKeyring.stderr).toContain("is not the one of this database");
    const id = /"keyringId":"([\w-]+)"/.exec(lines[0] ?? "")?.[1] ?? "";
    await other.query(`update installation set keyring_id = '${id}'`);
    const ran = await other.run(["import", file]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^PostgreSQL is not empty, and what it holds is not from here: .*\n$/);
    expect(await other.query(EVENTS)).toEqual(before);
    await other.destroy();
  });

  test("refusesToBeginWithoutTheKeyringAndWhileAnInstanceRuns", async () => {
    const fresh = await Installation.create();
    const without = await fresh.run(["import", file]);
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining("There is no keyring at")]);
    await fresh.destroy();
    const product = await home.start();
    // From its first moment: the thread that projects has its lock later, and again when it was started anew.
    const shared = `select from pg_locks where objid = ${String(ADVISORY_LOCKS.serving)} and mode = 'ShareLock' and granted`;
    expect(await home.query(shared)).not.toHaveLength(0);
    const ran = await home.run(["import", file]);
    expect([ran.code, ran.stderr]).toEqual([
      1,
      "An instance is running on this database: stop all of them first.\n",
    ]);
    await product.end("SIGTERM");
  });
});

describe("an import into EventStoreDB", () => {
  test.each([["1"], ["32"]])("givesBackEveryByteWith%sInFlight", async (inFlight) => {
    const node = new Double();
    await node.start();
    const copy = await Installation.create(home);
    const env = { EVENTSTORE_URL: node.url };
    const ran = await copy.run(["import", file, "--in-flight", inFlight], env);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const log = await openEventStoreLog(node.url);
    const there: string[] = [];
    for await (const batch of log.readAll({ after: START })) {
      for (const { stream, revision, id, type, body, hash } of batch)
        there.push(JSON.stringify({ stream, revision, id, type, body, hash }));
    }
    await log.close();
    const events = lines.filter((line) => line.startsWith('{"stream"'));
    if (inFlight === "1") expect(there).toEqual(events);
    expect(there.toSorted()).toEqual(events.toSorted());

    const product = await copy.start(env);
    expect(await visit(at(product.url), pan)).toBe("GRANTED");
    await product.end("SIGTERM");
    await copy.destroy();
    node.kill();
  });
});

describe("a file that is not as it was written", () => {
  const event = (index: number): number => 1 + index;
  const cases: [string, () => readonly string[], RegExp][] = [
    [
      "an altered body",
      () => lines.map((line, at_) => (at_ === event(9) ? line.replace(/Z\\"/, 'X\\"') : line)),
      /^Altered: \S+ at revision \d+: the body doesn't match its hash\n$/,
    ],
    [
      "a line removed",
      () =>
        lines.toSpliced(
          lines.findIndex((line) => /"revision":1,/.test(line)),
          1,
        ),
      /^(Altered: \S+ at revision 1|The file has \d+ events)/,
    ],
    [
      "a last event removed",
      () =>
        lines.toSpliced(
          lines.findLastIndex((line) => line.startsWith('{"stream"')),
          1,
        ),
      /^The file has \d+ events, and its footer says \d+/,
    ],
    [
      "lines of one stream swapped",
      () => {
        const second = lines.findIndex((line) => /"revision":1,/.test(line));
        const stream = /"stream":"[^"]+"/.exec(lines[second] ?? "")?.[0] ?? "";
        const first = lines.findIndex((line) => line.includes(stream));
        return lines.with(first, lines[second] ?? "").with(second, lines[first] ?? "");
      },
      /^Altered: \S+ at revision 0: /,
    ],
    [
      "lines of two streams swapped",
      () => {
        const [one, other] = lines.flatMap((line, at_) => (/"revision":0,/.test(line) ? [at_] : []));
        if (one === undefined || other === undefined) throw new Error("two streams are wanted");
        return lines.with(one, lines[other] ?? "").with(other, lines[one] ?? "");
      },
      /^(The file was altered: its footer has another SHA-256\.|Altered: )/,
    ],
    ["no footer", () => lines.slice(0, -1), /^The file is cut off: its footer is missing\.\n$/],
    ["only half", () => lines.slice(0, 20), /^The file is cut off: its footer is missing\.\n$/],
    ["more behind the footer", () => [...lines, lines[5] ?? ""], /^Lines stand behind the footer\.\n$/],
    ["no header", () => lines.slice(1), /^This is not an export of an event log/],
    ["a later version", () => [(lines[0] ?? "").replace('"version":1', '"version":2')], /has version 2/],
    ["a line that is no JSON", () => lines.with(7, "{"), /^Line 8 is not a line of an export\.\n$/],
    [
      "a line with more in it",
      () => lines.with(7, '{"stream":"a"}'),
      /^Line 8 is not a line of an export\.\n$/,
    ],
    ["an endless line", () => lines.with(7, "x".repeat(3_000_000)), /^Line 8 is longer than any line/],
    ["an endless last line", () => ["x".repeat(3_000_000)], /^Line 1 is longer than any line/],
    ["nothing", () => [], /^This is not an export of an event log/],
  ];

  test.each(someOf(cases))("%s", async (name, change, message) => {
    const path = await variant(`${name.replaceAll(" ", "-")}.ndjson`, change());
    const checked = await home.run(["import", "--check", path]);
    expect([checked.code, checked.stdout]).toEqual([1, ""]);
    expect(checked.stderr).toMatch(message);
    expect(checked.stderr.trimEnd()).not.toContain("\n");
  });

  test("cutOffCanBeGoneOnWith", async () => {
    const copy = await Installation.create(home);
    const half = await variant("half.ndjson", lines.slice(0, 30));
    await appendFile(half, (lines[30] ?? "").slice(0, 40));
    const ran = await copy.run(["import", half]);
    expect([ran.code, ran.stderr]).toEqual([1, "The file is cut off in line 31.\n"]);
    expect((await copy.query(EVENTS)).length).toBe(29);
    const whole = await copy.run(["import", file]);
    expect([whole.code, whole.stderr]).toEqual([0, ""]);
    expect(whole.stdout).toContain(", 29 of them stood there already");
    expect(await dump(copy)).toEqual(await dump(home));
    await copy.destroy();
  });
});

describe("what can't be used", () => {
  test.each([
    [["import", "/nowhere/log.ndjson"], /^\/nowhere\/log\.ndjson can't be used: ENOENT/],
    [["import", "--check", "."], /^\. can't be used: EISDIR/],
    [["export", "--to", "/nowhere/log.ndjson"], /^\/nowhere\/log\.ndjson can't be used: ENOENT/],
    [["export", "--verify"], /^--verify reads the file back/],
    [["log", "copy", "--to", "oracle"], /^error: option '--to <engine>' argument 'oracle' is invalid/],
  ])("%j", async (args, message) => {
    const ran = await home.run(args);
    expect([ran.code, ran.stdout]).toEqual([1, ""]);
    expect(ran.stderr).toMatch(message);
  });

  test("bytesThatAreNoText", async () => {
    const path = home.path("bytes.ndjson");
    await writeFile(
      path,
      Buffer.concat([Buffer.from(`${lines[0] ?? ""}\n`), Buffer.from([0x22, 0xff, 0x0a])]),
    );
    const ran = await home.run(["import", "--check", path]);
    expect([ran.code, ran.stderr]).toEqual([1, "Line 2 is not UTF-8.\n"]);
  });
});

describe("an altered log", () => {
  test("isFoundByExportAndVerify", async () => {
    const copy = await Installation.create(home);
    expect((await copy.run(["import", file])).code).toBe(0);
    expect(await copy.run(["log", "verify"])).toMatchObject({ code: 0, stderr: "" });
    const [event] = await copy.query<{ stream: string }>(
      "select stream from events where revision = 1 limit 1",
    );
    const stream = event?.stream ?? "";
    await copy.query("alter table events disable trigger events_append_only");
    await copy.query(
      `update events set body = replace(body, 'Z"', 'X"') where stream = '${stream}' and revision = 1`,
    );
    for (const args of [["log", "verify"], ["export"], ["export", "--to", copy.path("bad.ndjson")]]) {
      const ran = await copy.run(args);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toBe(`Altered: ${stream} at revision 1: the body doesn't match its hash\n`);
    }
    await expect(readFile(copy.path("bad.ndjson"))).rejects.toThrow("ENOENT");
    await copy.query(`delete from events where stream = '${stream}' and revision = 1`);
    const ran = await copy.run(["log", "verify"]);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(`Altered: ${stream} at revision 1`)]);
    await copy.destroy();
  });
});
