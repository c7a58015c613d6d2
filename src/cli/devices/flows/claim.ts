import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Answer } from "../../../client.ts";
import { signedHeaders } from "../../pos/signedHeaders.ts";
import { newKeys, terminalOf } from "../../pos/terminal.ts";
import type { Kit } from "../kit.ts";

/** The claim flow (docs/devices.md, "Claim"): a device shows a code, and whoever owns it enters that. */

const issued = z.object({
  pairing_code: z.string().regex(/^[A-HJ-NP-Z2-9]{6}$/),
  device_id: z.string(),
  expires_at: z.iso.datetime(),
  expires_in: z.number().max(300),
});

interface Signing {
  readonly at?: number;
  readonly nonce?: string;
  readonly signedBody?: string;
}

export async function claims(kit: Kit): Promise<void> {
  const serialNumber = kit.serial();
  await kit.office.request("POST", "/api/terminals", { serialNumber, locationId: await kit.locationId() });
  const device = new SigningDevice(kit, serialNumber);
  const ask = { device_id: serialNumber, public_key: device.keys.publicKey };
  await signatures(kit, device, ask);
  const first = kit.body(
    "the device asks for a code",
    await device.call("POST", "/pos/pairing-code", ask),
    200,
    issued,
  );
  const next = kit.body("it asks again", await device.call("POST", "/pos/pairing-code", ask), 200, issued);
  const waiting = { is_claimed: false, pairing_code_status: "active" };
  kit.says("it polls", await device.call("GET", "/pos/status"), 200, waiting);
  kit.status("it attests before it is claimed", await device.call("POST", "/pos/attest", {}), 409);

  const claim = async (body: object): Promise<Answer> => await kit.office.request("POST", "/pos/claim", body);
  kit.says("a claim without a code", await claim({}), 400, {
    "error.code": "4000",
    "error.message": "Invalid request body",
  });
  kit.says("a code that nobody shows", await claim({ pairing_code: "ZZZZZZ" }), 400, {
    "error.code": "4004",
    "error.message": "Pairing code not found",
    "error.details.pairing_code": "ZZZZZZ",
  });
  kit.says("the code that another one voided", await claim({ pairing_code: first.pairing_code }), 400, {
    "error.code": "4220",
    "error.message": "Pairing code has expired",
  });
  const entered = { pairing_code: next.pairing_code };
  const strangers = await kit.nobody.request("POST", "/pos/claim", entered);
  kit.holds("who does not sign in claims nothing: 401", strangers.status === 401, strangers);
  kit.says("the code is entered", await claim(entered), 200, { status: "claimed", device_id: serialNumber });
  kit.says("it is entered again", await claim(entered), 400, {
    "error.code": "4220",
    "error.message": "Pairing code has already been used",
  });

  const claimed = { device_status: "claimed", is_claimed: true, pairing_code_status: "used" };
  kit.says("the device sees it", await device.call("GET", "/pos/device-status"), 200, claimed);
  kit.says("it attests", await device.call("POST", "/pos/attest", {}), 200, { status: "attested" });
  kit.says("it activates", await device.call("POST", "/pos/activate", {}), 200, { status: "active" });
  kit.says("a lost reply", await device.call("POST", "/pos/activate", {}), 200, { status: "active" });
  const { client } = terminalOf(kit.url, serialNumber, device.keys.privateKey, kit.now);
  kit.status("its own token is taken from now on", await client.request("GET", "/pos/status"), 200);
}

async function signatures(kit: Kit, device: SigningDevice, ask: object): Promise<void> {
  const path = "/pos/pairing-code";
  const wrong: readonly (readonly [string, Signing])[] = [
    ["signed over another body", { signedBody: "{}" }],
    ["signed more than five minutes ago", { at: kit.now() - 310_000 }],
    ["signed more than a minute ahead", { at: kit.now() + 70_000 }],
  ];
  for (const [what, signing] of wrong) {
    kit.says(`a request ${what}`, await device.call("POST", path, ask, signing), 401, {
      "error.code": "4010",
    });
  }
  const nonce = randomBytes(18).toString("base64url");
  kit.status("a request with a nonce", await device.call("POST", path, ask, { nonce }), 200);
  kit.status("the same nonce again", await device.call("POST", path, ask, { nonce }), 401);
}

/** Signs method, path, hash of the body, timestamp and nonce. */
class SigningDevice {
  readonly keys = newKeys();
  readonly #kit: Kit;
  readonly #serialNumber: string;

  constructor(kit: Kit, serialNumber: string) {
    this.#kit = kit;
    this.#serialNumber = serialNumber;
  }

  async call(method: string, path: string, body?: unknown, signing: Signing = {}): Promise<Answer> {
    const {
      at = this.#kit.now(),
      signedBody = body === undefined ? "" : JSON.stringify(body),
      nonce,
    } = signing;
    const toSign = { deviceId: this.#serialNumber, method, path, body: signedBody, at };
    const own = nonce === undefined ? toSign : { ...toSign, nonce };
    const headers = signedHeaders(own, this.keys.privateKey);
    return await this.#kit.nobody.request(method, path, body, headers);
  }
}
