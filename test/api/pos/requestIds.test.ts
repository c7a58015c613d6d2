import { afterAll, beforeAll, expect, test } from "vitest";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import {
  check,
  confirm,
  createTerminal,
  outcome,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** A request id belongs to the operation it was sent with: the register never takes one row for another. */

let product: TestServer;
let terminal: Terminal;
let other: Terminal;
let pans = 0;

beforeAll(async () => {
  product = await startTestServer();
  const programme = await simpleProgramme(product.admin, product.url, {
    guests: { adults: { free: 1, maxPerEntry: 1 } },
  });
  terminal = programme.terminal;
  other = await createTerminal(product.admin, product.url, programme.locationId);
});
afterAll(async () => {
  await product.stop();
});

test("oneIdForEveryStepOfAVisit: each is repeated as it was", async () => {
  const pan = testPan(++pans);
  const checked = await check(terminal, pan, "same");
  const { accessId } = outcome(checked);
  const confirmed = await confirm(terminal, accessId, 1, { requestId: "same" });
  expect(confirmed.status).toBe(200);
  expect((await confirm(terminal, accessId, 1, { requestId: "same" })).body).toEqual(confirmed.body);
  expect((await check(terminal, pan, "same")).body).toEqual(checked.body);
});

test("aRefusedConfirmationTakesBackItsOwnIdOnly: the tap of that id is still the same tap", async () => {
  const pan = testPan(++pans);
  const checked = await check(terminal, pan, "taken-back");
  const { accessId } = outcome(checked);
  expect((await confirm(terminal, accessId, 9, { requestId: "taken-back" })).status).toBe(422);
  expect((await check(terminal, testPan(++pans), "taken-back")).status).toBe(409);
  expect((await check(terminal, pan, "taken-back")).body).toEqual(checked.body);
  expect((await confirm(terminal, accessId, 1, { requestId: "taken-back" })).status).toBe(200);
});

test("anEntryIsFoundByTheIdOfItsTap, not by that of its confirmation", async () => {
  const { accessId } = outcome(await check(terminal, testPan(++pans), "tap"));
  expect((await confirm(terminal, accessId, 0, { requestId: "confirmation" })).status).toBe(200);
  const found = await terminal.client.request("GET", "/pos/entries?requestId=tap");
  expect([found.status, found.body]).toMatchObject([200, { accessId, status: "COMPLETED" }]);
  const none = await terminal.client.request("GET", "/pos/entries?requestId=confirmation");
  expect(none.status).toBe(404);
});

test("anEntryIsItsTerminals: also where a crash left only a stranger's row about it in the register", async () => {
  const { accessId } = outcome(await check(terminal, testPan(++pans), "own"));
  expect((await confirm(other, accessId, 0, { requestId: "stranger" })).status).toBe(404);
  const { rowCount } = await product.server.services.pool.query(
    "delete from request_register where access_id = $1 and operation = 'check_entry'",
    [accessId],
  );
  expect(rowCount).toBe(1);
  expect((await terminal.client.request("GET", `/pos/entries/${accessId}`)).status).toBe(200);
});
