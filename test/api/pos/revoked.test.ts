import { Agent, request } from "node:https";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { Wire } from "../../../src/cli/pos/wire.ts";
import { terminalOf } from "../../../src/cli/pos/terminal.ts";
import { type Client, createClient } from "../../../src/client.ts";
import type { RunningServer } from "../../../src/start/server.ts";
import { createLocation, createTerminal } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { identityIn } from "./certificateDevice.ts";
import { ClaimingDevice, makeKeys } from "./claimingDevice.ts";

/** What is taken back at one instance is worth nothing at the next request to another, however it was proven. */

const ROUNDS = process.env["LONG"] === "1" ? 1_000 : 15;
const AT_ONCE = 5;

let product: TestServer;
let admin: Client;
let other: RunningServer;
let locationId = "";
let ca = "";
let count = 0;
const keys = makeKeys();

beforeAll(async () => {
  product = await startTestServer({ settings: { MTLS_PORT: "0" } });
  ({ admin } = product);
  other = await product.another();
  locationId = await createLocation(admin);
  ca = await (await fetch(`${product.url}/pos/ca.pem`)).text();
});
afterAll(async () => {
  await other.stop();
  await product.stop();
});
beforeEach(async () => {
  await product.server.services.pool.query("delete from wrong_tries");
});

/** Uses it at the other instance: answers whether it was taken. */
interface Held {
  use(): Promise<boolean>;
  /** At the first instance. */
  takeBack(): Promise<unknown>;
  end?(): void;
}

const unpair = async (serialNumber: string): Promise<unknown> =>
  await admin.send("POST", `/api/terminals/${serialNumber}/unpair`, { reason: "lost" });

async function takes(token: string): Promise<boolean> {
  const { status } = await createClient(other.url, token).request("GET", "/pos/status");
  if (status !== 200 && status !== 401) throw new Error(`status ${String(status)}`);
  return status === 200;
}

const KINDS: Readonly<Record<string, () => Promise<Held>>> = {
  "a token by its own key": async () => {
    const terminal = await createTerminal(admin, product.url, locationId);
    const token = await terminal.token();
    return { use: async () => await takes(token), takeBack: async () => await unpair(terminal.serialNumber) };
  },
  "a bearer token": async () => {
    const made = await admin.send("POST", "/ipp/v1/enrollments", { location_id: locationId });
    const { enrollment_code } = z.looseObject({ enrollment_code: z.string() }).parse(made.body);
    const hardware_id = `HW-${String(++count)}`;
    const body = { enrollment_code, hardware_id };
    const registered = await createClient(product.url, null).send("POST", "/ipp/v1/devices", body);
    const { id, token } = z.looseObject({ id: z.string(), token: z.string() }).parse(registered.body);
    return {
      use: async () => await takes(token),
      takeBack: async () => await admin.send("DELETE", `/ipp/v1/devices/${id}`),
    };
  },
  "an attested key": async () => {
    const serialNumber = `CLAIMED-${String(++count)}`;
    await admin.send("POST", "/api/terminals", { serialNumber, locationId });
    const device = new ClaimingDevice(product.url, serialNumber, keys);
    const { pairing_code } = z.looseObject({ pairing_code: z.string() }).parse((await device.askCode()).body);
    await admin.send("POST", "/pos/claim", { pairing_code });
    await device.attest();
    await device.activate();
    const token = await terminalOf(product.url, serialNumber, device.privateKey, () => Date.now()).token();
    return { use: async () => await takes(token), takeBack: async () => await unpair(serialNumber) };
  },
  "an open TLS connection with a certificate": async () => {
    const serialNumber = `TLS-${String(++count)}`;
    await admin.send("POST", "/api/terminals", { serialNumber, locationId });
    const made = await admin.send("POST", `/api/terminals/${serialNumber}/setup-codes`, {});
    const { code } = z.looseObject({ code: z.string() }).parse(made.body);
    const answer = await fetch(`${product.url}/pos/certificates`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ posId: serialNumber, setupCode: code }),
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, ...identityIn(await answer.text()) });
    return {
      use: async () => await takenBy(agent),
      takeBack: async () => await unpair(serialNumber),
      end: () => agent.destroy(),
    };
  },
  "an open socket": async () => {
    const terminal = await createTerminal(admin, product.url, locationId);
    const token = await terminal.token();
    const wire = await Wire.open(other.url, token);
    await wire.next("welcome");
    let isOpen = true;
    return {
      // Of the socket that was open: it has to end by itself.
      use: async () => {
        if (isOpen) {
          isOpen = false;
          return await takes(token);
        }
        await wire.ended;
        return await takes(token);
      },
      takeBack: async () => await unpair(terminal.serialNumber),
    };
  },
};

async function takenBy(agent: Agent): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const asking = request(
      { host: "localhost", port: other.certificatePort ?? 0, path: "/pos/status", agent },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode === 200));
      },
    );
    // Cut off, or refused at the handshake.
    asking.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") reject(error);
      else resolve(false);
    });
    asking.end();
  });
}

async function round(make: () => Promise<Held>): Promise<readonly boolean[]> {
  const held = await make();
  const before = await held.use();
  await held.takeBack();
  const after = await held.use();
  held.end?.();
  return [before, after];
}

for (const [kind, make] of Object.entries(KINDS)) {
  test(`${kind} is refused at the next request, ${String(ROUNDS)} of ${String(ROUNDS)}`, async () => {
    const found = new Map<string, number>();
    for (let done = 0; done < ROUNDS; done += AT_ONCE) {
      await product.server.services.pool.query("delete from wrong_tries");
      for (const used of await Promise.all(Array.from({ length: AT_ONCE }, async () => await round(make)))) {
        const said = used.join(", then ");
        found.set(said, (found.get(said) ?? 0) + 1);
      }
    }
    expect([...found]).toEqual([["true, then false", ROUNDS]]);
  }, 1_800_000);
}
