/** Codes that people read from one screen and type at another. */

/** Capital letters and digits without those that look like each other (0 O I 1): 32 of them, 5 bits each. */
const CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** Characters of the code that a device shows to be claimed by (source document, "Claim Device"). */
export const CLAIM_CODE_LENGTH = 6;

/** Characters of an enrollment's code. It is looked for by itself, so that it is longer than one that names its device. */
export const ENROLLMENT_CODE_LENGTH = 8;

/** One character a byte: each as likely as every other, since 32 divides 256. */
export function codeOf(random: Uint8Array): string {
  return Array.from(random, (byte) => CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length)).join("");
}

/** As it was made: without what people put between, in capitals. */
export function normalizedCode(typed: string): string {
  return typed.replaceAll(/[\s-]/g, "").toUpperCase();
}
