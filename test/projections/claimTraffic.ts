import { ClaimingDevice, makeKeys } from "../api/pos/claimingDevice.ts";
import { createLocation } from "../support/programme.ts";
import type { TestServer } from "../support/server.ts";

/** Devices that are brought in by a code that they show themselves, as far as each step goes. */
export async function claimDevices({ admin, url }: TestServer): Promise<void> {
  const locationId = await createLocation(admin);
  const keys = makeKeys();
  for (const steps of [1, 2, 3, 4]) {
    const serialNumber = `CLAIM-${String(steps)}`;
    await admin.send("POST", "/api/terminals", { serialNumber, locationId });
    const device = new ClaimingDevice(url, serialNumber, keys);
    const code = await device.showCode();
    if (steps > 1) await admin.send("POST", "/pos/claim", { pairing_code: code });
    if (steps > 2) await device.attest();
    if (steps > 3) await device.activate();
  }
}
