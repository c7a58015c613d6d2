import { createHash, createHmac } from "node:crypto";

/** What a request to an outside system is signed by: over method, path, body and time, as its contract in `docs/contracts` says. */
export function signedHeaders(
  key: string,
  request: { readonly method: string; readonly path: string; readonly body: string | null },
  { id, at }: { readonly id: string; readonly at: number },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const digest = createHash("sha256")
    .update(request.body ?? "")
    .digest("hex");
  const lines = ["v1", id, timestamp, request.method, request.path, digest].join("\n");
  return {
    "admittance-id": id,
    "admittance-timestamp": timestamp,
    "admittance-signature": `v1,${createHmac("sha256", key).update(lines).digest("base64")}`,
  };
}
