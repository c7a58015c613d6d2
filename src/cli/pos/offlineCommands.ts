import type { Command } from "commander";
import { createClient } from "../../client.ts";
import type { Tapped } from "../../terminalKit/offlineTerminal.ts";
import type { Sent } from "../../terminalKit/reports.ts";
import { decisionLine, iso, sentLines, statusLines } from "./offlineShow.ts";
import { cardNote } from "./show.ts";
import { OfflinePos, stateDirectory } from "./offlinePos.ts";
import { createOfflineTerminal, tellOffline } from "./offlineStory.ts";
import { demoKey, type GuestOptions, guestsOf, type Shell } from "./shell.ts";

interface StateOptions {
  readonly state?: string;
}
interface TapOptions extends StateOptions, GuestOptions {
  readonly card: readonly string[];
  readonly times: string;
}

/** `pos offline`: a terminal whose line is down, all at once, or step by step so that it can be killed in between. */
export function addOffline(pos: Command, shell: Shell): void {
  const offline = pos
    .command("offline")
    .description("a terminal whose line is down: lets cards in by its lists, comes back and reports")
    .argument("[serialNumber]", "a terminal that was paired from here; without it one of the demo")
    .option("--state <path>", "where it keeps its journal and its lists")
    .action(async (serialNumber: string | undefined, options: StateOptions) => {
      await story(shell, serialNumber, options);
    });
  addFetch(offline, shell);
  addTap(offline, shell);
  addConfirm(offline, shell);
  addReport(offline, shell);
  addStatus(offline, shell);
}

async function story(shell: Shell, serialNumber: string | undefined, options: StateOptions): Promise<void> {
  const { world, screen, where, steps, terminalOf, fail } = shell;
  const { url, dataDir } = where();
  if (serialNumber !== undefined) {
    const own = await terminalOf(serialNumber);
    const path = options.state ?? stateDirectory(dataDir, serialNumber);
    const told = await tellOffline({ own, path, now: world.now, screen, steps });
    if (world.isJson()) world.write(JSON.stringify(told));
    if (told.remaining > 0) fail("Not everything was reported: it stays in the journal.");
    return;
  }
  const admin = createClient(url, await demoKey(world, dataDir));
  const made = await createOfflineTerminal(admin, { baseUrl: url, dataDir, now: world.now }, world.newId());
  const path = options.state ?? stateDirectory(dataDir, made.serialNumber);
  const told = await tellOffline({ own: made, path, now: world.now, screen, steps });
  screen.say(`It is ${made.serialNumber}: \`pos offline status ${made.serialNumber}\`, and so on.`);
  if (world.isJson()) world.write(JSON.stringify({ serialNumber: made.serialNumber, ...told }));
  if (told.remaining > 0) fail("Not everything was reported: it stays in the journal.");
}

function addFetch(offline: Command, shell: Shell): void {
  offline
    .command("fetch <serialNumber>")
    .description("asks for the time, the keys and the list of account ranges, and keeps them")
    .action(async (serialNumber: string) => {
      await opened(offline, shell, serialNumber, async (terminal) => {
        const fetched = await terminal.fetch(shell.steps);
        switch (fetched.kind) {
          case "taken": {
            const { version, validUntil, ranges, named } = fetched;
            const until = iso(validUntil);
            answer(shell, { version, validUntil: until, ranges, named }, [
              `List ${version} with ${String(ranges)} ranges counts until ${until}.`,
              named === null ? "No whitelist was got." : `The whitelist names ${String(named)} cards.`,
            ]);
            return;
          }
          case "refused":
            shell.fail(`The list is not taken: ${fetched.why}.`);
          case "nothing":
            shell.fail("Nothing new was got; what there is counts until it runs out.");
        }
      });
    });
}

function addTap(offline: Command, shell: Shell): void {
  const { world, fail } = shell;
  offline
    .command("tap <serialNumber>")
    .description("decides about cards without a line (use published test numbers only)")
    .requiredOption("--card <pan...>", "the cards that are tapped, one after the other")
    .option("--adults <n>", "adult guests of each", "0")
    .option("--children <n>", "children of each", "0")
    .option("--free-children <n>", "children of each under the free age", "0")
    .option("--times <n>", "how often all of them are tapped", "1")
    .action(async (serialNumber: string, options: TapOptions) => {
      if (options.card.some((pan) => !/^\d{12,19}$/.test(pan)))
        fail("--card wants card numbers of 12 to 19 digits.");
      if (!/^[1-9]\d{0,5}$/.test(options.times)) fail("--times wants a number from 1 on.");
      const guests = guestsOf(options, fail);
      const taps: Tapped[] = [];
      await opened(offline, shell, serialNumber, async ({ terminal }) => {
        for (let round = 0; round < Number(options.times); round++) {
          for (const pan of options.card) {
            const card = { pan, entryMode: "CONTACTLESS" as const };
            const tapped = await terminal.tap({
              card,
              guests,
              collect: async () => ({ reference: `till-${world.newId()}` }),
            });
            // Said once it is written down: this is where the door opens.
            if (world.isJson()) taps.push(tapped);
            else world.write(decisionLine(pan, tapped));
          }
        }
      });
      if (world.isJson()) world.write(JSON.stringify({ taps }));
    });
}

