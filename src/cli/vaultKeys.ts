import { Argument, type Command, InvalidArgumentError } from "commander";
import { type VaultKeyInUse, vaultKeysInUse, type VaultKeyState } from "../engine/vaultKeys/inUse.ts";
import { keyringFileOf } from "../start/openDatabase.ts";
import { readSettings } from "../start/secretFiles.ts";
import { SetupError } from "../settings.ts";
import { retireKey, rotateKeyring } from "../vault/keyring.ts";
import { table } from "./answer.ts";
import { type ServicesWorld, withServices } from "./opened.ts";

const MEANING: { readonly [State in VaultKeyState]: string } = {
  WAITING: "waits until every instance has it",
  WRITTEN: "cards are written by it",
  OLDER: "cards are found by it",
};

/** `admittance keys rotate|vault|retire`: the keys by which the vault finds cards, also beside running servers. */
export function addVaultKeyCommands(keys: Command, world: ServicesWorld): void {
  const fileOf = (): string => keyringFileOf(readSettings(world.env));
  keys
    .command("rotate")
    .description("adds a new key to the vault's: cards are written by it once every instance has it")
    .action(async () => {
      const file = fileOf();
      const version = await rotateKeyring(file);
      world.answer(
        { file, version },
        `${file} has key ${String(version)} of the vault now. Back it up.`,
        "Instances that share this file read it by themselves; put it in place for every other one.",
      );
    });
  keys
    .command("vault")
    .description("the keys of the vault, and how many numbers are found by those that may retire")
    .action(async () => {
      await withServices(world, async (services) => {
        const { keys: items, lacking } = await vaultKeysInUse(services);
        const rows = items.map((one) => [String(one.version), MEANING[one.state], countOf(one)]);
        const waits = lacking === 0 ? [] : [`Instances that do not have the newest: ${String(lacking)}.`];
        world.answer({ items, lacking }, ...table(["key", "state", "numbers"], rows), ...waits);
      });
    });
  keys
    .command("retire")
    .description("takes a key by which nothing is found any more out of the vault's")
    .addArgument(new Argument("<version>", "as `keys vault` shows it").argParser(versionOf))
    .action(async (version: number) => {
      const file = fileOf();
      await withServices(world, async (services) => {
        const { keys: items } = await vaultKeysInUse(services);
        refuseInUse(items.find((one) => one.version === version) ?? null, version);
        await retireKey(file, version);
        world.answer({ file, version }, `${file} has no key ${String(version)} any more.`);
      });
    });
}

function countOf({ numbers }: VaultKeyInUse): string {
  return numbers === null ? "" : String(numbers);
}

function refuseInUse(found: VaultKeyInUse | null, version: number): void {
  if (found === null) throw new SetupError(`The vault has no key ${String(version)}.`);
  if (found.numbers === null)
    throw new SetupError(`Key ${String(version)} can't retire: it ${reason(found)}.`);
  if (found.numbers === 0) return;
  throw new SetupError(
    `Key ${String(version)} can't retire: ${String(found.numbers)} numbers are found by it alone. Each comes to the vault's key when it is seen again.`,
  );
}

function reason({ state }: VaultKeyInUse): string {
  return state === "WAITING" ? "waits to be used" : "is what cards are written by";
}

function versionOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give the number of a key.");
}
