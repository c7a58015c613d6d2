import { type Command, Option } from "commander";
import { z } from "zod";
import { type Client, createClient } from "../../client.ts";
import { demoKey, type Shell } from "./shell.ts";
import { pairTerminal, type Terminal } from "./terminal.ts";
import { WIRE_FAULTS, WiredDevice, type WireFault } from "./wiredDevice.ts";

/** `pos device`: a device at its live connection, and what a vendor's client asks of it. */

interface Options {
  readonly fault: readonly WireFault[];
}

const made = z.looseObject({ id: z.string() });
const coded = z.object({ code: z.string() });
const transfer = z.looseObject({ id: z.string(), state: z.string(), failure_code: z.string().nullable() });

export function addDevice(pos: Command, shell: Shell): void {
  pos
    .command("device [serialNumber]")
    .description(
      "connects and does what it is asked for, until it is stopped; without a serial number a device is made, activated and sold at by the server's key",
    )
    .addOption(
      new Option("--fault <faults...>", "what goes wrong on the way")
        .choices(WIRE_FAULTS)
        .default([], "nothing"),
    )
    .action(async (serialNumber: string | undefined, { fault }: Options) => {
      if (serialNumber === undefined) await story(shell, fault);
      else await serve(shell, await shell.terminalOf(serialNumber), fault);
    });
}

async function serve(shell: Shell, terminal: Terminal, faults: readonly WireFault[]): Promise<void> {
  const device = new WiredDevice(shell.where().url, terminal, shell.screen, faults);
  await device.connect();
  await device.serve();
}

async function story(shell: Shell, faults: readonly WireFault[]): Promise<void> {
  const { world, screen, where, fail } = shell;
  const { url, dataDir } = where();
  const client = createClient(url, await demoKey(world, dataDir));
  screen.title("A device is made, and paired");
  const { id, terminal } = await makeDevice(shell, client);
  const device = new WiredDevice(url, terminal, screen, faults);
  await device.connect();
  const serving = device.serve();
  const checked: boolean[] = [];
  const expect = (isSo: boolean, what: string): void => {
    checked.push(isSo);
    screen.expect(isSo, what);
  };
  screen.title("It is activated");
  screen.call("PUT", `/devices/${id}`, "ACTIVATE");
  const active = await client.send("PUT", `/devices/${id}`, { action: "ACTIVATE" });
  expect(z.looseObject({ enabled: z.boolean() }).parse(active.body).enabled, "it is enabled");
  screen.title("A sale");
  const sale = { amount: 150, currency: "USD", device: id, operation_key: "CARD_PRESENT_DEBIT" };
  screen.call("POST", "/transfers", "1.50 USD");
  const sold = transfer.parse((await client.send("POST", "/transfers", sale)).body);
  const isDeclined = faults.includes("declined");
  expect(sold.state === (isDeclined ? "FAILED" : "SUCCEEDED"), `the transfer is ${sold.state}`);
  screen.title("A sale that is broken off");
  screen.call("POST", "/transfers", "20.00 USD, answered at once");
  const begun = await client.send(
    "POST",
    "/transfers",
    { ...sale, amount: 2_000 },
    { prefer: "respond-async" },
  );
  screen.call("PUT", `/devices/${id}`, "CANCEL");
  const cancelled = transfer.parse((await client.send("PUT", `/devices/${id}`, { action: "CANCEL" })).body);
  const isSame = cancelled.id === transfer.parse(begun.body).id;
  expect(isSame && cancelled.failure_code === "CANCELLATION_VIA_API", "the transfer is FAILED, by the API");
  device.end();
  await serving;
  screen.title("Without a connection");
  const closed = await client.request("GET", `/devices/${id}?include_connection=true`);
  expect(
    z.looseObject({ connection: z.string() }).parse(closed.body).connection === "Closed",
    "it is closed",
  );
  const alone = transfer.parse((await client.send("POST", "/transfers", sale)).body);
  expect(alone.failure_code === "DEVICE_UNREACHABLE", "a sale has failed at once");
  if (world.isJson()) world.write(JSON.stringify({ device: id, sold, cancelled, alone }));
  if (checked.includes(false)) fail("Not everything came as told.");
}

async function makeDevice(
  { world, screen, where }: Shell,
  client: Client,
): Promise<{ readonly id: string; readonly terminal: Terminal }> {
  const { url: baseUrl, dataDir } = where();
  const merchant = made.parse((await client.send("POST", "/api/merchants", { name: "pos device" })).body);
  const serial_number = `DEVICE-${world.newId().slice(-8)}`;
  const path = `/merchants/${merchant.id}/devices`;
  screen.call("POST", path, serial_number);
  const body = { serial_number, model: "SIMULATED", name: "Simulated device" };
  const { id } = made.parse((await client.send("POST", path, body)).body);
  const issued = await client.send("POST", `/api/terminals/${serial_number}/pairing-codes`, {});
  screen.call("POST", "/pos/pair", serial_number);
  const { code } = coded.parse(issued.body);
  const { terminal } = await pairTerminal({ dataDir, baseUrl, now: world.now }, serial_number, code);
  return { id, terminal };
}
