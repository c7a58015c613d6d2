import { z } from "zod";
import type { TestServer } from "../support/server.ts";
import { newKeys, terminalOf } from "../../src/cli/pos/terminal.ts";
import { createLocation, createTerminal } from "../support/programme.ts";

const made = z.object({ enrollment_id: z.string(), enrollment_code: z.string() });

/** Codes for devices: one is taken back, and by the other a device comes that is named, moved and described. */
export async function enrollDevices({ admin }: TestServer): Promise<void> {
  const [location_id, elsewhere] = [await createLocation(admin), await createLocation(admin)];
  const enroll = async (metadata: Readonly<Record<string, string>>) =>
    made.parse((await admin.send("POST", "/ipp/v1/enrollments", { location_id, metadata })).body);
  const cancelled = await enroll({});
  await admin.send("DELETE", `/ipp/v1/enrollments/${cancelled.enrollment_id}`);
  await enroll({ floor: "1" });
  const { enrollment_id, enrollment_code } = await enroll({ floor: "2" });
  const hardware_id = "HW-1";
  await admin.send("POST", "/ipp/v1/devices", { enrollment_code, hardware_id, platform: "android" });
  await admin.send("PUT", `/ipp/v1/devices/${enrollment_id}`, { name: "Desk", location_id: elsewhere });
}

/** A terminal that has replaced its key by another. */
export async function replaceKeys({ admin, url }: TestServer): Promise<void> {
  const { serialNumber, client } = await createTerminal(admin, url, await createLocation(admin));
  const { publicKey, privateKey } = newKeys();
  const proof = await terminalOf(url, serialNumber, privateKey, Date.now).token();
  await client.send("POST", "/pos/rotate_key", { publicKey, proof });
}
