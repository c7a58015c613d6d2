import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Wire } from "../../src/cli/pos/wire.ts";
import { deriveAnew } from "../../src/start/deriveAnew.ts";
import { createLocation, pairTerminal } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { newRequest } from "./pos/certificateDevice.ts";

/** What the database keeps of devices follows from the log: a database that joins one, or is filled by an import, has it. */

let product: TestServer;
beforeAll(async () => {
  product = await startTestServer();
});
afterAll(async () => {
  await product.stop();
});

const setupCode = z.object({ code: z.string() });
const transfer = z.looseObject({ id: z.string() });
const made = z.looseObject({ id: z.string() });

async function codeFor(serialNumber: string): Promise<string> {
  const answer = await product.admin.send("POST", `/api/terminals/${serialNumber}/setup-codes`, {});
  return setupCode.parse(answer.body).code;
}

test("theNamesThatAreTakenAndTheCommandsThatWait", async () => {
  const { admin } = product;
  const { services } = product.server;
  const merchantId = made.parse((await admin.send("POST", "/api/merchants", { name: "Airport" })).body).id;
  const locationId = await createLocation(admin, { merchantId });
  for (const serialNumber of ["FIRST", "SECOND"]) {
    await admin.send("POST", "/api/terminals", { serialNumber, locationId });
  }
  const takes = async (serialNumber: string, posId: string): Promise<number> => {
    const body = { posId, setupCode: await codeFor(serialNumber), csr: (await newRequest()).csr };
    const answer = await product.admin.request("POST", "/pos/certificates", body);
    return answer.status;
  };
  expect(await takes("FIRST", "till 1")).toBe(200);
  const device = made.parse(
    (
      await admin.send("POST", `/merchants/${merchantId}/devices`, {
        ...{ serial_number: "TILL", model: "PAX_A800", name: "Till", location: locationId },
      })
    ).body,
  ).id;
  const terminal = await pairTerminal(admin, product.url, "TILL");
  const wire = await Wire.open(product.url, await terminal.token());
  await wire.next("welcome");
  const activating = admin.send("PUT", `/devices/${device}`, { action: "ACTIVATE" });
  const activation = await wire.next("command");
  wire.received(activation?.id ?? "");
  wire.result(activation?.id ?? "", { outcome: "SUCCEEDED" });
  await activating;
  const sold = await admin.request(
    "POST",
    "/transfers",
    { amount: 150, currency: "USD", device, operation_key: "CARD_PRESENT_DEBIT" },
    { prefer: "respond-async" },
  );
  const { id } = transfer.parse(sold.body);
  wire.close();
  const { pool } = services;
  const rows = async () => ({
    names: (await pool.query("select * from pos_ids order by pos_id")).rows,
    commands: (await pool.query("select * from open_commands order by command_id")).rows,
  });
  const before = await rows();
  expect(before).toMatchObject({
    names: [{ pos_id: "till 1", serial_number: "FIRST" }],
    commands: [{ command_id: id, serial_number: "TILL", action: "SALE" }],
  });
  await pool.query("truncate pos_ids, open_commands");
  await deriveAnew(pool, services.log);
  expect(await rows()).toEqual(before);
  expect(await takes("SECOND", "till 1")).toBe(409);
  expect(await takes("SECOND", "till 2")).toBe(200);
});
