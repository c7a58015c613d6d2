/** Whether this is `npm run test:long`. */
export const LONG = process.env["LONG"] === "1";

const EVERY = 3;

/** Of cases that each start a process: all of them in the long run, else the first, the fourth, and so on. */
export function someOf<Case>(cases: readonly Case[]): Case[] {
  return cases.filter((_, index) => LONG || index % EVERY === 0);
}
