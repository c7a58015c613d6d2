import { type Answer, createClient } from "../../client.ts";
import { signedHeaders } from "./signedHeaders.ts";
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
    const toSign = { deviceId: this.serialNumber, method, path, body: text, at: this.#now() };
    const headers = signedHeaders(toSign, this.#keys.privateKey);
    const client = createClient(this.#baseUrl, null);
    return await this.#steps.call(client, method, path, this.serialNumber, body, headers);
  }
}
