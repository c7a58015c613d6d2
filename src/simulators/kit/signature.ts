import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Made from the contract's own words, apart from the code that signs: both being wrong alike would be no test. */

const OLD_AFTER_S = 300;

/** Null where the request is signed by the key, and fresh. */
export function signatureProblem(
  request: IncomingMessage,
  body: string,
  key: string,
  now: number,
): "UNSIGNED" | "STALE" | "WRONG_SIGNATURE" | null {
  const id = request.headers["admittance-id"];
  const timestamp = request.headers["admittance-timestamp"];
  const signature = request.headers["admittance-signature"];
  if (typeof id !== "string" || typeof timestamp !== "string" || typeof signature !== "string")
    return "UNSIGNED";
  if (!/^\d{9,11}$/.test(timestamp) || Math.abs(now / 1_000 - Number(timestamp)) > OLD_AFTER_S)
    return "STALE";
  const digest = createHash("sha256").update(body).digest("hex");
  const lines = ["v1", id, timestamp, request.method ?? "", request.url ?? "", digest].join("\n");
  const wanted = Buffer.from(`v1,${createHmac("sha256", key).update(lines).digest("base64")}`);
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? null : "WRONG_SIGNATURE";
}
