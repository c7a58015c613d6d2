import { stat } from "node:fs/promises";
import type { ReadKeyring } from "../engine/vaultKeys/keeper.ts";
import { SetupError } from "../settings.ts";
import { openKeyring } from "../vault/keyring.ts";

/**
 * Reads the keyring's file where it has changed since it was read last.
 * @param id of the installation's keyring: another's is refused
 * @returns what throws SetupError for a file that can't be used: the keys in use stay, and it is tried again
 */
export function watchedKeyring(path: string, id: string): ReadKeyring {
  let seen: string | null = null;
  return async () => {
    const stamp = await stampOf(path);
    if (stamp === null) throw new SetupError(`There is no keyring at ${path}.`);
    if (stamp === seen) return null;
    const { keyring } = await openKeyring(path);
    if (keyring.id !== id) throw new SetupError(`The keyring ${path} is not the one of this database.`);
    seen = stamp;
    return keyring;
  };
}

/** What changes with the file, also where it is a link. */
async function stampOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found === null ? null : `${String(found.ino)} ${String(found.mtimeMs)} ${String(found.size)}`;
}
