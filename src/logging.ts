import { type DestinationStream, type Logger, pino } from "pino";

import type { LogLevel } from "./settings.ts";

export type { Logger } from "pino";

const REPLACEMENT = "[card number removed]";

/**
 * The logger of the process: one JSON object a line, to standard output unless told otherwise. Whatever is logged, in a
 * message, a nested member, a key or an error's stack, passes {@link maskCardNumbers}; names and secrets are for the caller to leave out.
 */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly destination?: DestinationStream;
}): Logger {
  const destination = options.destination ?? pino.destination({ fd: 1, sync: true });
  return pino(
    // An epoch in milliseconds has 13 digits, and every tenth one would pass for a card number.
    { level: options.level, timestamp: pino.stdTimeFunctions.isoTime, base: { pid: process.pid } },
    { write: (line) => destination.write(maskCardNumbers(line)) },
  );
}

const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"?|(?<![\d.])\d{12,19}(?![\d.])/g;
// A digit may be url-encoded. Between digits: blank, dash, their url-encodings (also encoded twice), and escaped blanks.
const DIGIT = String.raw`(?:%3\d|\d)`;
const SEPARATOR = String.raw`(?:[ \-+\u00a0\u2010-\u2015]|%(?:25)*(?:20|2[dD])|\\[nrt])`;
const RUN = new RegExp(`${DIGIT}(?:${SEPARATOR}{0,3}${DIGIT}){11,}`, "g");
const SEPARATORS = new RegExp(`${SEPARATOR}+`);

/**
 * Replaces what looks like a card number in a line of JSON: 12 to 19 digits that satisfy Luhn, also with blanks or dashes
 * between them or url-encoded, alone or beside other groups of digits. The line stays valid JSON.
 */
export function maskCardNumbers(line: string): string {
  return line.replace(STRINGS_AND_NUMBERS, (token) => {
    if (token.startsWith('"')) return token.replace(RUN, (run) => (holdsCardNumber(run) ? REPLACEMENT : run));
    return isLuhn(token) ? `"${REPLACEMENT}"` : token;
  });
}

/** Numbers begin and end where a group does; in a group too long for one they may stand anywhere. */
function holdsCardNumber(run: string): boolean {
  const groups = run.split(SEPARATORS).map((group) => group.replace(/%3(\d)/g, "$1"));
  return groups.some((group, index) => {
    if (group.length > 19) return holdsWindow(group);
    let digits = "";
    for (const next of groups.slice(index, index + 19)) {
      digits += next;
      if (digits.length > 19) return false;
      if (digits.length >= 12 && isLuhn(digits)) return true;
    }
    return false;
  });
}

function holdsWindow(digits: string): boolean {
  for (let start = 0; start + 12 <= digits.length; start += 1) {
    for (let length = 12; length <= 19 && start + length <= digits.length; length += 1) {
      if (isLuhn(digits.slice(start, start + length))) return true;
    }
  }
  return false;
}

function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const weighted = index % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
