import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Terminal, terminalOf } from "../../src/cli/pos/terminal.ts";
import { Wire } from "../../src/cli/pos/wire.ts";
import { type Client, createClient } from "../../src/client.ts";
import { Double } from "../eventlog/double/double.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type Product, type ProductHome, productHome } from "../support/product.ts";
import { createLocation, pairTerminal, testKeys } from "../support/programme.ts";
import { until } from "../support/until.ts";

/** Two processes of the product, and a device that is connected to one of them. */

const created = z.looseObject({ id: z.string() });
const at_once = { prefer: "respond-async" };

describe.each(["postgresql", "eventstoredb"] as const)("devices of two instances on %s", (log) => {
  let database: TestDatabase;
  let node: Double | null = null;
  let home: ProductHome;
  let env: Readonly<Record<string, string>>;
  let a: Product;
  let admin: Client;
  let merchantId = "";

  beforeAll(async () => {
    database = await createTestDatabase();
    env = { DATABASE_URL: database.url };
    if (log === "eventstoredb") {
      node = new Double();
      await node.start();
      env = { ...env, EVENTSTORE_URL: node.url };
    }
    home = await productHome();
    a = await home.start(env);
    admin = createClient(a.url, await home.adminKey());
    merchantId = created.parse((await admin.send("POST", "/api/merchants", { name: "Airport" })).body).id;
    await createLocation(admin, { merchantId });
  });
  afterAll(async () => {
    await home.destroy();
    node?.kill();
    await database.drop();
  });

  async function makeDevice(serial_number: string): Promise<{ id: string; terminal: Terminal }> {
    const body = { serial_number, model: "PAX_A800", name: "Till" };
    const made = await admin.send("POST", `/merchants/${merchantId}/devices`, body);
    return { id: created.parse(made.body).id, terminal: await pairTerminal(admin, a.url, serial_number) };
  }

  async function wireTo({ url }: Product, { serialNumber }: Terminal): Promise<Wire> {
    const here = terminalOf(url, serialNumber, testKeys().privateKey, () => Date.now());
    const wire = await Wire.open(url, await here.token());
    await wire.next("welcome");
    return wire;
  }

  async function stateOf(id: string): Promise<unknown> {
    return z.looseObject({ state: z.string() }).parse((await admin.send("GET", `/transfers/${id}`)).body)
      .state;
  }

  test("anInstanceThatDiesLosesNoCommandAndNoneIsBroughtTwice", async () => {
    const b = await home.start(env);
    const { id, terminal } = await makeDevice(`KILLED-${log}`);
    const atB = await wireTo(b, terminal);
    const activating = admin.send("PUT", `/devices/${id}`, { action: "ACTIVATE" });
    const activate = await atB.next("command");
    atB.received(activate?.id ?? "");
    atB.result(activate?.id ?? "", { outcome: "SUCCEEDED" });
    expect((await activating).body).toMatchObject({ enabled: true });
    const sell = async (amount: number): Promise<string> => {
      const body = { amount, currency: "EUR", device: id };
      return created.parse((await admin.send("POST", "/transfers", body, at_once)).body).id;
    };
    const taken = await sell(100);
    expect(await atB.next("command")).toMatchObject({ id: taken });
    atB.received(taken);
    await until(async () => JSON.stringify(await listed(`KILLED-${log}`)).includes('"DISPATCHED"'));
    await b.end("SIGKILL");
    await atB.ended;
    const waiting = await sell(200);
    const atA = await wireTo(a, terminal);
    expect(await atA.next("command")).toMatchObject({ id: waiting, transfer: { amount: 200 } });
    // What the device had before is told where it is now.
    atA.result(taken, { outcome: "SUCCEEDED" });
    expect(await atA.next("recorded")).toMatchObject({ id: taken, status: "SUCCEEDED" });
    atA.received(waiting);
    atA.result(waiting, { outcome: "SUCCEEDED" });
    expect(await atA.next("recorded")).toMatchObject({ id: waiting, status: "SUCCEEDED" });
    expect([await stateOf(taken), await stateOf(waiting)]).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(atA.heard.filter(({ type }) => type === "command")).toHaveLength(1);
    atA.close();
  });

  async function listed(serialNumber: string): Promise<unknown> {
    return (await admin.send("GET", `/api/terminals/${serialNumber}/commands`)).body;
  }

  test("aDeviceThatIsUnpairedAtAIsCutOffAtBAndFindsNothingThere", async () => {
    const b = await home.start(env);
    const { terminal } = await makeDevice(`CUT-${log}`);
    const { serialNumber } = terminal;
    for (let round = 0; round < 5; round++) {
      const wire = await wireTo(b, terminal);
      await admin.send("POST", `/api/terminals/${serialNumber}/unpair`, {});
      await admin.send("POST", `/api/terminals/${serialNumber}/commands`, { action: "DEACTIVATE" });
      expect(await wire.ended).toMatchObject({ code: 4401 });
      expect(wire.heard.filter(({ type }) => type === "command")).toEqual([]);
      await expect(wireTo(b, terminal)).rejects.toMatchObject({ status: 401 });
      await pairTerminal(admin, a.url, serialNumber);
      const again = await wireTo(b, terminal);
      const command = await again.next("command");
      expect(command).toMatchObject({ action: "DEACTIVATE" });
      again.result(command?.id ?? "", { outcome: "SUCCEEDED" });
      await again.next("recorded");
      again.close();
      await again.ended;
    }
    await b.end("SIGTERM");
  });
});
