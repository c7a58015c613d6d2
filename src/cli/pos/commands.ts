import { Command } from "commander";
import { type Answer, createClient } from "../../client.ts";
import { addCertificate } from "./certificateCommand.ts";
import { addClaim } from "./claimCommand.ts";
import { runDemo } from "./demo.ts";
import { addDevice } from "./deviceCommand.ts";
import { addEnroll } from "./enrollCommand.ts";
import { addOffline } from "./offlineCommands.ts";
import { addRotateKey } from "./rotateKeyCommand.ts";
import {
  type CliWorld,
  demoKey,
  type GuestOptions,
  guestsOf,
  type Shell,
  show,
  type Where,
} from "./shell.ts";
import { createScreen } from "./show.ts";
import { Steps } from "./steps.ts";
import { loadTerminal, pairTerminal, type Terminal } from "./terminal.ts";

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
  addEnroll(pos, shell);
  addClaim(pos, shell);
  addCertificate(pos, shell);
  addDevice(pos, shell);
  addCheck(pos, shell);
  addGuests(pos, shell);
  addEntry(pos, shell);
  addRotateKey(pos, shell);
  addOffline(pos, shell);
  return pos;
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
      .action(async (serialNumber: string, accessId: string, options: ConfirmOptions) => {
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

interface ConfirmOptions extends GuestOptions {
  readonly paid?: string;
}

function paymentOf(paid: string | undefined, fail: (message: string) => never): unknown {
  if (paid === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)([A-Z]{3})$/.exec(paid);
  if (match === null) return fail("--paid wants an amount with its currency, for example 25.00EUR");
  return { collectedBy: "TERMINAL", amount: { amount: match[1], currency: match[2] } };
}
