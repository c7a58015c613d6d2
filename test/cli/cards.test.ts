import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Client } from "../../src/client.ts";
import { Installation } from "../transfer/support.ts";

/** `admittance cards`: what a cardholder may ask for, beside the running server. */

const PAN = "5555555555554444";
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
