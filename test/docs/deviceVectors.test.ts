import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { signedHeaders } from "../../src/cli/pos/signedHeaders.ts";
import { isSignedBy, signedRequest } from "../../src/engine/claims/signedRequest.ts";
import { readSignedToken } from "../../src/engine/terminals/signedToken.ts";

/** The vectors of docs/devices.md: the product takes and refuses what they say. */

const vectors = z
  .object({
    key: z.object({ privateJwk: z.record(z.string(), z.string()), publicKey: z.string() }),
    serialNumber: z.string(),
    now: z.iso.datetime(),
    tokens: z.array(z.object({ what: z.string(), good: z.boolean(), token: z.string() })),
    signedRequests: z.array(
      z.object({
        method: z.string(),
        path: z.string(),
        body: z.string(),
        headers: z.record(z.string(), z.string()),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL("../../docs/devices/vectors.json", import.meta.url), "utf8")));
const { serialNumber } = vectors;
const now = Date.parse(vectors.now);
const spki = vectors.key.publicKey;
const key = createPublicKey({ key: Buffer.from(spki, "base64"), format: "der", type: "spki" });
const pem = createPrivateKey({ key: vectors.key.privateJwk, format: "jwk" })
  .export({ format: "pem", type: "pkcs8" })
  .toString();

describe("tokens", () => {
  test.each(vectors.tokens)("$what", async ({ good, token }) => {
    expect((await readSignedToken(token, { key, serialNumber, now })).kind).toBe(good ? "good" : "bad");
  });
});

describe("signed requests", () => {
  test.each(vectors.signedRequests)("$method $path", async ({ method, path, body, headers }) => {
    const named = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const nonce = named.get("device-nonce") ?? "";
    const made = signedHeaders({ deviceId: serialNumber, method, path, body, at: now, nonce }, pem);
    expect(new Map(Object.entries(made))).toEqual(named);
    const request = (sent: string) =>
      signedRequest((name) => named.get(name) ?? null, { method, path, body: Buffer.from(sent) });
    const isTaken = async (sent: string, at: number) => {
      const read = request(sent);
      return read !== null && (await isSignedBy({ now: () => at }, read, spki));
    };
    expect(await isTaken(body, now)).toBe(true);
    expect(await isTaken(`${body} `, now)).toBe(false);
    expect([await isTaken(body, now + 300_001), await isTaken(body, now - 60_001)]).toEqual([false, false]);
  });
});
