import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Wire } from "../../src/cli/pos/wire.ts";
import { createLocation, pairTerminal } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { until } from "../support/until.ts";

/** What docs/devices.md and the vendor's own document show of devices is run here, by curl. */

const run = promisify(execFile);
const made = z.looseObject({ id: z.string() });

let product: TestServer;
let folder = "";

beforeAll(async () => {
  product = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), "admittance-curl-"));
});
afterAll(async () => {
  await product.stop();
  await rm(folder, { recursive: true, force: true });
});

async function merchant(): Promise<string> {
  const { id } = made.parse((await product.admin.send("POST", "/api/merchants", { name: "Airport" })).body);
  await createLocation(product.admin, { merchantId: id });
  return id;
}

/** A device that does all that it is asked for, but a sale of 20.00. */
async function obedient(serialNumber: string): Promise<Wire> {
  const terminal = await pairTerminal(product.admin, product.url, serialNumber);
  const wire = await Wire.open(product.url, await terminal.token());
  void (async () => {
    for (;;) {
      const command = await wire.next("command");
      if (command === null) return;
      wire.received(command.id);
      if (command.transfer?.amount !== 2_000) wire.result(command.id, { outcome: "SUCCEEDED" });
    }
  })();
  return wire;
}

async function bash(script: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script], {
    env: { ...process.env, ...env },
  });
  return stdout;
}

test("theDeviceByHandIsActivatedSoldAtGivenBackAndBrokenOff", async () => {
  const page = await readFile(new URL("../../docs/devices.md", import.meta.url), "utf8");
  const script = /```sh device\n([\s\S]*?)```/.exec(page)?.[1] ?? "exit 1";
  const ready = join(folder, "ready");
  const running = bash(`paired() { until [ -e "$READY" ]; do sleep 0.1; done; }\n${script}`, {
    ...{ URL: product.url, KEY: product.adminKey, MERCHANT: await merchant(), READY: ready },
  });
  const isThere = async (): Promise<boolean> =>
    (await product.admin.request("GET", "/api/terminals/19046260945")).status === 200;
  await until(isThere);
  const wire = await obedient("19046260945");
  await writeFile(ready, "");
  expect(await running).toMatch(
    /"enabled":true[\s\S]*"connection":"Open"[\s\S]*"state":"SUCCEEDED"[\s\S]*"type":"REVERSAL"[\s\S]*"PENDING"[\s\S]*"CANCELLATION_VIA_API"/,
  );
  wire.close();
});

/**
 * The examples of the vendor's document, word for word: only the host, the ids and the key are put in. The key stands in
 * place of the password, so that its user is left.
 */
describe("the vendor's own examples", () => {
  const EXAMPLES = {
    create: `curl "https://finix.sandbox-payments-api.com/merchants/MUeDVrf2ahuKc9Eg5TeZugvs/devices" \\
-H "Content-Type: application/json" \\
-H "Finix-Version: 2022-02-01" \\
-u USsRhsHYZGBPnQw8CByJyEQW:8a14c2f9-d94b-4c72-8f5c-a62908e5b30e \\
-X POST \\
-d '{ "description": "Cashier Two", "model": "PAX_A800", "name": "My Pax Finix Device", "serial_number": "29046260945" }'`,
    activate: `curl -i -X PUT \\
-u USsRhsHYZGBPnQw8CByJyEQW:8a14c2f9-d94b-4c72-8f5c-a62908e5b30e \\
https://finix.sandbox-payments-api.com/devices/DV7DvjGoZ2AEdhAKhtKXVv4b \\
-H 'Accept: application/hal+json' \\
-H 'Content-Type: application/json' \\
-H 'Finix-Version: 2022-02-01' \\
-d '{ "action": "ACTIVATE" }'`,
    connection: `curl "https://finix.sandbox-payments-api.com/devices/DVgGZMwiJJYzj4T69YDtcTgs?include_connection=true" \\
-H "Finix-Version: 2022-02-01" \\
-u USsRhsHYZGBPnQw8CByJyEQW:8a14c2f9-d94b-4c72-8f5c-a62908e5b30e`,
    sale: `curl -i -X POST \\
-u USsRhsHYZGBPnQw8CByJyEQW:8a14c2f9-d94b-4c72-8f5c-a62908e5b30e \\
https://finix.sandbox-payments-api.com/transfers \\
-H 'Accept: application/hal+json' \\
-H 'Content-Type: application/json' \\
-H 'Finix-Version: 2022-02-01' \\
-d '{ "amount": 150, "currency": "USD", "device": "DV7DvjGoZ2AEdhAKhtKXVv4b", "operation_key": "CARD_PRESENT_DEBIT", "tags": { "order_number": "chris123transfer" } }'`,
    cancel: `curl -i -X PUT \\
-u USsRhsHYZGBPnQw8CByJyEQW:8a14c2f9-d94b-4c72-8f5c-a62908e5b30e \\
https://finix.sandbox-payments-api.com/devices/{device_id} \\
-H 'Accept: application/hal+json' \\
-H 'Content-Type: application/json' \\
-H 'Finix-Version: 2022-02-01' \\
-d '{ "action": "CANCEL" }'`,
  } as const;

  async function example(name: keyof typeof EXAMPLES, merchantId: string, device = ""): Promise<string> {
    const own = EXAMPLES[name]
      .replaceAll("https://finix.sandbox-payments-api.com", product.url)
      .replaceAll("8a14c2f9-d94b-4c72-8f5c-a62908e5b30e", product.adminKey)
      .replaceAll("MUeDVrf2ahuKc9Eg5TeZugvs", merchantId)
      .replaceAll(/DV7DvjGoZ2AEdhAKhtKXVv4b|DVgGZMwiJJYzj4T69YDtcTgs|\{device_id\}/g, device);
    return await bash(own.replaceAll("curl ", "curl -sS "), {});
  }

  test("runAsTheyStand", async () => {
    const merchantId = await merchant();
    const { id } = made.parse(JSON.parse(await example("create", merchantId)));
    const closed = await example("connection", merchantId, id);
    expect(JSON.parse(closed)).toMatchObject({ connection: "Closed", enabled: false });
    const wire = await obedient("29046260945");
    expect(await example("activate", merchantId, id)).toMatch(/^HTTP\/1\.1 200[\s\S]*"enabled":true/);
    expect(JSON.parse(await example("connection", merchantId, id))).toMatchObject({ connection: "Open" });
    expect(await example("sale", merchantId, id)).toMatch(
      /^HTTP\/1\.1 201[\s\S]*"state":"SUCCEEDED"[\s\S]*"order_number":"chris123transfer"/,
    );
    const slow = { amount: 2_000, currency: "USD", device: id, tags: { order_number: "Test Transaction" } };
    await product.admin.send("POST", "/transfers", slow, { prefer: "respond-async" });
    expect(await example("cancel", merchantId, id)).toMatch(
      /^HTTP\/1\.1 200[\s\S]*"failure_code":"CANCELLATION_VIA_API"[\s\S]*"state":"FAILED"/,
    );
    wire.close();
  });
});
