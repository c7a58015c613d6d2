import {
  checkPrimeSync,
  createPublicKey,
  generateKeyPairSync,
  generatePrimeSync,
  randomBytes,
  randomInt,
} from "node:crypto";

/** RSA keys that nobody should take, made as their faults are made. */

const sound = generateKeyPairSync("rsa", { modulusLength: 2048 });
const soundN = modulusOf(sound.publicKey.export({ format: "jwk" }).n ?? "");

function modulusOf(n: string): bigint {
  return BigInt(`0x${Buffer.from(n, "base64url").toString("hex")}`);
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

export function jwkOf(n: bigint, e: bigint): { kty: "RSA"; n: string; e: string } {
  return { kty: "RSA", n: bytesOf(n).toString("base64url"), e: bytesOf(e).toString("base64url") };
}

export function spkiOf(n: bigint, e = 65_537n): Buffer {
  return createPublicKey({ key: jwkOf(n, e), format: "jwk" }).export({ format: "der", type: "spki" });
}

function prime(bits: number): bigint {
  return generatePrimeSync(bits, { bigint: true });
}

/** The first two bits are set, so that two of them make a modulus of all the bits. */
function highPrime(bits: number): bigint {
  for (;;) {
    const candidate = prime(bits);
    if (candidate >> BigInt(bits - 2) === 3n) return candidate;
  }
}

function nextPrime(after: bigint): bigint {
  let candidate = after + 2n;
  while (!checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

/** A prime as the library of CVE-2017-15361 made it: k * M + 65537^a mod M, M the product of the first primes. */
function rocaPrime(): bigint {
  const first: bigint[] = [];
  for (let candidate = 2n; first.length < 126; candidate++) {
    if (first.every((one) => candidate % one !== 0n)) first.push(candidate);
  }
  const product = first.reduce((all, one) => all * one, 1n);
  let power = 1n;
  for (let times = randomBytes(2).readUInt16BE(); times >= 0; times--) power = (power * 65_537n) % product;
  for (let k = (3n << 1022n) / product; ; k++) {
    const candidate = k * product + power;
    if (checkPrimeSync(candidate)) return candidate;
  }
}

function product(factors: readonly bigint[]): bigint {
  return factors.reduce((all, one) => all * one, 1n);
}

/** A product of primes of so many bits each, about 2,048 bits long. */
function smooth(bits: number): bigint {
  return product(Array.from({ length: Math.ceil(2_100 / bits) }, () => highPrime(bits)));
}

/** A prime that Pollard's method finds: what is one less is a product of different small primes. */
function pollardPrime(bits: number): bigint {
  const small = Array.from({ length: 2_000 }, (_, index) => BigInt(index)).filter((one) =>
    checkPrimeSync(one),
  );
  for (;;) {
    const factors = new Set([2n]);
    let less = 2n;
    while (less >> BigInt(bits - 8) === 0n) {
      const factor = small[randomInt(small.length)] ?? 2n;
      if (!factors.has(factor)) less *= factor;
      factors.add(factor);
    }
    if (checkPrimeSync(less + 1n)) return less + 1n;
  }
}

export { pollardPrime, sound, soundN, highPrime, nextPrime, rocaPrime, smooth };
