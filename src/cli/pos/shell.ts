import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DEMO_KEY_FILE } from "../../start/firstStart.ts";
import type { Answer } from "../../client.ts";
import { SetupError } from "../../settings.ts";
import type { GuestCounts } from "../../terminalKit/decide.ts";
import type { Screen } from "./show.ts";
import type { Steps } from "./steps.ts";
import type { Terminal } from "./terminal.ts";

/** What the command line knows of the world around it. */
export interface CliWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly write: (line: string) => void;
  /** Only the answer is written, as JSON. */
  readonly isJson: () => boolean;
  readonly colours: boolean;
}

/** Which server, and where the terminals keep what they keep. */
export interface Where {
  readonly url: string;
  readonly dataDir: string;
}

/** What every step of the terminal uses. */
export interface Shell {
  readonly world: CliWorld;
  readonly screen: Screen;
  readonly steps: Steps;
  readonly where: () => Where;
  readonly tell: (answer: Answer) => void;
  readonly terminalOf: (serialNumber: string) => Promise<Terminal>;
  readonly fail: (message: string) => never;
}

/** Guests as options of a command. */
export interface GuestOptions {
  readonly adults: string;
  readonly children: string;
  readonly freeChildren: string;
}

export function guestsOf(options: GuestOptions, fail: (message: string) => never): GuestCounts {
  const count = (name: string, text: string): number =>
    /^\d{1,4}$/.test(text)
      ? Number(text)
      : fail(`--${name} wants a number of heads, not ${JSON.stringify(text)}.`);
  return {
    adults: count("adults", options.adults),
    children: count("children", options.children),
    freeChildren: count("free-children", options.freeChildren),
  };
}

export function show(screen: Screen, body: unknown, world: CliWorld): void {
  screen.say("");
  world.write(world.isJson() ? JSON.stringify(body) : JSON.stringify(body, null, 2));
}

/** @throws SetupError where there is none */
export async function demoKey(world: CliWorld, dataDir: string): Promise<string> {
  const given = world.env["ADMITTANCE_KEY"];
  if (given !== undefined && given !== "") return given;
  try {
    return (await readFile(join(dataDir, DEMO_KEY_FILE), "utf8")).trim();
  } catch {
    throw new SetupError(
      `The demo needs the server's key: set ADMITTANCE_KEY to an administrator's API key, or DATA_DIR to the server's (${dataDir} has no ${DEMO_KEY_FILE}).`,
    );
  }
}
