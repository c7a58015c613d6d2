import { copyFile, readFile, stat } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { terminalOf } from "../../src/cli/pos/terminal.ts";
import { exitOf } from "../support/product.ts";
import { testKeys } from "../support/programme.ts";
import { Installation, someVisits, visit } from "../transfer/support.ts";

/** A new key for the vault, as docs/operating.md has it: no card is lost, and no two keyrings serve side by side. */

const keyring = z.object({ vault: z.array(z.object({ version: z.int(), key: z.string() })) });
let home: Installation;

beforeAll(async () => {
  home = await Installation.create();
});
afterAll(async () => {
  await home.destroy();
});

test("aCardIsTheSameAfterTheRotation, and an instance without the new key is refused", async () => {
  const first = await home.start();
  // One visit of two is used, by a card; others have none.
  const { terminal, pan } = await someVisits(home.admin(first), first.url);
  const file = home.path("keyring.json");
  await copyFile(file, home.path("before.json"));

  const rotated = await home.run(["keyring", "rotate"]);
  expect([rotated.code, rotated.stderr]).toEqual([0, ""]);
  expect(rotated.stdout).toMatch(/^\S+keyring\.json has key 2 of the vault now\. Back it up\.\n/);
  const ring = keyring.parse(JSON.parse(await readFile(file, "utf8")));
  expect(ring.vault.map(({ version }) => version)).toEqual([2, 1]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const beside = home.launch();
  expect(await exitOf(beside)).toBe(1);
  expect(beside.output().trim()).toMatch(
    /^The keyring \S+ has a new key of the vault, and an instance without it is running: [^\n]+$/,
  );
  // The one that runs was not disturbed.
  expect((await fetch(new URL("/healthz", first.url))).status).toBe(200);
  await first.end("SIGTERM");

  const second = await home.start();
  const again = terminalOf(second.url, terminal.serialNumber, testKeys().privateKey, () => Date.now());
  expect(await visit(again, pan)).toBe("GRANTED");
  expect(await visit(again, pan)).toBe("LIMIT_EXCEEDED");
  const names = await home.query<{ key_version: number; names: string }>(
    `select key_version, count(*) as names from card_alias
     where card_id = (select card_id from card_alias group by card_id having count(distinct key_version) = 2)
     group by key_version order by key_version`,
  );
  expect(names).toEqual([
    { key_version: 1, names: "1" },
    { key_version: 2, names: "1" },
  ]);

  await second.end("SIGTERM");
  const old = home.launch({ KEYRING_FILE: home.path("before.json") });
  expect(await exitOf(old)).toBe(1);
  expect(old.output().trim()).toMatch(/^The keyring \S+ is from before a rotation: [^\n]+$/);
});

test("aKeyringThatIsNotThereIsNotRotated", async () => {
  const ran = await home.run(["keyring", "rotate"], { KEYRING_FILE: home.path("none.json") });
  expect([ran.code, ran.stderr]).toEqual([1, `There is no keyring at ${home.path("none.json")}.\n`]);
});
