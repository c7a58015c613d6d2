import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Client } from "../../src/client.ts";
import { KEY, startRewards } from "../outside/support.ts";
import { testPan } from "../support/programme.ts";
import { Installation } from "../transfer/support.ts";

/** `admittance cards`: what a cardholder may ask for, beside the running server. */

const PAN = "5555555555554444";
const OTHER = "5105105105105100";
const named = z.looseObject({ cardId: z.string() });
const found = z.object({ cardId: z.string(), maskedPan: z.string().nullable() });

let home: Installation;
let admin: Client;
beforeAll(async () => {
  home = await Installation.create();
  admin = home.admin(await home.start());
});
afterAll(async () => {
  await home.destroy();
});

async function lookedUp(): Promise<string> {
  return found.parse((await admin.send("POST", "/api/cards/lookup", { pan: PAN })).body).cardId;
}

test("whatIsHeldIsPrintedAndTheCardholderIsForgottenForGood", async () => {
  const cardId = await lookedUp();
  await admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "lost" });
  const printed = await home.run(["cards", "export", cardId]);
  expect([printed.code, printed.stderr]).toEqual([0, ""]);
  expect(JSON.parse(printed.stdout)).toMatchObject({
    ...{ cardId, maskedPan: "555555******4444", transactions: [] },
    events: [{ type: "CardFrozen", body: { data: { reason: "lost" } } }],
  });
  const erased = await home.run(["cards", "erase", cardId]);
  expect([erased.code, erased.stdout]).toEqual([0, `${cardId} is nobody's any more.\n`]);
  expect(await lookedUp()).not.toBe(cardId);
  const again = await home.run(["cards", "export", cardId, "--json"]);
  expect(JSON.parse(again.stdout)).toMatchObject({ maskedPan: null, events: [{ type: "CardFrozen" }] });
});

test("cardsAreEnrolledListedReplacedAndTakenOut_ByNumbersFromStandardInput", async () => {
  const enrol = ["cards", "enrol", "AREF-1", "--ica", "0001234", "--product", "WLE"];
  const enrolled = await home.run([...enrol, "--json"], { STDIN: `${OTHER}\n` });
  expect([enrolled.code, enrolled.stderr]).toEqual([0, ""]);
  const { cardId } = named.parse(JSON.parse(enrolled.stdout));
  const shown = await home.run(["cards", "lookup", "AREF-1", "--json"]);
  expect(JSON.parse(shown.stdout)).toMatchObject({ cardId, aref: "AREF-1", ica: "0001234" });
  await expect
    .poll(async () => (await home.run(["cards", "list"])).stdout)
    .toMatch(new RegExp(`${cardId} +AREF-1 +0001234 `));
  const replace = ["cards", "replace", cardId, "--cause", "LOST", "--json"];
  const replaced = await home.run(replace, { STDIN: PAN });
  const fresh = named.parse(JSON.parse(replaced.stdout)).cardId;
  expect(await lookedUp()).toBe(fresh);
  const out = await home.run(["cards", "unenrol", "AREF-1"]);
  expect(out.stdout).toBe(`${fresh} is enrolled no longer.\n`);
  const gone = await home.run(["cards", "lookup", "AREF-1"]);
  expect([gone.code, gone.stderr]).toEqual([1, "No card is enrolled by this AREF.\n"]);
});

test("theExportKeyIsToldAndRotated", async () => {
  const first = await home.run(["cards", "export-key"]);
  expect(first.stdout).toMatch(/^v1 [\w-]{43}\n$/);
  expect((await home.run(["cards", "export-key"])).stdout).toBe(first.stdout);
  expect((await home.run(["cards", "export-key", "--rotate"])).stdout).toMatch(/^v2 [\w-]{43}\n$/);
});

test.each([
  ["a number that is none", ["enrol", "A"], "123", "A card number is wanted from standard input."],
  [
    "an AREF that is none",
    ["enrol", "a b"],
    OTHER,
    "aref: 1 to 64 characters of ASCII without spaces are wanted.",
  ],
  ["no ICA", ["enrol", "A"], OTHER, "It is not enrolled: ICA_UNKNOWN."],
  ["no card", ["enrol", "A", "--card", "01J00000000000000000000000"], "", "There is no such card."],
  [
    "no cause",
    ["replace", "01J00000000000000000000000", "--cause", "BURNT"],
    OTHER,
    "--cause: one of LOST, STOLEN, DAMAGED, EXPIRED, OTHER is wanted.",
  ],
])("isSaidInOneLineWhereItIs %s", async (_name, words, STDIN, line) => {
  const ran = await home.run(["cards", ...words], { STDIN });
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([1, "", `${line}\n`]);
});

test.each([
  [
    "a number instead of an id",
    PAN,
    "<cardId> wants a card's id of 26 characters: a lookup of the number answers it.",
  ],
  ["no card", "01J00000000000000000000000", "There is no card 01J00000000000000000000000."],
])("isToldInOneLineWhereItIs %s", async (_name, id, line) => {
  for (const act of ["export", "erase"]) {
    const ran = await home.run(["cards", act, id]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([1, "", `${line}\n`]);
  }
});

test("aCardIsVerifiedAtTheRewardSystem_OrItIsSaidWhyNot", async () => {
  const rewards = await startRewards();
  const env = { REWARDS_URL: rewards.url, REWARDS_KEY: KEY };
  const verify = async (cardId: string, settings: Readonly<Record<string, string>> = env) => {
    const { code, stdout, stderr } = await home.run(["cards", "verify", cardId], settings);
    return [code, stdout, stderr];
  };
  const said = (text: string): readonly unknown[] => [1, "", expect.stringContaining(text)];
  expect(await verify(PAN)).toEqual(said("<cardId> wants a card's id of 26 characters"));
  const nobody = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
  expect(await verify(nobody)).toEqual(said(`There is no card ${nobody}.`));
  const cardId = await lookedUp();
  expect(await verify(cardId, {})).toEqual(said("REWARDS_URL is not set: nobody can be asked."));
  const enrol = ["cards", "enrol", "AREF-9", "--ica", "0001234", "--product", "WLE", "--json"];
  const enrolled = await home.run(enrol, { STDIN: testPan(9) });
  const one = named.parse(JSON.parse(enrolled.stdout)).cardId;
  expect(await verify(cardId)).toEqual(said("The card is enrolled by no AREF"));
  expect(await verify(one)).toEqual([0, "It knows AREF-9 otherwise: not enrolled.\n", ""]);
  const known = { aref: "AREF-9", ica: "0009999", productCode: "WLE", since: "2026-11-01T10:00:00Z" };
  await rewards.feed({ cards: [known] });
  expect(await verify(one)).toEqual([0, "It knows AREF-9 otherwise: ICA 0009999.\n", ""]);
  await rewards.close();
  expect(await verify(one)).toEqual(said("The reward system said nothing that counts: "));
});
