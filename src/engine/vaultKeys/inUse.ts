import { newestKey } from "../../vault/keyring.ts";
import type { Services } from "../services.ts";
import { lackingHolders } from "./holders.ts";
import { vaultVersion } from "./version.ts";

/** What a key of the vault is for. */
export const VAULT_KEY_STATES = ["WAITING", "WRITTEN", "OLDER"] as const;
export type VaultKeyState = (typeof VAULT_KEY_STATES)[number];

export interface VaultKeyInUse {
  readonly version: number;
  readonly state: VaultKeyState;
  /** Numbers that are found by it alone; null for the newest, which all come to. */
  readonly numbers: number | null;
}

export interface VaultKeysInUse {
  readonly keys: readonly VaultKeyInUse[];
  /** Instances that serve without the newest key: the vault waits for them. */
  readonly lacking: number;
}

/** The keys of the vault, the newest first, and how many numbers are found by those that may retire. */
export async function vaultKeysInUse({ keyring, pool }: Services): Promise<VaultKeysInUse> {
  const newest = newestKey(keyring);
  const written = (await vaultVersion(pool)) ?? newest;
  const versions = keyring.vault.map(({ version }) => version).sort((a, b) => b - a);
  const counts = await numbersBy(
    { pool },
    versions.filter((version) => version < written),
  );
  const keys = versions.map((version): VaultKeyInUse => {
    if (version > written) return { version, state: "WAITING", numbers: null };
    if (version === written) return { version, state: "WRITTEN", numbers: null };
    return { version, state: "OLDER", numbers: counts.get(version) ?? 0 };
  });
  return { keys, lacking: await lackingHolders(pool, newest) };
}

/** How many numbers, and references of accounts, are found by these keys. */
async function numbersBy(
  { pool }: Pick<Services, "pool">,
  versions: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (versions.length === 0) return new Map();
  const { rows } = await pool.query<{ key_version: number; count: number }>(
    "select key_version, count(*)::int as count from card_alias where key_version = any($1) group by key_version",
    [versions],
  );
  return new Map(rows.map((row) => [row.key_version, row.count]));
}
