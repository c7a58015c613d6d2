import type { Writable } from "node:stream";
import { InvalidArgumentError } from "commander";
import type { AnswerWith } from "./answer.ts";

/** What the commands that carry a log know of the world around them. */
export interface TransferWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Real time in milliseconds. */
  readonly now: () => number;
  readonly answer: AnswerWith;
  /** One line beside the answer. */
  readonly note: (line: string) => void;
  /** Standard output for who writes all of it: a reader that stops early is then that one's business. */
  readonly output: () => Writable;
  /** Standard input. */
  readonly input: () => AsyncIterable<unknown>;
}

const EVERY_MS = 2_000;

/** Says now and then how far something is. */
export function progressOf(world: TransferWorld): (what: string, events: number) => void {
  const begun = world.now();
  let said = begun;
  return (what, events) => {
    const now = world.now();
    if (now - said < EVERY_MS) return;
    said = now;
    world.note(`${what} ${grouped(events)} events, ${rate(events, now - begun)}`);
  };
}

export function rate(events: number, ms: number): string {
  return `${grouped(Math.round((events * 1_000) / Math.max(1, ms)))} a second`;
}

export function grouped(count: number): string {
  return count.toLocaleString("en-GB");
}

const MOST_IN_FLIGHT = 256;

export function inFlightOf(text: string): number {
  const count = Number(text);
  if (/^\d{1,3}$/.test(text) && count >= 1 && count <= MOST_IN_FLIGHT) return count;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${String(MOST_IN_FLIGHT)}.`);
}

export const IN_FLIGHT_HELP =
  "EventStoreDB: appends at once; above 1 it is faster, and the order between streams is kept only nearly";
