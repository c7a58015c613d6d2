import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { keyFlaw, type ReadKey, readEncryptionKey, readPublicKey } from "../../src/vault/terminalKeys.ts";
import {
  highPrime,
  jwkOf,
  nextPrime,
  pollardPrime,
  rocaPrime,
  smooth,
  sound,
  soundN,
  spkiOf,
} from "../support/weakKeys.ts";

const der = sound.publicKey.export({ format: "der", type: "spki" });
const pem = sound.publicKey.export({ format: "pem", type: "spki" }).toString();
const privatePem = sound.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const b64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");
const wrapped = b64(der).replace(/.{64}/g, "$&\n");

/** What is wrong with a key by either look; null where it is taken. */
async function flawOf(text: string): Promise<string | null> {
  const read = readPublicKey(text);
  return read.kind === "refused" ? read.why : await keyFlaw(read.n);
}

function whyOf<Key>(read: ReadKey<Key>): string {
  return read.kind === "refused" ? read.why : "taken";
}

describe("a public key", () => {
  test.each([
    ["DER", b64(der)],
    ["DER in lines", wrapped],
    ["PEM", pem],
    ["PEM with Windows' line ends", pem.replaceAll("\n", "\r\n")],
    ["PEM in base64", b64(pem)],
  ])("is taken as %s, and read as the same", async (_form, text) => {
    expect(readPublicKey(text)).toEqual({ kind: "key", key: b64(der), n: soundN });
    expect(await flawOf(text)).toBeNull();
  });

  test.each([3n, 5n, 17n, 257n, 65_537n, 4_294_967_291n])("has the exponent %s", async (e) => {
    expect(await flawOf(b64(spkiOf(soundN, e)))).toBeNull();
  });

  test.each([3_072, 4_096])("of %i bits is taken", async (modulusLength) => {
    const key = generateKeyPairSync("rsa", { modulusLength }).publicKey;
    expect(await flawOf(b64(key.export({ format: "der", type: "spki" })))).toBeNull();
  });

  test.each([0n, 1n, 2n, 4n, 9n, 65_536n, 65_535n, 4_294_967_297n, (1n << 521n) - 1n, soundN - 2n])(
    "with the exponent %s is refused",
    async (e) => {
      expect(await flawOf(b64(spkiOf(soundN, e)))).toMatch(/exponent|SPKI/);
    },
  );

  const p = highPrime(1_024);
  test.each([
    ["even", soundN - 1n, /even/],
    ["with a small factor", soundN * 3n, /small factor/],
    ["a product of small primes", smooth(15), /small factor/],
    ["a product of primes of 20 bits", smooth(20), /can be found/],
    ["a product of primes of 26 bits", smooth(26), /can be found/],
    ["of one prime that Pollard's method finds", pollardPrime(1_000) * highPrime(1_080), /can be found/],
    ["a prime", highPrime(2_048), /prime/],
    ["a square", p * p, /power/],
    ["a cube", highPrime(700) ** 3n, /power/],
    ["a seventh power", highPrime(300) ** 7n, /power/],
    ["of primes side by side", p * nextPrime(p), /close/],
    ["of primes hardly further apart", p * nextPrime(p + (1n << 500n)), /close/],
    ["of the ROCA form", rocaPrime() * rocaPrime(), /CVE-2017-15361/],
    ["too small", highPrime(512) * highPrime(512), /2048/],
    ["too large", highPrime(2_049) * highPrime(2_049), /4096/],
  ])("whose modulus is %s is refused", async (_what, n, why) => {
    expect(await flawOf(b64(spkiOf(n)))).toMatch(why);
  });

  test.each([
    ["bytes behind its DER", b64(Buffer.concat([der, Buffer.from([0])]))],
    ["text behind its DER's base64", `${b64(der)}!`],
    ["two PEM blocks", pem + pem],
    ["text before its PEM", `Bag Attributes\n${pem}`],
    ["bytes behind its DER in PEM", pem.replace(/[A-Za-z0-9+/=]{1,63}\n-----END/, "AAAA$&")],
    ["another curve", b64(generateKeyPairSync("ed25519").publicKey.export({ format: "der", type: "spki" }))],
    [
      "PSS",
      b64(
        generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).publicKey.export({
          format: "der",
          type: "spki",
        }),
      ),
    ],
    ["nothing", " "],
  ])("with %s is refused", (_what, text) => {
    expect(readPublicKey(text)).toMatchObject({ kind: "refused" });
  });

  test.each([
    ["as PEM", privatePem],
    ["as PEM in base64", b64(privatePem)],
    ["before the public key", privatePem + pem],
    ["behind the public key", pem + privatePem],
    ["between two, in base64", b64(pem + privatePem + pem)],
    ["as PKCS #1", sound.privateKey.export({ format: "pem", type: "pkcs1" }).toString()],
    ["as DER", b64(sound.privateKey.export({ format: "der", type: "pkcs8" }))],
    ["as DER of PKCS #1", b64(sound.privateKey.export({ format: "der", type: "pkcs1" }))],
    ["as a JWK", JSON.stringify(sound.privateKey.export({ format: "jwk" }))],
    ["cut short", privatePem.slice(0, 400)],
    [
      "encrypted",
      sound.privateKey
        .export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "secret" })
        .toString(),
    ],
  ])("that is a private one %s is named as known to others", (_form, text) => {
    expect(whyOf(readPublicKey(text))).toMatch(/private key.*not kept/);
  });
});

