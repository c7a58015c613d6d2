import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ApiError, type Answer } from "../../../client.ts";
import { newKeys, type Terminal, terminalOf } from "../../pos/terminal.ts";
import { Wire } from "../../pos/wire.ts";
import type { Kit } from "../kit.ts";

/** A vendor's clients and the device's live connection (docs/devices.md, "Devices"). */

const link = z.object({ href: z.string() });
const device = z.looseObject({
  ...{ id: z.string(), created_at: z.iso.datetime(), updated_at: z.iso.datetime(), enabled: z.boolean() },
  ...{ model: z.string(), name: z.string(), description: z.string(), serial_number: z.string() },
  ...{ merchant: z.string(), tags: z.record(z.string(), z.string()) },
  configuration_details: z.looseObject({ allow_debit: z.boolean() }),
  _links: z.looseObject({ self: link, merchant: link, transfers: link }),
});
const transfer = z.looseObject({
  ...{ id: z.string(), amount: z.int(), currency: z.string(), device: z.string(), state: z.string() },
  ...{ failure_code: z.string().nullable(), tags: z.record(z.string(), z.string()) },
  _links: z.looseObject({ self: link, device: link, reversals: link }),
});

export async function deviceFlow(kit: Kit): Promise<void> {
  const { terminal, id } = await make(kit);
  const closed = await kit.vendor("GET", `/devices/${id}?include_connection=true`);
  kit.says("its connection before it connects", closed, 200, { connection: "Closed", enabled: false });
  const early = await kit.vendor("PUT", `/devices/${id}`, { action: "ACTIVATE" });
  kit.holds("a device that is not connected can't be activated: 409", early.status === 409, early);
  const refused = await Wire.open(kit.url, "nonsense").catch((error: unknown) => error);
  kit.holds(
    "a connection without a token: 401",
    refused instanceof ApiError && refused.status === 401,
    String(refused),
  );

  const wire = await Wire.open(kit.url, await terminal.token());
  kit.holds("the first message is welcome", (await wire.next("welcome")) !== null);
  const activating = kit.vendor("PUT", `/devices/${id}`, { action: "ACTIVATE" });
  await obey(kit, wire, "ACTIVATE");
  kit.says("it is activated once it says so", await activating, 200, { enabled: true });
  const open = await kit.vendor("GET", `/devices/${id}?include_connection=true`);
  kit.says("its connection meanwhile", open, 200, { connection: "Open" });
  const sold = await sales(kit, wire, id);
  await reversals(kit, wire, sold);
  await cancels(kit, wire, id);
  wire.close();
  await wire.ended;
  await closes(kit, id);
  const alone = await kit.vendor("POST", "/transfers", { amount: 150, currency: "USD", device: id });
  const unreachable = { state: "FAILED", failure_code: "DEVICE_UNREACHABLE" };
  kit.says("a sale at a device that is not connected", alone, alone.status, unreachable);
}

/** Other instances may hear of it a moment later. */
async function closes(kit: Kit, id: string): Promise<void> {
  const look = async () => await kit.vendor("GET", `/devices/${id}?include_connection=true`);
  let seen = await look();
  for (let tries = 0; tries < 50 && !isClosed(seen.body); tries += 1) {
    await sleep(100);
    seen = await look();
  }
  kit.says("its connection once it has closed", seen, 200, { connection: "Closed" });
}

function isClosed(body: unknown): boolean {
  return z.looseObject({ connection: z.literal("Closed") }).safeParse(body).success;
}

