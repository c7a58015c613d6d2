import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { CompactEncrypt, importJWK } from "jose";
import { z } from "zod";
import { type Json, jsonValue } from "../domain/json.ts";
import { deepFlaw, isSoundExponent, quickFlaw } from "./rsaModulus.ts";

/**
 * The keys that a device brings with it: what is taken, and why not. Reading is quick, for anybody may send a key;
 * {@link keyFlaw} is for those who have shown a right code.
 */

export type ReadKey<Key> =
  | { readonly kind: "key"; readonly key: Key; readonly n: bigint | null }
  | { readonly kind: "refused"; readonly why: string };

const FEWEST_BITS = 2_048;
const MOST_BITS = 4_096;
const LEAKED =
  "this holds a private key: it was not kept, but is to be taken as known to others; make a new pair and send its public key";

/** Of a terminal that gives none. */
export const NO_KEY = { kind: "key", key: null, n: null } as const;

/** Base64 of one SPKI as DER or PEM, or the PEM itself. `key` is the SPKI as base64 of its DER. */
export function readPublicKey(text: string): ReadKey<string> {
  const bytes = text.includes("-----BEGIN") ? Buffer.from(text) : decoded(text, "base64");
  // Looked for in what can't be read as well: whatever was sent with it, a leaked key is named.
  if (holdsPrivateKey(text, bytes)) return refused(LEAKED);
  if (bytes === null) return refused("base64 of a public key (SPKI, as DER or PEM) is wanted");
  const der = bytes.includes("-----BEGIN") ? derOfPem(bytes.toString("latin1")) : bytes;
  if (der === null) return refused("one PEM block, a PUBLIC KEY, and nothing beside it is wanted");
  let key: KeyObject;
  try {
    key = createPublicKey({ key: der, format: "der", type: "spki" });
  } catch {
    return refused("base64 of a public key (SPKI, as DER or PEM) is wanted");
  }
  if (key.asymmetricKeyType !== "rsa") return refused("an RSA key of 2048 to 4096 bits is wanted");
  const spki = key.export({ format: "der", type: "spki" });
  if (!spki.equals(der))
    return refused("the key's DER is not as it should be, or something stands behind it");
  const { n = "", e = "" } = key.export({ format: "jwk" });
  const modulus = numberOf(n);
  const why = rsaFlaw(modulus, numberOf(e));
  return why === null ? { kind: "key", key: spki.toString("base64"), n: modulus } : refused(why);
}

/** A key that is in the log already, perhaps since a release that looked less closely. */
export function isSoundSpki(spki: string): boolean {
  return readPublicKey(spki).kind === "key";
}

const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const base64url = z.string().refine((text) => decoded(text, "base64url") !== null, "base64url is wanted");
const encryptionJwk = z.discriminatedUnion("kty", [
  z.object({ kty: z.literal("RSA"), n: base64url, e: base64url }),
  z.object({ kty: z.literal("EC"), crv: z.enum(["P-256", "P-384", "P-521"]), x: base64url, y: base64url }),
]);
const COORDINATE_BYTES = { "P-256": 32, "P-384": 48, "P-521": 66 } as const;

