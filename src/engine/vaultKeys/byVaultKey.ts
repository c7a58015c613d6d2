import { OLD_VAULT_KEY, sqlState } from "../../database/sqlState.ts";
import { LogUnavailableError } from "../../eventlog/log.ts";
import type { Services } from "../services.ts";

/**
 * Runs what may write a card's hash by the ring's first key; once more where the vault has gone over to a newer one meanwhile.
 * @throws LogUnavailableError where this instance does not have that key
 */
export async function byVaultKey<Result>(
  { refreshKeyring }: Pick<Services, "refreshKeyring">,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) !== OLD_VAULT_KEY) throw error;
    await refreshKeyring();
  }
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) !== OLD_VAULT_KEY) throw error;
    throw new LogUnavailableError("the keyring lacks the key that the vault is written by", { cause: error });
  }
}
