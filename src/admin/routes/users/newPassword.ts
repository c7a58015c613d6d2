/** Without what is read as another: no 0 and O, no 1, I and l. */
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const LENGTH = 5;

/** A password of 100 random bits, in groups that can be read out. */
export function newPassword(): string {
  const random = crypto.getRandomValues(new Uint8Array(GROUPS * LENGTH));
  const letters = Array.from(random, (byte) => LETTERS[byte % LETTERS.length] ?? "");
  return Array.from({ length: GROUPS }, (_, group) =>
    letters.slice(group * LENGTH, (group + 1) * LENGTH).join(""),
  ).join("-");
}