async function make(kit: Kit): Promise<{ readonly terminal: Terminal; readonly id: string }> {
  const merchant = await kit.office.request("POST", "/api/merchants", { name: "Conformance" });
  const { id: merchantId } = kit.body("a merchant is made", merchant, 201, z.looseObject({ id: z.string() }));
  const place = {
    name: "Conformance",
    countryCode: "POL",
    service: "LOUNGE",
    postalCode: "1",
    city: "Warsaw",
  };
  await kit.office.request("POST", "/api/locations", { ...place, merchantId });
  const serial_number = kit.serial();
  const body = { description: "Cashier Two", model: "PAX_A800", name: "My device", serial_number };
  const made = await kit.vendor("POST", `/merchants/${merchantId}/devices`, body);
  const { id, enabled } = kit.body("a device is made, by HTTP Basic", made, made.status, device);
  kit.holds("201, as HAL, and not enabled", made.status === 201 && isHal(made) && !enabled, made.status);
  const wrong = await kit.nobody.request("GET", `/devices/${id}`);
  kit.status("without a key", wrong, 401);
  const issued = await kit.office.request("POST", `/api/terminals/${serial_number}/pairing-codes`, {});
  const { code } = kit.body("a pairing code for it", issued, 201, z.object({ code: z.string() }));
  const { publicKey, privateKey } = newKeys();
  const pairing = { serialNumber: serial_number, pairingCode: code, publicKey };
  kit.status("it pairs", await kit.nobody.request("POST", "/pos/pair", pairing), 200);
  return { id, terminal: terminalOf(kit.url, serial_number, privateKey, kit.now) };
}

function isHal({ headers }: Answer): boolean {
  return (headers.get("content-type") ?? "").startsWith("application/hal+json");
}

async function obey(kit: Kit, wire: Wire, action: string): Promise<string> {
  const command = await wire.next("command");
  kit.holds(`the device is asked to ${action}`, command?.action === action, command);
  const id = command?.id ?? "";
  wire.received(id);
  wire.result(id, { outcome: "SUCCEEDED" });
  const recorded = await wire.next("recorded");
  kit.holds("its result is recorded", recorded?.id === id, recorded);
  return id;
}

async function sales(kit: Kit, wire: Wire, id: string): Promise<string> {
  const body = {
    ...{ amount: 150, currency: "USD", device: id, operation_key: "CARD_PRESENT_DEBIT" },
    ...{ tags: { order_number: "chris123transfer" }, idempotency_id: kit.serial() },
  };
  const selling = kit.vendor("POST", "/transfers", body);
  await obey(kit, wire, "SALE");
  const answer = await selling;
  const sold = kit.body("a sale", answer, answer.status, transfer);
  kit.holds("it has succeeded, in minor units", sold.state === "SUCCEEDED" && sold.amount === 150, sold);
  const again = await kit.vendor("POST", "/transfers", body);
  kit.says("the same idempotency_id again", again, again.status, { id: sold.id, state: "SUCCEEDED" });
  const other = await kit.vendor("POST", "/transfers", { ...body, amount: 151 });
  kit.status("the same idempotency_id with another amount", other, 409);
  kit.holds(
    "errors are told as the document's",
    z
      .object({
        total: z.number(),
        _embedded: z.object({ errors: z.array(z.looseObject({ code: z.string() })) }),
      })
      .safeParse(other.body).success,
    other.body,
  );
  kit.says("it is shown", await kit.vendor("GET", `/transfers/${sold.id}`), 200, { state: "SUCCEEDED" });
  return sold.id;
}

async function reversals(kit: Kit, wire: Wire, sold: string): Promise<void> {
  const path = `/transfers/${sold}/reversals`;
  const reversing = kit.vendor("POST", path, { refund_amount: 50 });
  await obey(kit, wire, "REVERSAL");
  const reversed = await reversing;
  kit.says("a part of it is given back", reversed, reversed.status, { amount: 50, state: "SUCCEEDED" });
  const tooMuch = await kit.vendor("POST", path, { refund_amount: 101 });
  kit.holds("more than is left is refused", tooMuch.status >= 400 && tooMuch.status < 500, tooMuch);
}

async function cancels(kit: Kit, wire: Wire, id: string): Promise<void> {
  const body = { amount: 2_000, currency: "USD", device: id };
  const selling = kit.vendor("POST", "/transfers", body);
  const command = await wire.next("command");
  kit.holds("another sale comes to the device", command?.action === "SALE", command);
  const cancelled = await kit.vendor("PUT", `/devices/${id}`, { action: "CANCEL" });
  const told = { state: "FAILED", failure_code: "CANCELLATION_VIA_API" };
  kit.says("CANCEL answers the transfer", cancelled, 200, { ...told, amount: 2_000 });
  kit.says("whoever waits for the sale is told so too", await selling, (await selling).status, told);
}
