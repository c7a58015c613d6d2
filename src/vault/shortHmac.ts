/**
 * HMAC-SHA256 (RFC 2104, FIPS 180-4) of many short texts under one key. Node's own makes an object outside the heap for each
 * of them: that takes three times as long, and a million of them a hundred megabytes until they are collected.
 */

const BLOCK_BYTES = 64;
export const HMAC_BYTES = 32;
/** With the end mark and the length it has to fit into one block. */
const MOST_BYTES = 55;
const WORDS = 16;
const ROUNDS = 64;

// The first 32 bits of the fractions of roots of the first primes: square for the beginning, cubic for the rounds.
const PRIMES = firstPrimes(ROUNDS);
const BEGINNING = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const CONSTANTS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));

export class ShortHmac {
  /** What SHA-256 holds after the key: that part is the same for all texts. */
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;
  readonly #state = new Int32Array(BEGINNING.length);
  readonly #block = new Int32Array(ROUNDS);

  /** @param key 64 bytes at most */
  constructor(key: Uint8Array) {
    if (key.length > BLOCK_BYTES) throw new RangeError("the key is longer than a block");
    this.#inner = this.#afterKey(key, 0x36);
    this.#outer = this.#afterKey(key, 0x5c);
  }

  /** @param text ASCII, 55 characters at most */
  of(text: string): Buffer {
    const hash = Buffer.allocUnsafe(HMAC_BYTES);
    this.into(text, hash, 0);
    return hash;
  }

  /** As {@link of}, written into `target`. @param bytes so many of its beginning */
  into(text: string, target: Buffer, at: number, bytes = HMAC_BYTES): void {
    const block = this.#block;
    const state = this.#state;
    const { length } = text;
    if (length > MOST_BYTES) throw new RangeError("the text is longer than a block takes");
    block.fill(0, 0, WORDS);
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) throw new RangeError("the text is not ASCII");
      put(block, index, code);
    }
    finish(block, length);
    state.set(this.#inner);
    compress(state, block);
    block.fill(0, 0, WORDS);
    block.set(state);
    finish(block, HMAC_BYTES);
    state.set(this.#outer);
    compress(state, block);
    for (let index = 0; index < bytes; index++)
      target[at + index] = (state[index >> 2] ?? 0) >>> (24 - 8 * (index & 3));
  }

  #afterKey(key: Uint8Array, pad: number): Int32Array {
    const state = BEGINNING.slice();
    this.#block.fill(0, 0, WORDS);
    for (let index = 0; index < BLOCK_BYTES; index++) put(this.#block, index, (key[index] ?? 0) ^ pad);
    compress(state, this.#block);
    return state;
  }
}

function put(block: Int32Array, index: number, byte: number): void {
  block[index >> 2] = (block[index >> 2] ?? 0) | (byte << (24 - 8 * (index & 3)));
}

/** The end mark, and the length in bits: one block, the key's, came before. */
function finish(block: Int32Array, length: number): void {
  put(block, length, 0x80);
  block[WORDS - 1] = (BLOCK_BYTES + length) * 8;
}

/** Takes in a block: it has its 16 words in front, and room for all 64. */
function compress(state: Int32Array, block: Int32Array): void {
  for (let index = WORDS; index < ROUNDS; index++) {
    const near = block[index - 15] ?? 0;
    const far = block[index - 2] ?? 0;
    const one = right(near, 7) ^ right(near, 18) ^ (near >>> 3);
    const other = right(far, 17) ^ right(far, 19) ^ (far >>> 10);
    block[index] = (block[index - WORDS] ?? 0) + one + (block[index - 7] ?? 0) + other;
  }
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let index = 0; index < ROUNDS; index++) {
    const mixed = (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & f) ^ (~e & g));
    const first = (h + mixed + (CONSTANTS[index] ?? 0) + (block[index] ?? 0)) | 0;
    const second = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
  state[4] = (state[4] ?? 0) + e;
  state[5] = (state[5] ?? 0) + f;
  state[6] = (state[6] ?? 0) + g;
  state[7] = (state[7] ?? 0) + h;
}

function right(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number++)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  return primes;
}
