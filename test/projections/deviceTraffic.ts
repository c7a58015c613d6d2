import { z } from "zod";
import { Wire } from "../../src/cli/pos/wire.ts";
import { createClient } from "../../src/client.ts";
import { createLocation, pairTerminal } from "../support/programme.ts";
import type { TestServer } from "../support/server.ts";

const made = z.looseObject({ id: z.string() });
const keyed = z.object({ key: z.string() });

/** A device that does, declines, is too late for and never answers what two callers ask of it. */
export async function askDevices({ admin, url }: TestServer): Promise<void> {
  const merchant = made.parse((await admin.send("POST", "/api/merchants", { name: "Sells" })).body).id;
  await createLocation(admin, { merchantId: merchant });
  const serial_number = "WIRED-1";
  const body = { serial_number, model: "PAX_A800", name: "Till" };
  const { id } = made.parse((await admin.send("POST", `/merchants/${merchant}/devices`, body)).body);
  await admin.send("PUT", `/devices/${id}`, { name: "Bar" });
  const key = keyed.parse((await admin.send("POST", "/api/keys", { name: "Till", role: "USER" })).body).key;
  const user = createClient(url, key);
  const terminal = await pairTerminal(admin, url, serial_number);
  const wire = await Wire.open(url, await terminal.token());
  const next = async (): Promise<string> => {
    const command = (await wire.next("command"))?.id ?? "";
    wire.received(command);
    return command;
  };
  const told = async (outcome: "SUCCEEDED" | "FAILED", of?: string): Promise<void> => {
    wire.result(
      of ?? (await next()),
      outcome === "FAILED" ? { outcome, failureCode: "DECLINED" } : { outcome },
    );
    await wire.next("recorded");
  };
  const activating = admin.send("PUT", `/devices/${id}`, { action: "ACTIVATE" });
  await told("SUCCEEDED");
  await activating;
  const sell = async (amount: number, currency: string): Promise<string> => {
    const sale = { amount, currency, device: id };
    return made.parse((await user.send("POST", "/transfers", sale, { prefer: "respond-async" })).body).id;
  };
  const sold = await sell(1_000, "EUR");
  await told("SUCCEEDED");
  const reverse = async (outcome: "SUCCEEDED" | "FAILED"): Promise<void> => {
    const path = `/transfers/${sold}/reversals`;
    const reversing = admin.send("POST", path, { refund_amount: 400 });
    await told(outcome);
    await reversing;
  };
  await reverse("FAILED");
  await reverse("SUCCEEDED");
  await sell(150, "USD");
  await told("FAILED");
  const cancelled = await sell(2_000, "USD");
  await next();
  await admin.send("PUT", `/devices/${id}`, { action: "CANCEL" });
  await told("SUCCEEDED", cancelled);
  await told("SUCCEEDED");
  const refused = await sell(300, "USD");
  await next();
  await admin.send("PUT", `/devices/${id}`, { action: "CANCEL" });
  await told("FAILED", refused);
  await told("SUCCEEDED");
  const over = await sell(5, "EUR");
  await next();
  await admin.send("POST", "/api/test-clock", { advance: "PT4M" });
  await told("SUCCEEDED", over);
  await admin.send("PUT", `/devices/${id}`, { action: "DEACTIVATE" });
  await next();
  wire.close();
  const other = { serial_number: "WIRED-2", model: "PAX_A800", name: "Door" };
  const door = made.parse((await admin.send("POST", `/merchants/${merchant}/devices`, other)).body).id;
  await admin.request("PUT", `/devices/${door}`, { action: "ACTIVATE" });
}
