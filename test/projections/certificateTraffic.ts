import { z } from "zod";
import { identityIn, newRequest, say } from "../api/pos/certificateDevice.ts";
import { createLocation } from "../support/programme.ts";
import type { TestServer } from "../support/server.ts";

const coded = z.object({ code: z.string() });
const listed = z.object({ items: z.array(z.object({ id: z.string() })) });

/** POS systems that get certificates, renew them and lose them. */
export async function certifyDevices({ admin, url, server }: TestServer): Promise<void> {
  const locationId = await createLocation(admin);
  const ca = await (await fetch(`${url}/pos/ca.pem`)).text();
  const at = { port: server.certificatePort ?? 0, ca };
  const register = async (serialNumber: string): Promise<string> => {
    await admin.send("POST", "/api/terminals", { serialNumber, locationId });
    return await codeFor(serialNumber);
  };
  const codeFor = async (serialNumber: string): Promise<string> => {
    const path = `/api/terminals/${serialNumber}/setup-codes`;
    return coded.parse((await admin.send("POST", path, {})).body).code;
  };
  await register("CERT-1");
  const started = Date.now();
  for (const name of ["CERT-2", "CERT-3"]) {
    const said = await say(at, null, ["POST", "/", { posId: name, setupCode: await register(name) }]);
    if (said.status !== 200) throw new Error(said.text);
  }
  const { key, csr } = await newRequest();
  const first = await say(at, null, ["POST", "/", { posId: "d", setupCode: await register("CERT-4"), csr }]);
  let identity = identityIn(first.text, key);
  // A certificate says no less than seconds: another is of another one.
  while (Date.now() < started + 1_000) await say(at, identity, ["GET", "/pos/status"]);
  for (const _ of [1, 2]) {
    const next = await newRequest();
    const renewed = await say(at, identity, ["POST", "/pos/certificates/renew", { csr: next.csr }]);
    identity = identityIn(renewed.text, next.key);
  }
  await admin.send("POST", "/api/terminals/CERT-2/unpair", {});
  await admin.send("DELETE", "/api/terminals/CERT-3");
  const { items } = listed.parse((await admin.send("GET", "/api/certificates?terminal=CERT-4")).body);
  for (const { id } of items.slice(0, 1)) await admin.send("POST", `/api/certificates/${id}/revoke`, {});
  const again = { posId: "again", setupCode: await codeFor("CERT-2") };
  await say(at, null, ["POST", "/", again]);
  await admin.send("POST", `/api/terminals/CERT-2/suspend`, {});
}
