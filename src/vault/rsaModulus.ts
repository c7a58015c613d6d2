import { checkPrime } from "node:crypto";
import { promisify } from "node:util";

/**
 * What can be seen of an RSA modulus from outside: whether it is the product of two large primes that nobody finds.
 * {@link quickFlaw} takes a millisecond or two and is for anybody's key; {@link deepFlaw} takes up to a tenth of a second.
 */

const primeTest = promisify(checkPrime);

const SMALL = primesBelow(65_536);
/** Modulo these, what the flawed library of CVE-2017-15361 (ROCA) made lies in the group that 65537 generates. */
const ROCA_PRIMES = SMALL.filter((prime) => prime > 2 && prime <= 167);
const ROCA_GROUPS = ROCA_PRIMES.map((prime) => groupOf65537(prime));
/** Where the primes lie so close together, Fermat's method finds them in so many steps. */
const FERMAT_STEPS = 100;
/** `p - 1` must have a prime factor above this (Pollard's method). */
const SMOOTH = 2_000;

/** Null where nothing is wrong; else what is, in words that go behind "the modulus". */
export function quickFlaw(n: bigint): string | null {
  if (n % 2n === 0n) return "is even";
  if (hasSmallFactor(n)) return "has a small factor";
  const isRoca = ROCA_PRIMES.every((prime, index) => ROCA_GROUPS[index]?.has(Number(n % BigInt(prime))));
  return isRoca ? "was made by a library known to make weak keys (CVE-2017-15361)" : null;
}

/** The same for what takes longer. The modulus has passed {@link quickFlaw}. */
export async function deepFlaw(n: bigint): Promise<string | null> {
  if (await primeTest(n)) return "is a prime";
  if (isPower(n)) return "is the power of a number";
  if (fallsToFermat(n)) return "has two primes that lie too close together";
  return isSmooth(n) ? "is made of primes that can be found" : null;
}

/** An odd prime above 2, of at most 32 bits. */
export function isSoundExponent(e: bigint): boolean {
  if (e < 3n || e > 0xffff_ffffn) return false;
  const small = Number(e);
  return SMALL.every((prime) => small % prime !== 0 || small === prime);
}

function hasSmallFactor(n: bigint): boolean {
  // Three primes to a step: their product is still a number that JavaScript divides exactly.
  for (let index = 0; index < SMALL.length; index += 3) {
    const primes = SMALL.slice(index, index + 3);
    const product = primes.reduce((all, prime) => all * prime, 1);
    const rest = Number(n % BigInt(product));
    if (primes.some((prime) => rest % prime === 0)) return true;
  }
  return false;
}

function groupOf65537(prime: number): ReadonlySet<number> {
  const members = new Set<number>();
  for (let member = 1; !members.has(member); member = (member * 65_537) % prime) members.add(member);
  return members;
}

function isPower(n: bigint): boolean {
  const bits = n.toString(2).length;
  // Without a factor of 16 bits no higher root can be whole.
  return SMALL.filter((k) => k <= bits / 16).some((k) => rootOf(n, k) ** BigInt(k) === n);
}

/** The whole part of the k-th root, by Newton's method from above. */
function rootOf(n: bigint, k: number): bigint {
  const exponent = BigInt(k);
  let root = 1n << BigInt(Math.ceil(n.toString(2).length / k));
  for (;;) {
    const next = ((exponent - 1n) * root + n / root ** (exponent - 1n)) / exponent;
    if (next >= root) return root;
    root = next;
  }
}

function fallsToFermat(n: bigint): boolean {
  let a = rootOf(n, 2);
  if (a * a < n) a += 1n;
  for (let step = 0; step < FERMAT_STEPS; step++, a += 1n) {
    const square = a * a - n;
    const root = square === 0n ? 0n : rootOf(square, 2);
    if (root * root === square) return true;
  }
  return false;
}

function isSmooth(n: bigint): boolean {
  let power = 2n;
  for (const prime of SMALL) {
    if (prime > SMOOTH) break;
    for (let step = prime; step <= SMOOTH; step *= prime) power = powerOf(power, prime, n);
  }
  return commonDivisor(power - 1n, n) !== 1n;
}

function powerOf(base: bigint, exponent: number, n: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % n;
    if (bit === "1") result = (result * base) % n;
  }
  return result;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [b, a];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

function primesBelow(limit: number): readonly number[] {
  const composite = new Uint8Array(limit);
  const primes: number[] = [];
  for (let candidate = 2; candidate < limit; candidate++) {
    if (composite[candidate] === 1) continue;
    primes.push(candidate);
    for (let multiple = candidate * candidate; multiple < limit; multiple += candidate)
      composite[multiple] = 1;
  }
  return primes;
}