/** A public JWK to which lists are encrypted: RSA by the rules of public keys, or a point of a NIST curve. */
export async function readEncryptionKey(
  input: Readonly<Record<string, unknown>> | undefined,
): Promise<ReadKey<Json>> {
  if (input === undefined) return NO_KEY;
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(input, member))) return refused(LEAKED);
  const parsed = encryptionJwk.safeParse(input);
  const isForSigning = input["use"] !== undefined && input["use"] !== "enc";
  if (!parsed.success || isForSigning) {
    return refused(
      "a public JWK for encryption is wanted: RSA of 2048 to 4096 bits, or EC P-256, P-384 or P-521",
    );
  }
  const jwk = parsed.data;
  let n: bigint | null = null;
  if (jwk.kty === "RSA") {
    if ([jwk.n, jwk.e].some((text) => decoded(text, "base64url")?.[0] === 0))
      return refused("its numbers have leading zeros");
    n = numberOf(jwk.n);
    const why = rsaFlaw(n, numberOf(jwk.e));
    if (why !== null) return refused(why);
  } else {
    const bytes = COORDINATE_BYTES[jwk.crv];
    const fit = [jwk.x, jwk.y].every((text) => decoded(text, "base64url")?.length === bytes);
    if (!fit) return refused(`x and y of ${String(bytes)} bytes are wanted`);
  }
  try {
    const alg = jwk.kty === "RSA" ? "RSA-OAEP-256" : "ECDH-ES";
    const key = await importJWK(jwk, alg);
    await new CompactEncrypt(new Uint8Array(1)).setProtectedHeader({ alg, enc: "A256GCM" }).encrypt(key);
  } catch {
    return refused("nothing can be encrypted to this key");
  }
  return { kind: "key", key: jsonValue.parse(jwk), n };
}

/** Compact JWE of a text to a key that {@link readEncryptionKey} has taken: A256GCM, the key by RSA-OAEP-256 or ECDH-ES. */
export async function encryptTo(
  key: Json,
  text: string,
  names: { readonly typ: string; readonly cty: string },
): Promise<string> {
  const jwk = encryptionJwk.parse(key);
  const alg = jwk.kty === "RSA" ? "RSA-OAEP-256" : "ECDH-ES";
  return await new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg, enc: "A256GCM", ...names })
    .encrypt(await importJWK(jwk, alg));
}

/** What only a longer look at the modulus shows; null where nothing is wrong, or for a key without one. */
export async function keyFlaw(n: bigint | null): Promise<string | null> {
  const flaw = n === null ? null : await deepFlaw(n);
  return flaw === null ? null : `the modulus ${flaw}`;
}

function refused(why: string): { readonly kind: "refused"; readonly why: string } {
  return { kind: "refused", why };
}

function rsaFlaw(n: bigint, e: bigint): string | null {
  const bits = n.toString(2).length;
  if (bits < FEWEST_BITS || bits > MOST_BITS) return "an RSA key of 2048 to 4096 bits is wanted";
  if (!isSoundExponent(e)) return "the exponent is to be 65537, or another odd prime of at most 32 bits";
  const flaw = quickFlaw(n);
  return flaw === null ? null : `the modulus ${flaw}`;
}

function numberOf(text: string): bigint {
  const hex = Buffer.from(text, "base64url").toString("hex");
  return hex === "" ? 0n : BigInt(`0x${hex}`);
}

/** Null for text that is not exactly what its bytes are written as; base64 may be broken into lines. */
function decoded(text: string, encoding: "base64" | "base64url"): Buffer | null {
  const plain = encoding === "base64" ? text.replace(/\s+/g, "") : text;
  const bytes = Buffer.from(plain, encoding);
  const same = bytes.toString(encoding).replace(/=+$/, "") === plain.replace(/=+$/, "");
  return same && bytes.length > 0 ? bytes : null;
}

const PEM = /^\s*-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/;

function derOfPem(pem: string): Buffer | null {
  const block = PEM.exec(pem)?.[1];
  return block === undefined ? null : decoded(block, "base64");
}

/** As PEM in any place, as DER, or as a JWK; also where base64 was broken on the way. */
function holdsPrivateKey(text: string, bytes: Buffer | null): boolean {
  const texts = [text, Buffer.from(text, "base64").toString("latin1"), bytes?.toString("latin1") ?? ""];
  if (texts.some((one) => /PRIVATE KEY|"(?:d|dp|qi)"\s*:/i.test(one))) return true;
  const der = bytes ?? Buffer.from(text, "base64");
  return (["pkcs8", "pkcs1", "sec1"] as const).some((type) => {
    try {
      createPrivateKey({ key: der, format: "der", type });
      return true;
    } catch {
      return false;
    }
  });
}
