import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { productProgram } from "../support/childProgram.ts";
import { createTestDatabase } from "../support/postgres.ts";

/** What the command line refuses: one line, status 1, and nothing made. */

let program: string;
let directory: string;

beforeAll(async () => {
  program = await productProgram("cli");
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function run(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly output: string }> {
  directory = await mkdtemp(join(tmpdir(), "admittance-cli-"));
  return await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...words],
      { env: { ...process.env, DATA_DIR: directory, DATABASE_URL: "", ...env } },
      (_error, stdout, stderr) => resolve({ status: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

test("aKeyIsMadeForAnInstallationOnly: in an empty directory nothing is installed, and nothing is made", async () => {
  const { status, output } = await run(["keys", "create", "--name", "x"]);
  expect(status).toBe(1);
  expect(output).toBe(
    `Nothing is installed in ${directory}: start the product once (npm start), or set DATA_DIR and DATABASE_URL to those of the installation.\n`,
  );
  expect(await readdir(directory)).toEqual([]);
});

test("nor in a database that was never started on", async () => {
  const database = await createTestDatabase();
  try {
    const keyring = join(tmpdir(), `admittance-keyring-${String(process.pid)}.json`);
    await writeFile(keyring, "{}", { mode: 0o600 });
    const env = { DATABASE_URL: database.url, KEYRING_FILE: keyring };
    const { status, output } = await run(["keys", "create", "--name", "x"], env);
    expect([status, output]).toEqual([
      1,
      "Nothing is installed in the database that DATABASE_URL names: start the product once (npm start), or set DATA_DIR and DATABASE_URL to those of the installation.\n",
    ]);
    await rm(keyring);
  } finally {
    await database.drop();
  }
});

test.each([
  [["pos", "check", "S", "123"], "<pan> wants a card number of 12 to 19 digits."],
  [["pos", "check", "S", "55555555555544444444"], "<pan> wants a card number of 12 to 19 digits."],
  [["pos", "confirm", "S", "X"], "S was not paired from here. Pair it: pos pair S <code>"],
])("%j is refused in one line", async (words, line) => {
  expect(await run(words)).toEqual({ status: 1, output: `${line}\n` });
});
