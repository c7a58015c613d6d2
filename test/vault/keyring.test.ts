import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SetupError } from "../../src/settings.ts";
import { openKeyring } from "../../src/vault/keyring.ts";

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "admittance-keyring-"));
  path = join(directory, "keys.json");
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

test("ofManyThatStartAtOnceOneMakesTheKeyring: the others read it whole, and nothing else is left", async () => {
  const opened = await Promise.all(Array.from({ length: 8 }, async () => await openKeyring(path)));
  expect(opened.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(opened.map(({ keyring }) => keyring.id)).size).toBe(1);
  expect(await readdir(directory)).toEqual(["keys.json"]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test.each([0o604, 0o640, 0o620, 0o644, 0o606, 0o666, 0o601])("mode %o is refused", async (mode) => {
  await openKeyring(path);
  await chmod(path, mode);
  const refused = openKeyring(path);
  await expect(refused).rejects.toThrow(SetupError);
  await expect(refused).rejects.toThrow(`chmod 600 ${path}`);
});

test.each([0o600, 0o400, 0o700])("mode %o is taken", async (mode) => {
  await openKeyring(path);
  await chmod(path, mode);
  expect((await openKeyring(path)).created).toBe(false);
});
