import { createHash, randomBytes, sign } from "node:crypto";
import { type Answer, createClient } from "../../client.ts";
import type { Steps } from "./steps.ts";
import type { TerminalKeys } from "./terminal.ts";

/** A simulated device that is to be claimed: signs each request with its own key (docs/devices.md, "Claim"). */
export class ClaimingDevice {
  readonly serialNumber: string;
  readonly #keys: TerminalKeys;
  readonly #baseUrl: string;
  readonly #steps: Steps;
  readonly #now: () => number;

  /** `now`: what its clock says, in milliseconds. */
  constructor(
    serialNumber: string,
    keys: TerminalKeys,
    { baseUrl, steps, now }: { readonly baseUrl: string; readonly steps: Steps; readonly now: () => number },
  ) {
    this.serialNumber = serialNumber;
    this.#keys = keys;
    this.#baseUrl = baseUrl;
    this.#steps = steps;
    this.#now = now;
  }

  async askCode(): Promise<Answer> {
    const body = { device_id: this.serialNumber, public_key: this.#keys.publicKey };
    return await this.#call("POST", "/pos/pairing-code", body);
  }

  async poll(): Promise<Answer> {
    return await this.#call("GET", "/pos/status");
  }

  async attest(): Promise<Answer> {
    return await this.#call("POST", "/pos/attest", {});
  }

  /** Lists are encrypted to its key from then on. */
  async activate(): Promise<Answer> {
    const { d: _private, ...encryption } = this.#keys.encryptionKey;
    return await this.#call("POST", "/pos/activate", { encryption_key: encryption });
  }

  async #call(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const timestamp = new Date(this.#now()).toISOString();
    const nonce = randomBytes(18).toString("base64url");
    const hash = createHash("sha256").update(text).digest("hex");
    const lines = [method, path, hash, timestamp, nonce].join("\n");
    const signature = sign("sha256", Buffer.from(lines), this.#keys.privateKey);
    const headers = {
      "device-id": this.serialNumber,
      "device-timestamp": timestamp,
      "device-nonce": nonce,
      "device-signature": signature.toString("base64"),
    };
    const client = createClient(this.#baseUrl, null);
    return await this.#steps.call(client, method, path, this.serialNumber, body, headers);
  }
}
