import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { productProgram, type ChildProgram, startProgram } from "../support/childProgram.ts";
import { z } from "zod";

/** The simulators as processes of their own, and `connections test` against them. */

const KEY = "a-key-that-both-sides-know";
let program: string;
let directory: string;
const running: ChildProgram[] = [];

beforeAll(async () => {
  program = await productProgram("cli");
  directory = await mkdtemp(join(tmpdir(), "admittance-simulate-"));
  await writeFile(join(directory, "key"), `${KEY}\n`);
});
afterAll(async () => {
  for (const one of running) await one.end("SIGKILL");
  await rm(directory, { recursive: true, force: true });
});

async function simulate(...words: readonly string[]): Promise<{ url: string; child: ChildProgram }> {
  const child = startProgram(program, ["simulate", ...words]);
  running.push(child);
  const line = await child.nextLine();
  return { url: line.replace("listening on ", ""), child };
}

async function run(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly output: string }> {
  return await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...words],
      { env: { ...process.env, DATA_DIR: directory, DATABASE_URL: "", ...env } },
      (_error, stdout, stderr) => resolve({ status: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

test("bothAreStartedAnswerWhoSignsAndEndByASignal", async () => {
  const acquirer = await simulate("acquirer", "--key-file", join(directory, "key"), "--amount", "51");
  const rules = await simulate("rules", "--key", KEY, "--deny", "vip=not in the list", "other");
  const env = {
    ...{ ACQUIRER_URL: acquirer.url, ACQUIRER_KEY_FILE: join(directory, "key") },
    ...{ EXTERNAL_RULES_URL: rules.url, EXTERNAL_RULES_KEY: KEY, OUTBOUND_ALLOWED: "127.0.0.1" },
  };
  const { status, output } = await run(["connections", "test"], env);
  expect(output).toMatch(
    /^system +address +answer +status +time\nacquirer +http:\/\/127\.0\.0\.1:\d+ +ANSWERED +200 +\d+ ms\nexternalRules +\S+ +ANSWERED +200 +\d+ ms\n$/,
  );
  expect(status).toBe(0);
  // The process that decides is another: what is told by HTTP holds.
  await fetch(`${rules.url}/_faults`, { method: "POST", body: '{"always": "status:503"}' });
  const failing = await run(["connections", "test"], {
    ...env,
    ACQUIRER_KEY_FILE: "",
    ACQUIRER_KEY: `${KEY}!`,
  });
  expect(failing.status).toBe(1);
  expect(failing.output).toMatch(
    /acquirer .* REFUSED +401 [\s\S]*externalRules .* BAD_ANSWER +503 [\s\S]*Not everything/,
  );
  expect(await acquirer.child.end("SIGTERM")).toBe(0);
  expect(await rules.child.end("SIGINT")).toBe(0);
});

test("aRewardSystemIsFedByASeedAndByAFile", async () => {
  const file = join(directory, "feed.json");
  const spent = {
    ...{ id: "of-the-file", aref: "AREF-1", kind: "PURCHASE", mcc: "5411", amountMinor: 100 },
    ...{ currency: "EUR", transactionTime: "2026-11-01T10:00:00Z" },
  };
  await writeFile(file, JSON.stringify({ transactions: [spent] }));
  const words = ["rewards", "--file", file, "--seed", "7", "--cards", "3", "--transactions", "40"];
  const { url, child } = await simulate(...words, "--key", KEY);
  const books = async () => await (await fetch(`${url}/_books`)).json();
  const { cards, transactions } = z
    .object({ cards: z.array(z.unknown()), transactions: z.array(z.object({ id: z.string() })) })
    .parse(await books());
  expect([cards.length, transactions.length, transactions[0]?.id]).toEqual([3, 41, "of-the-file"]);
  const env = { REWARDS_URL: url, REWARDS_KEY: KEY };
  const { status, output } = await run(["connections", "test"], env);
  expect([status, output]).toEqual([0, expect.stringMatching(/^rewards +\S+ +ANSWERED +200/m)]);
  expect(await child.end("SIGTERM")).toBe(0);
  await writeFile(file, JSON.stringify({ transactions: [{ ...spent, mcc: "food" }] }));
  const wrong = await run(["simulate", "rewards", "--file", file]);
  expect([wrong.status, wrong.output]).toEqual([1, expect.stringContaining("/transactions/0/mcc")]);
});

test("whatIsWrongIsSaidInALine", async () => {
  expect(await run(["connections", "test"])).toEqual({
    ...{ status: 0, output: "Nothing outside is configured.\n" },
  });
  const private_ = await run(["connections", "test"], {
    ...{ EXTERNAL_RULES_URL: "https://10.0.0.1", EXTERNAL_RULES_KEY: KEY },
  });
  expect(private_).toEqual({
    status: 1,
    output:
      'EXTERNAL_RULES_URL is "https://10.0.0.1", which is not public, or plain HTTP: use https://, and name its host in OUTBOUND_ALLOWED.\n',
  });
  const fault = await run(["simulate", "acquirer", "--fault", "burn"]);
  expect([fault.status, fault.output]).toEqual([1, expect.stringContaining("drop-after-processing")]);
  const code = await run(["simulate", "acquirer", "--asi", "hello"]);
  expect([code.status, code.output]).toEqual([
    1,
    "A response code is two digits or capitals, for example 51.\n",
  ]);
});
