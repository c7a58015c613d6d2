import { createPrivateKey, createPublicKey } from "node:crypto";
import { type Command, Option } from "commander";
import { type Shell, show } from "./shell.ts";
import { loadKeys, newKeys, saveNextKey, saveTerminal, terminalOf } from "./terminal.ts";

/** `pos rotate-key`: a terminal replaces its key by itself, and goes on with what was begun before. */

const FAULTS = ["lost-reply"] as const;

interface Options {
  readonly fault: readonly (typeof FAULTS)[number][];
}

export function addRotateKey(pos: Command, shell: Shell): void {
  pos
    .command("rotate-key <serialNumber>")
    .description("replaces the terminal's key by a new one, which the present one vouches for")
    .addOption(
      new Option("--fault <faults...>", "what goes wrong on the way").choices(FAULTS).default([], "nothing"),
    )
    .action(async (serialNumber: string, options: Options) => {
      await rotateKey(shell, serialNumber, options);
    });
}

async function rotateKey(shell: Shell, serialNumber: string, { fault }: Options): Promise<void> {
  const { world, screen, where, terminalOf: known, fail } = shell;
  const { url, dataDir } = where();
  const terminal = await known(serialNumber);
  const keys = await loadKeys(dataDir, serialNumber);
  if (keys === null) return fail("It shows a token that it was given: it has no key to replace.");
  const nextKey = keys.nextKey ?? newKeys().privateKey;
  await saveNextKey(dataDir, serialNumber, keys, nextKey);
  const next = terminalOf(url, serialNumber, nextKey, world.now);
  const body = { publicKey: spkiOf(nextKey), proof: await next.token() };
  screen.call("POST", "/pos/rotate_key", serialNumber);
  let answer = await terminal.client.request("POST", "/pos/rotate_key", body);
  if (fault.includes("lost-reply")) {
    screen.say("The reply is lost, and the terminal asks again:");
    screen.call("POST", "/pos/rotate_key", serialNumber);
    answer = await terminal.client.request("POST", "/pos/rotate_key", body);
  }
  // Its time may be over since a reply was lost for long: by then the new key is the present one.
  if (answer.status === 401) answer = await next.client.request("POST", "/pos/rotate_key", body);
  show(screen, answer.body, world);
  if (answer.status !== 200) return fail(`The server answered ${String(answer.status)}: the key stays.`);
  await saveTerminal(dataDir, serialNumber, nextKey, keys.encryptionKey);
}

/** SPKI, DER, base64. */
function spkiOf(privateKey: string): string {
  const publicKey = createPublicKey(createPrivateKey(privateKey));
  return publicKey.export({ format: "der", type: "spki" }).toString("base64");
}
