import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Client } from "../../src/client.ts";
import { KEY, startAcquirer, type Told } from "../outside/support.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import type { Product } from "../support/product.ts";
import { Installation, type Ran } from "../transfer/support.ts";

/** `admittance payments`: what is to be reconciled is listed, asked for, and settled by a person's word. */

let acquirer: Told;
let home: Installation;
let product: Product;
let admin: Client;
let terminal: Terminal;
let cards = 0;

beforeAll(async () => {
  acquirer = await startAcquirer();
  // What strikes "all others" strikes inquiries of charges, and nothing else.
  await acquirer.faultsOn("/account-status-inquiries", "none");
  home = await Installation.create();
  product = await home.start({ ACQUIRER_URL: acquirer.url, ACQUIRER_KEY: KEY });
  admin = home.admin(product);
  ({ terminal } = await simpleProgramme(admin, product.url, {
    cardholder: { paid: "UNLIMITED", fee: { amount: "25.00", currency: "EUR" } },
    verification: { mode: "ASI", chargesFees: true },
  }));
});
afterAll(async () => {
  await home.destroy();
  await acquirer.close();
});

/** Once the acquirer's circuit is closed. */
async function granted(): Promise<string> {
  let accessId = "";
  const tap = async () => {
    const told = outcome(await check(terminal, testPan(++cards)));
    accessId = told.accessId;
    return told;
  };
  await expect.poll(tap).toMatchObject({ decision: "GRANTED", collectedBy: "ACQUIRER" });
  return accessId;
}

async function payments(...words: string[]): Promise<Ran> {
  return await home.run(["payments", ...words, "--url", product.url], { ADMITTANCE_KEY: home.adminKey });
}

const shown = z.looseObject({ id: z.string(), state: z.string() });

test("whatIsOpenIsListedAskedForAndShown", async () => {
  const accessId = await granted();
  // The charge is taken, its answer is lost, and so are the inquiries.
  await acquirer.faultsOn("/charges", "drop-after-processing");
  await acquirer.faults(...Array.from({ length: 40 }, () => "drop"));
  await confirm(terminal, accessId);
  await expect
    .poll(async () => (await payments("list")).stdout)
    .toMatch(new RegExp(`${accessId} +UNKNOWN +25\\.00 EUR`));
  expect((await payments("list", "--state", "PAID")).stdout).not.toContain(accessId);
  await acquirer.faults("none");
  expect((await payments("inquire", accessId)).code).toBe(0);
  await expect.poll(async () => (await payments("list")).stdout).not.toContain(accessId);
  expect((await payments("list", "--all")).stdout).toMatch(new RegExp(`${accessId} +PAID`));
  const told = shown.parse(JSON.parse((await payments("show", accessId, "--json")).stdout));
  expect(told).toMatchObject({ id: accessId, state: "PAID" });
});

test("aPersonsWordSettlesWhatNobodyKnows, and what is settled is left alone", async () => {
  const accessId = await granted();
  await acquirer.faultsOn("/charges", ...Array.from({ length: 40 }, () => "drop"));
  await acquirer.faults(...Array.from({ length: 40 }, () => "drop"));
  await confirm(terminal, accessId);
  await expect.poll(async () => (await payments("list")).stdout).toContain(accessId);
  const word = ["--outcome", "NOT_PAID", "--reason", "The bank has no such charge."];
  const resolved = await payments("resolve", accessId, ...word);
  expect([resolved.code, resolved.stderr]).toEqual([0, ""]);
  const told = shown.parse(JSON.parse((await payments("show", accessId, "--json")).stdout));
  expect(told).toMatchObject({ id: accessId, state: "FAILED" });
  const again = await payments("resolve", accessId, ...word);
  expect(again.code).toBe(1);
  expect(again.stderr.trim().split("\n")).toHaveLength(1);
  await acquirer.faultsOn("/charges", "none");
  await acquirer.faults("none");
});

test.each([
  ["show", "nothing"],
  ["resolve", "01JD0000000000000000000000", "--outcome", "PERHAPS", "--reason", "x"],
  ["resolve", "01JD0000000000000000000000"],
])("%j is refused in a line", async (...words) => {
  const { code, stderr } = await payments(...words);
  expect([code, stderr.trim().split("\n")]).toEqual([1, [expect.stringMatching(/\S/)]]);
});