describe("an encryption key", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const point = publicKey.export({ format: "jwk" });
  const rsa = jwkOf(soundN, 65_537n);

  test.each([
    ["RSA", { ...rsa, use: "enc", kid: "1" }],
    ["P-256", point],
    ["P-384", generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({ format: "jwk" })],
    ["P-521", generateKeyPairSync("ec", { namedCurve: "P-521" }).publicKey.export({ format: "jwk" })],
  ])("of %s is taken", async (_kind, jwk) => {
    const read = await readEncryptionKey({ ...jwk });
    expect(read.kind).toBe("key");
    if (read.kind === "key") expect(await keyFlaw(read.n)).toBeNull();
  });

  test.each([
    ["a private point", privateKey.export({ format: "jwk" })],
    ["a private key of RSA", sound.privateKey.export({ format: "jwk" })],
    ["a prime without its d", { ...rsa, p: "AQAB" }],
    ["a secret", { kty: "oct", k: "c2VjcmV0" }],
  ])("that holds %s is named", async (_what, jwk) => {
    expect(whyOf(await readEncryptionKey({ ...jwk }))).toMatch(/private key.*not kept/);
  });

  test.each([
    ["an exponent of 1", jwkOf(soundN, 1n)],
    ["an even modulus", jwkOf(soundN - 1n, 65_537n)],
    ["1,024 bits", jwkOf(highPrime(512) * highPrime(512), 65_537n)],
    ["8,192 bits", jwkOf(soundN ** 4n, 65_537n)],
    ["a modulus in plain base64", { ...rsa, n: `${rsa.n.slice(0, -2)}+/` }],
    ["padding that was cut in the middle", { ...rsa, e: "AQAB=A" }],
    ["leading zeros", { ...rsa, e: "AAEAAQ" }],
    ["an empty modulus", { ...rsa, n: "" }],
    ["a short coordinate", { ...point, x: "AQAB" }],
    ["a point beside the curve", { ...point, x: point.y, y: point.x }],
    ["a curve of another use", { ...point, crv: "secp256k1" }],
    ["another use", { ...rsa, use: "sig" }],
    ["another kind", { kty: "OKP", crv: "X25519", x: point.x }],
  ])("with %s is refused", async (_what, jwk) => {
    expect(await readEncryptionKey({ ...jwk })).toMatchObject({ kind: "refused" });
  });

  test("is looked at as long as a public key is", async () => {
    const p = highPrime(1_024);
    const read = await readEncryptionKey(jwkOf(p * p, 65_537n));
    expect(read.kind === "key" ? await keyFlaw(read.n) : read.why).toMatch(/power/);
  });
});
