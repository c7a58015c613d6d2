import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { newKeys, terminalOf } from "../../../src/cli/pos/terminal.ts";
import { createLocation, createTerminal } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

let product: TestServer;

beforeAll(async () => {
  product = await startTestServer();
});
afterAll(async () => {
  await product.stop();
});

const page = z.object({
  items: z.array(
    z.object({
      revision: z.int(),
      act: z.string(),
      by: z.object({ id: z.string(), role: z.string() }).nullable(),
      reason: z.string().nullable(),
      locationId: z.string().nullable(),
      credentialId: z.string().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

async function history(serial: string, query = ""): Promise<z.infer<typeof page>> {
  return page.parse((await product.admin.send("GET", `/api/terminals/${serial}/history${query}`)).body);
}

test("aTerminalsHistorySaysWhatBecameOfIt, by whom and why, and its two devices as one", async () => {
  const [here, there] = [await createLocation(product.admin), await createLocation(product.admin)];
  const terminal = await createTerminal(product.admin, product.url, here);
  const { serialNumber } = terminal;
  const path = `/api/terminals/${serialNumber}`;
  const next = newKeys();
  const proof = await terminalOf(product.url, serialNumber, next.privateKey, Date.now).token();
  await terminal.client.send("POST", "/pos/rotate_key", { publicKey: next.publicKey, proof });
  await product.admin.send("PUT", path, { locationId: there });
  await product.admin.send("POST", `${path}/suspend`, { reason: "stolen?" });
  await product.admin.send("POST", `${path}/resume`, { reason: "found" });
  await product.admin.send("POST", `${path}/unpair`, { reason: "a new device" });
  const { items, nextCursor } = await history(serialNumber);
  expect(nextCursor).toBeNull();
  expect(items.map(({ act, by, reason }) => [act, by === null ? "device" : by.role, reason])).toEqual([
    ["UNPAIRED", "ADMIN", "a new device"],
    ["RESUMED", "ADMIN", "found"],
    ["SUSPENDED", "ADMIN", "stolen?"],
    ["MOVED", "ADMIN", null],
    ["KEY_ROTATED", "device", null],
    ["PAIRED", "device", null],
    ["CODE_ISSUED", "ADMIN", null],
    ["REGISTERED", "ADMIN", null],
  ]);
  expect(items.map(({ locationId }) => locationId)).toEqual([
    ...[null, null, null, there],
    ...[null, null, null, here],
  ]);
  const credentials = new Set(items.flatMap(({ credentialId }) => credentialId ?? []));
  expect(credentials.size).toBe(2);
  const older = await history(serialNumber, "?cursor=2");
  expect(older.items.map(({ act }) => act)).toEqual(["PAIRED", "CODE_ISSUED", "REGISTERED"]);
});

test("aHistoryThatIsLongIsToldInParts: what is no part of its life is passed over", async () => {
  const serialNumber = "LONG-1";
  await product.admin.send("POST", "/api/terminals", { serialNumber, locationId: null });
  for (let turn = 0; turn < 600; turn++) {
    for (const act of ["suspend", "resume"]) {
      await product.admin.send("POST", `/api/terminals/${serialNumber}/${act}`, {});
    }
  }
  const first = await history(serialNumber);
  const rest = await history(serialNumber, `?cursor=${first.nextCursor ?? ""}`);
  expect([first.items.length, rest.items.length, rest.nextCursor]).toEqual([1_000, 201, null]);
  expect(rest.items.at(-1)?.act).toBe("REGISTERED");
});

test("whatIsOutOfSight, or no cursor, is refused", async () => {
  expect((await product.admin.request("GET", "/api/terminals/NONE/history")).status).toBe(404);
  expect((await product.admin.request("GET", "/api/terminals/NONE/pairing-failures")).status).toBe(404);
  expect((await product.admin.request("GET", "/api/terminals/LONG-1/history?cursor=x")).status).toBe(422);
});
