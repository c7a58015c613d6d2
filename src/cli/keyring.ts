import { Command } from "commander";
import { keyringFileOf } from "../start/openDatabase.ts";
import { readSettings } from "../start/secretFiles.ts";
import { rotateKeyring } from "../vault/keyring.ts";
import type { TransferWorld } from "./transferWorld.ts";

/** `admittance keyring`: the file with the installation's keys. */
export function keyringCommand(world: TransferWorld): Command {
  const keyring = new Command("keyring").description("the keys of this installation");
  keyring
    .command("rotate")
    .description("adds a new key to the vault's: cards are written by it from the next start on")
    .action(async () => {
      const file = keyringFileOf(readSettings(world.env));
      const version = await rotateKeyring(file);
      world.answer(
        { file, version },
        `${file} has key ${String(version)} of the vault now. Back it up.`,
        "Stop every instance, put this file in place on each, then start them.",
      );
    });
  return keyring;
}
