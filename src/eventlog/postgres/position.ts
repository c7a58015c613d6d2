import { type Position, START } from "../log.ts";

/** A place in the feed: decimal digits as PostgreSQL prints them (64 bits don't fit a number). */
export interface Cursor {
  readonly epoch: string;
  readonly xid: string;
  readonly position: string;
}

export const FIRST: Cursor = { epoch: "0", xid: "0", position: "0" };

const EPOCH_DIGITS = 10;
const XID_DIGITS = 20;
const POSITION_DIGITS = 19;
const PATTERN = /^(\d{10})-(\d{20})-(\d{19})$/;

/** Fixed width, so that positions sort as strings. */
export function toPosition(epoch: string, xid: string, position: string): Position {
  return `${epoch.padStart(EPOCH_DIGITS, "0")}-${xid.padStart(XID_DIGITS, "0")}-${position.padStart(POSITION_DIGITS, "0")}`;
}

export function isPosition(text: string): boolean {
  return text === START || PATTERN.test(text);
}

/** @throws RangeError for what is no position of a PostgreSQL log */
export function toCursor(position: Position): Cursor {
  if (position === START) return FIRST;
  const [, epoch, xid, place] = PATTERN.exec(position) ?? [];
  if (epoch === undefined || xid === undefined || place === undefined) {
    throw new RangeError(`"${position}" is no position of this log`);
  }
  return { epoch: bare(epoch), xid: bare(xid), position: bare(place) };
}

// xid8's input reads a leading zero as octal.
function bare(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}
