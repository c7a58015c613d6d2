import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { z } from "zod";

/** A device as somebody would write one from docs/devices.md, sharing nothing with our own simulated terminal. */

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Changed {
  /** Milliseconds that its clock is ahead. */
  readonly skew?: number;
  readonly nonce?: string;
  /** Signed instead of what is sent. */
  readonly signed?: { readonly method?: string; readonly path?: string; readonly body?: string };
  readonly headers?: Readonly<Record<string, string>>;
}

export class ClaimingDevice {
  readonly id: string;
  readonly #url: string;
  readonly #keys: { readonly publicKey: string; readonly privateKey: string };

  constructor(url: string, id: string, keys = makeKeys()) {
    this.#url = url;
    this.id = id;
    this.#keys = keys;
  }

  get privateKey(): string {
    return this.#keys.privateKey;
  }

  async call(method: string, path: string, body?: unknown, changed: Changed = {}): Promise<Told> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const timestamp = new Date(Date.now() + (changed.skew ?? 0)).toISOString();
    const nonce = changed.nonce ?? randomBytes(16).toString("hex");
    const hash = createHash("sha256")
      .update(changed.signed?.body ?? text)
      .digest("hex");
    const lines = [changed.signed?.method ?? method, changed.signed?.path ?? path, hash, timestamp, nonce];
    const signature = createSign("sha256").update(lines.join("\n")).sign(this.#keys.privateKey, "base64");
    const answer = await fetch(this.#url + path, {
      method,
      headers: {
        "Device-Id": this.id,
        "Device-Timestamp": timestamp,
        "Device-Nonce": nonce,
        "Device-Signature": signature,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...changed.headers,
      },
      ...(body === undefined ? {} : { body: text }),
    });
    const said: unknown = await answer.json();
    return { status: answer.status, headers: answer.headers, body: said };
  }

  async askCode(changed: Changed = {}): Promise<Told> {
    const body = { device_id: this.id, public_key: this.#keys.publicKey };
    return await this.call("POST", "/pos/pairing-code", body, changed);
  }

  /** Asks, and answers the code that it shows. */
  async showCode(): Promise<string> {
    const told = await this.askCode();
    return z.object({ pairing_code: z.string() }).parse(told.body).pairing_code;
  }

  async poll(path = "/pos/status", changed: Changed = {}): Promise<Told> {
    return await this.call("GET", path, undefined, changed);
  }

  async attest(changed: Changed = {}): Promise<Told> {
    return await this.call("POST", "/pos/attest", {}, changed);
  }

  async activate(body: unknown = {}): Promise<Told> {
    return await this.call("POST", "/pos/activate", body);
  }
}

export function makeKeys(): { readonly publicKey: string; readonly privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}
