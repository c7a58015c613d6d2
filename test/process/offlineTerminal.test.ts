import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { appendFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { saveTerminal, type Terminal } from "../../src/cli/pos/terminal.ts";
import { cardNumbersIn } from "../support/cardNumberScan.ts";
import { productProgram } from "../support/childProgram.ts";
import { check, createTerminal, outcome, simpleProgramme, testKeys, testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { type Wiretap, wiretap } from "../support/wiretap.ts";

/** The simulated terminal as a process: kill -9 while it lets cards in and while it reports, and answers that get lost. */

const ROUNDS = process.env["LONG"] === "1" ? 100 : 5;
const CARDS = [testPan(1), testPan(2), testPan(3)];

let program: string;
let product: TestServer;
let line: Wiretap;
let programme: Awaited<ReturnType<typeof simpleProgramme>>;
let dataDir: string;
let terminal: Terminal;
let serial: string;

beforeAll(async () => {
  program = await productProgram("cli");
  product = await startTestServer();
  line = await wiretap(product.url);
  programme = await simpleProgramme(product.admin, product.url, {
    criteria: { productCodes: ["WLE"] },
    guests: { adults: { free: 2 } },
    offline: {
      accountRanges: true,
      whitelist: false,
      maxGuests: 1,
      perCardAndDay: null,
      perTerminalAndDay: null,
    },
  });
  dataDir = await mkdtemp(join(tmpdir(), "admittance-offline-"));
});
afterAll(async () => {
  await line.stop();
  await rm(dataDir, { recursive: true, force: true });
  await product.stop();
});
beforeEach(async () => {
  terminal = await createTerminal(product.admin, product.url, programme.locationId);
  serial = terminal.serialNumber;
  await saveTerminal(dataDir, serial, testKeys().privateKey);
  line.losesAnswers = 0;
});

interface Running {
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly written: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

function pos(...words: readonly string[]): Running {
  const args = [program, "pos", "--url", line.url, "--data-dir", dataDir, ...words];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk.toString()));
  return {
    child,
    written: () => out.join(""),
    ended: once(child, "close").then(() => ({
      code: child.exitCode,
      stdout: out.join(""),
      stderr: err.join(""),
    })),
  };
}

async function done(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await pos("offline", ...words).ended;
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

/** Kills it so many milliseconds after it has said something. */
async function killed(running: Running, afterFirstWord: number): Promise<string> {
  const gone = running.ended.then(() => true);
  while (running.written() === "" && !(await Promise.race([gone, sleep(2, false)])));
  await Promise.race([gone, sleep(afterFirstWord)]);
  running.child.kill("SIGKILL");
  return (await running.ended).stdout;
}

const taps = z.object({ taps: z.array(z.looseObject({ kind: z.string() })) });
const told = z.object({
  nextNumber: z.int(),
  toReport: z.int(),
  damagedLines: z.array(z.int()),
  invalid: z.array(z.unknown()),
});

async function status(): Promise<z.infer<typeof told>> {
  return told.parse(JSON.parse(await done("status", serial, "--json")));
}

function directory(): string {
  return join(dataDir, "terminals", serial);
}

/** Numbers of the reports whose door was opened: whole lines only. */
function opened(stdout: string): number[] {
  return [...stdout.matchAll(/#(\d+) {2}ADMITTED.*\n/g)].map(([, number]) => Number(number));
}

const operations = z.object({
  items: z.array(z.looseObject({ accessId: z.string(), type: z.string(), status: z.string() })),
  nextCursor: z.string().nullable(),
});

/** Entries that the server has of this terminal. */
async function entries(): Promise<z.infer<typeof operations>["items"]> {
  const found: z.infer<typeof operations>["items"] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/api/operations?terminal=${serial}&limit=500${next}`;
    const page = operations.parse((await product.admin.send("GET", path)).body);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

describe("kill -9", () => {
  test(`leavesTheJournalWhole, and what the door was opened for is told once, after ${String(ROUNDS)} rounds`, async () => {
    await done("fetch", serial);
    const doors = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const tapping = pos("offline", "tap", serial, "--card", ...CARDS, "--adults", "1", "--times", "100000");
      const numbers = opened(await killed(tapping, randomInt(0, 120)));
      expect(numbers.filter((number) => doors.has(number))).toEqual([]);
      for (const number of numbers) doors.add(number);
      if (round % 2 === 1) {
        line.losesAnswers = randomInt(0, 2);
        await killed(pos("offline", "report", serial), randomInt(0, 60));
        line.losesAnswers = 0;
      }
    }
    expect(doors.size).toBeGreaterThan(ROUNDS);
    const before = await status();
    expect([before.damagedLines, before.invalid]).toEqual([[], []]);
    const said = await done("report", serial);
    expect(said).not.toContain("Missing at the server");
    expect(await status()).toMatchObject({ toReport: 0, nextNumber: before.nextNumber });
    expect(Math.max(...doors)).toBeLessThan(before.nextNumber);

    // Each number is there, and once: as many entries as numbers were given out.
    await expect.poll(async () => (await entries()).length).toBe(before.nextNumber - 1);
    const all = await entries();
    expect(new Set(all.map(({ accessId }) => accessId)).size).toBe(all.length);
    expect(new Set(all.map(({ type, status: state }) => `${type} ${state}`))).toEqual(
      new Set(["OFFLINE_BIN_RANGE COMPLETED"]),
    );
    await expectNoNumber();
  });

  test("ofOneThatHoldsTheJournalIsInNobodysWay, and while it lives another is refused", async () => {
    await done("fetch", serial);
    const first = pos("offline", "tap", serial, "--card", testPan(1), "--times", "100000");
    while (first.written() === "") await sleep(5);
    const { code, stderr } = await pos("offline", "status", serial).ended;
    expect([code, stderr.trim().split("\n").length]).toEqual([1, 1]);
    expect(stderr).toMatch(/^Another process is this terminal/);
    first.child.kill("SIGKILL");
    const numbers = opened((await first.ended).stdout);
    expect((await status()).toReport).toBeGreaterThanOrEqual(Math.max(...numbers));
  });
});

test("aDamagedLineIsNamed, and the rest is reported", async () => {
  await done("fetch", serial);
  await done("tap", serial, "--card", testPan(4));
  await appendFile(join(directory(), "journal"), '00000000 {"kind":"decided"}\n');
  expect(await done("tap", serial, "--card", testPan(5))).toMatch(/^ {2}#3 {2}ADMITTED/);
  const shown = await status();
  expect([shown.damagedLines.length, shown.toReport]).toEqual([1, 2]);
  expect(await done("report", serial)).toContain("Missing at the server: #2 to #2.");
});

test("aGrantWhoseConfirmationCouldNotBeSentIsCompletedByItsReport", async () => {
  const words = ["confirm", serial, "01J00000000000000000000AA1", "--card", testPan(6)];
  const early = await pos("offline", ...words).ended;
  expect([early.code, early.stderr]).toEqual([
    1,
    `It has neither heard the time nor got the keys: pos offline fetch ${serial}\n`,
  ]);
  await done("fetch", serial);
  const granted = await check(terminal, testPan(6));
  const { accessId } = outcome(granted);
  const said = await done("confirm", serial, accessId, "--card", testPan(6), "--adults", "1");
  expect(said).toMatch(/^ {2}#1 {2}CONFIRMED /);
  expect(await done("report", serial)).toContain("1 accepted");
  await expect
    .poll(async () => (await entries()).map((one) => [one.accessId, one.status]))
    .toEqual([[accessId, "COMPLETED"]]);
});

test("aListOfAnotherTerminalLetsNobodyIn, and without one nobody is let in either", async () => {
  expect(await done("tap", serial, "--card", testPan(1))).toContain("not reported  REFUSED");
  await done("fetch", serial);
  const theirs = await readFile(join(directory(), "lists.json"), "utf8");
  await rm(join(directory(), "lists.json"));
  const refused = await done("tap", serial, "--card", testPan(1));
  expect(refused).toContain("NO_LIST");
  const { serialNumber } = await createTerminal(product.admin, product.url, programme.locationId);
  await saveTerminal(dataDir, serialNumber, testKeys().privateKey);
  await done("fetch", serialNumber);
  const path = join(dataDir, "terminals", serialNumber, "lists.json");
  await rm(path);
  await appendFile(path, theirs);
  expect(await done("tap", serialNumber, "--card", testPan(1))).toContain("NO_LIST");
  expect(await done("status", serialNumber)).toContain("No list counts (OTHER_TERMINAL).");
  const both = await done("tap", serialNumber, "--card", testPan(1), testPan(2), "--json");
  expect(taps.parse(JSON.parse(both)).taps.map(({ kind }) => kind)).toEqual(["refused", "refused"]);
});

test("whatIsAskedWronglyIsRefusedInOneLine", async () => {
  for (const [words, said] of [
    [["tap", serial, "--card", "123"], "--card wants card numbers of 12 to 19 digits.\n"],
    [["tap", serial, "--card", testPan(1), "--times", "0"], "--times wants a number from 1 on.\n"],
    [["tap", serial, "--card", testPan(1), "--adults", "x"], '--adults wants a number of heads, not "x".\n'],
    [["fetch", "NOBODY"], "NOBODY was not paired from here. Pair it: pos pair NOBODY <code>\n"],
    [["fetch", serial, "--state", dataDir], `"${dataDir}" is not what a terminal keeps.\n`],
  ] as const) {
    const { code, stderr } = await pos("offline", ...words).ended;
    expect([code, stderr]).toEqual([1, said]);
  }
});

/** On the terminal's disk, and on the wire. */
async function expectNoNumber(): Promise<void> {
  for (const name of await readdir(directory())) {
    expect([name, cardNumbersIn(await readFile(join(directory(), name), "utf8"))]).toEqual([name, []]);
  }
  expect(cardNumbersIn(line.heard())).toEqual([]);
}
