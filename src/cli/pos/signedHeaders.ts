import { createHash, randomBytes, sign } from "node:crypto";

export interface ToSign {
  readonly deviceId: string;
  readonly method: string;
  readonly path: string;
  /** As it is sent; empty where there is none. */
  readonly body: string;
  /** What the device's clock says, in milliseconds. */
  readonly at: number;
  /** New with each request by default. */
  readonly nonce?: string;
}

/** The headers by which a device that is to be claimed signs a request (docs/devices.md, "What the device signs"). @param privateKey PEM */
export function signedHeaders(
  { deviceId, method, path, body, at, nonce = randomBytes(18).toString("base64url") }: ToSign,
  privateKey: string,
): Readonly<Record<string, string>> {
  const timestamp = new Date(at).toISOString();
  const hash = createHash("sha256").update(body).digest("hex");
  const lines = [method, path, hash, timestamp, nonce].join("\n");
  return {
    "device-id": deviceId,
    "device-timestamp": timestamp,
    "device-nonce": nonce,
    "device-signature": sign("sha256", Buffer.from(lines), privateKey).toString("base64"),
  };
}
