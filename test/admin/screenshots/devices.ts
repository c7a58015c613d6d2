import { z } from "zod";
import type { Client } from "../../../src/client.ts";
import { newKeys, terminalOf } from "../../../src/cli/pos/terminal.ts";
import { createTerminal } from "../../support/programme.ts";

/** Devices of every kind for the pictures, with a past of their own. Answers the serial number of one that has much of it. */
export async function bringDevicesIn(admin: Client, url: string, locationId: string): Promise<string> {
  const enroll = async (metadata: Readonly<Record<string, string>>): Promise<string> => {
    const made = await admin.send("POST", "/ipp/v1/enrollments", { location_id: locationId, metadata });
    return z.object({ enrollment_code: z.string() }).parse(made.body).enrollment_code;
  };
  await enroll({ floor: "2", username: "john.doe" });
  const code = await enroll({ floor: "1", username: "jane.doe" });
  const device = { enrollment_code: code, hardware_id: "TABLET-7", name: "Front desk", platform: "android" };
  await admin.send("POST", "/ipp/v1/devices", device);
  await certify(admin, "POS-41", locationId);
  const terminal = await createTerminal(admin, url, locationId);
  const { serialNumber } = terminal;
  const { publicKey, privateKey } = newKeys();
  const proof = await terminalOf(url, serialNumber, privateKey, Date.now).token();
  await terminal.client.send("POST", "/pos/rotate_key", { publicKey, proof });
  const path = `/api/terminals/${serialNumber}`;
  await admin.send("POST", `${path}/suspend`, { reason: "Reported lost by the lounge" });
  await admin.send("POST", `${path}/resume`, { reason: "Found in the back office" });
  return serialNumber;
}

async function certify(admin: Client, serialNumber: string, locationId: string): Promise<void> {
  await admin.send("POST", "/api/terminals", { serialNumber, locationId });
  const issued = await admin.send("POST", `/api/terminals/${serialNumber}/setup-codes`, {});
  const { code } = z.object({ code: z.string() }).parse(issued.body);
  const body = { posId: "Lounge till 41", setupCode: code };
  await admin.send("POST", "/pos/certificates", body);
}
