import { type Position, START } from "../log.ts";

/** A place in the server's log file. */
export interface ServerPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

const DIGITS = 20;
const PATTERN = /^(\d{20})-(\d{20})$/;

/** Fixed width, so that positions sort as strings. */
export function toPosition({ commit, prepare }: ServerPosition): Position {
  return `${String(commit).padStart(DIGITS, "0")}-${String(prepare).padStart(DIGITS, "0")}`;
}

export function isPosition(text: string): boolean {
  return text === START || PATTERN.test(text);
}

/** Null for the start of the log. @throws RangeError for what is no position of an EventStoreDB log */
export function toPlace(position: Position): ServerPosition | null {
  if (position === START) return null;
  const [, commit, prepare] = PATTERN.exec(position) ?? [];
  if (commit === undefined || prepare === undefined) {
    throw new RangeError(`"${position}" is no position of this log`);
  }
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
}