function addConfirm(offline: Command, shell: Shell): void {
  const { world, fail } = shell;
  offline
    .command("confirm <serialNumber> <accessId>")
    .description("the visit of a grant takes place, and its confirmation can't be sent")
    .requiredOption("--card <pan>", "the card that was granted")
    .option("--adults <n>", "adult guests", "0")
    .option("--children <n>", "children", "0")
    .option("--free-children <n>", "children under the free age", "0")
    .action(async (serialNumber: string, accessId: string, options: GuestOptions & { card: string }) => {
      if (!/^\d{12,19}$/.test(options.card)) fail("--card wants a card number of 12 to 19 digits.");
      const guests = guestsOf(options, fail);
      const card = { pan: options.card, entryMode: "CONTACTLESS" as const };
      await opened(offline, shell, serialNumber, async ({ terminal }) => {
        const written =
          (await terminal.confirmLate(accessId, { card, guests })) ??
          fail(`It has neither heard the time nor got the keys: pos offline fetch ${serialNumber}`);
        if (world.isJson()) world.write(JSON.stringify(written));
        else world.write(`  #${String(written.number)}  CONFIRMED  ${cardNote(options.card)}  ${accessId}`);
      });
    });
}

function addReport(offline: Command, shell: Shell): void {
  offline
    .command("report <serialNumber>")
    .description("tells the server what was decided without it")
    .action(async (serialNumber: string) => {
      await opened(offline, shell, serialNumber, async (terminal) => {
        const sent = await terminal.report(shell.steps);
        answer(shell, { ...sent }, sentLines(sent));
        const now = terminal.terminal.time()?.now;
        if (now !== undefined) await terminal.journal.dismissInvalid(now);
        if (sent.remaining > 0) shell.fail(whyLeft(sent));
      });
    });
}

function addStatus(offline: Command, shell: Shell): void {
  offline
    .command("status <serialNumber>")
    .description("the journal, the lists and the time that the terminal goes by")
    .action(async (serialNumber: string) => {
      await opened(offline, shell, serialNumber, async (terminal) => {
        const { journal, listRefused, accountRanges } = terminal;
        const time = terminal.terminal.time();
        const fields = {
          now: time === null ? null : iso(time.now),
          uncertaintySeconds: time?.uncertaintySeconds ?? null,
          listVersion: accountRanges?.version ?? null,
          listValidUntil: accountRanges === null ? null : iso(accountRanges.validUntil),
          listRefused,
          nextNumber: journal.nextNumber,
          toReport: journal.pending().length,
          invalid: journal.invalid,
          damagedLines: journal.damaged,
        };
        answer(shell, fields, statusLines(fields));
      });
    });
}

function whyLeft({ remaining, endedBy, refused }: Sent): string {
  const kept = `${String(remaining)} reports stay in the journal`;
  if (refused.length > 0) return `${kept}: the server refused ${String(refused.length)} of them alone.`;
  if (endedBy === null) return `${kept}: there is no line.`;
  return endedBy === "ALL_TOLD"
    ? `${kept}: not answered for.`
    : `${kept}: the server answered ${String(endedBy)}.`;
}

function answer({ world }: Shell, fields: Readonly<Record<string, unknown>>, lines: readonly string[]): void {
  if (world.isJson()) world.write(JSON.stringify(fields));
  else for (const line of lines) world.write(`  ${line}`);
}

async function opened(
  offline: Command,
  { world, where, terminalOf }: Shell,
  serialNumber: string,
  work: (terminal: OfflinePos) => Promise<void>,
): Promise<void> {
  const own = await terminalOf(serialNumber);
  const path = offline.opts<StateOptions>().state ?? stateDirectory(where().dataDir, serialNumber);
  const terminal = await OfflinePos.open(own, path, world.now);
  try {
    await work(terminal);
  } finally {
    await terminal.close();
  }
}
