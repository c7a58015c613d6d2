import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { DEMO_KEY_FILE } from "../../start/firstStart.ts";
import { SetupError } from "../../settings.ts";
import { type Answer, createClient } from "../../client.ts";
import { runDemo } from "./demo.ts";
import { createScreen, type Screen } from "./show.ts";
import { Steps } from "./steps.ts";
import { loadTerminal, pairTerminal, type Terminal } from "./terminal.ts";

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

interface Where {
  readonly url: string;
  readonly dataDir: string;
}

/** `admittance pos`: a simulated terminal, step by step, or all at once as a demo. */
export function posCommand(world: CliWorld, fail: (message: string) => never): Command {
  const screen = createScreen((line) => {
    if (!world.isJson()) world.write(line);
  }, world.colours);
  const pos = new Command("pos")
    .description("a simulated payment terminal: real keys, real tokens, the real wire")
    .option(
      "--url <url>",
      "where the server is",
      world.env["PUBLIC_URL"] ?? `http://127.0.0.1:${world.env["PORT"] ?? "8080"}`,
    )
    .option("--data-dir <path>", "where terminals keep their keys", world.env["DATA_DIR"] ?? "./data");
  const where = (): Where => {
    const options = pos.opts<{ url: string; dataDir: string }>();
    return { url: options.url, dataDir: options.dataDir };
  };
  const tell = ({ status, body }: Answer): void => {
    show(screen, body, world);
    if (status >= 300) fail(`The server answered ${String(status)}.`);
  };
  const terminalOf = async (serialNumber: string): Promise<Terminal> => {
    const terminal = await loadTerminal(where().dataDir, where().url, serialNumber, world.now);
    return (
      terminal ?? fail(`${serialNumber} was not paired from here. Pair it: pos pair ${serialNumber} <code>`)
    );
  };
  const shell: Shell = { world, screen, steps: new Steps(screen, world.now), where, tell, terminalOf, fail };
  addDemo(pos, shell);
  addPairing(pos, shell);
  addCheck(pos, shell);
  addGuests(pos, shell);
  addEntry(pos, shell);
  return pos;
}

/** What every step of the terminal uses. */
interface Shell {
  readonly world: CliWorld;
  readonly screen: Screen;
  readonly steps: Steps;
  readonly where: () => Where;
  readonly tell: (answer: Answer) => void;
  readonly terminalOf: (serialNumber: string) => Promise<Terminal>;
  readonly fail: (message: string) => never;
}

function addDemo(pos: Command, { world, screen, where, fail }: Shell): void {
  pos
    .command("demo")
    .description("walks through the demo programme")
    .action(async () => {
      const { url, dataDir } = where();
      const key = await demoKey(world, dataDir);
      const run = world.newId().slice(-6);
      const admin = createClient(url, key);
      screen.say(`The server at ${url}, its key and the terminals' keys in ${dataDir}`);
      const told = await runDemo({ admin, baseUrl: url, dataDir, screen, now: world.now, run });
      if (world.isJson()) world.write(JSON.stringify(told));
      if (told.failed > 0) fail("Not everything came as told.");
    });
}

function addPairing(pos: Command, { world, screen, where }: Shell): void {
  pos
    .command("pair <serialNumber> <pairingCode>")
    .description("makes a key and pairs with a code of the panel or of the API")
    .action(async (serialNumber: string, code: string) => {
      const { url, dataDir } = where();
      screen.call("POST", "/pos/pair", serialNumber);
      const { answer } = await pairTerminal({ baseUrl: url, dataDir, now: world.now }, serialNumber, code);
      show(screen, answer, world);
    });
}

function addCheck(pos: Command, { steps, tell, terminalOf, fail }: Shell): void {
  pos
    .command("check <serialNumber> <pan>")
    .description("asks whether a card may enter (use published test numbers only)")
    .option("--request-id <id>", "makes the check repeatable")
    .action(async (serialNumber: string, pan: string, options: { requestId?: string }) => {
      if (!/^\d{12,19}$/.test(pan)) fail("<pan> wants a card number of 12 to 19 digits.");
      const answer = await steps.check(await terminalOf(serialNumber), pan, options.requestId);
      tell(answer);
    });
}

function addGuests(pos: Command, { steps, tell, terminalOf, fail }: Shell): void {
  for (const name of ["quote", "confirm"] as const) {
    pos
      .command(`${name} <serialNumber> <accessId>`)
      .description(name === "quote" ? "what would it cost?" : "the visit took place")
      .option("--adults <n>", "adult guests", "0")
      .option("--children <n>", "children", "0")
      .option("--free-children <n>", "children under the free age", "0")
      .option("--paid <amount>", "what the terminal collected, for example 25.00EUR")
      .action(async (serialNumber: string, accessId: string, options: GuestOptions) => {
        const terminal = await terminalOf(serialNumber);
        const guests = guestsOf(options, fail);
        const answer =
          name === "quote"
            ? await steps.quote(terminal, accessId, guests)
            : await steps.confirm(terminal, accessId, guests, paymentOf(options.paid, fail));
        tell(answer);
      });
  }
}

function addEntry(pos: Command, { steps, tell, terminalOf }: Shell): void {
  pos
    .command("cancel <serialNumber> <accessId>")
    .description("the visit did not take place")
    .action(async (serialNumber: string, accessId: string) => {
      tell(await steps.cancel(await terminalOf(serialNumber), accessId));
    });
  pos
    .command("entry <serialNumber> <accessId>")
    .description("what became of an entry")
    .action(async (serialNumber: string, accessId: string) => {
      const { client } = await terminalOf(serialNumber);
      const answer = await steps.call(client, "GET", `/pos/entries/${encodeURIComponent(accessId)}`, "");
      tell(answer);
    });
  pos
    .command("status <serialNumber>")
    .description("the terminal's place, the time and its settings")
    .action(async (serialNumber: string) => {
      const { client } = await terminalOf(serialNumber);
      tell(await steps.call(client, "GET", "/pos/status", ""));
    });
}

interface GuestOptions {
  readonly adults: string;
  readonly children: string;
  readonly freeChildren: string;
  readonly paid?: string;
}

function guestsOf(options: GuestOptions, fail: (message: string) => never): Record<string, number> {
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

function paymentOf(paid: string | undefined, fail: (message: string) => never): unknown {
  if (paid === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)([A-Z]{3})$/.exec(paid);
  if (match === null) return fail("--paid wants an amount with its currency, for example 25.00EUR");
  return { collectedBy: "TERMINAL", amount: { amount: match[1], currency: match[2] } };
}

function show(screen: Screen, body: unknown, world: CliWorld): void {
  screen.say("");
  world.write(world.isJson() ? JSON.stringify(body) : JSON.stringify(body, null, 2));
}

async function demoKey(world: CliWorld, dataDir: string): Promise<string> {
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
