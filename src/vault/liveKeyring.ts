import type { JWK } from "jose";
import type { Keyring, VaultKey } from "./keyring.ts";
import { newestKey } from "./keyring.ts";

/**
 * A keyring in use: the vault's keys may become more, and fewer, while it is. First comes the key that cards are written by;
 * those that only wait to be used are looked up by, like older ones.
 */
export class LiveKeyring implements Keyring {
  readonly id: string;
  readonly secrets: Buffer;
  readonly register: Buffer;
  readonly cardEncryption: JWK;
  #vault: readonly VaultKey[];
  #written: number;

  constructor(keyring: Keyring) {
    this.id = keyring.id;
    this.secrets = keyring.secrets;
    this.register = keyring.register;
    this.cardEncryption = keyring.cardEncryption;
    this.#vault = keyring.vault;
    this.#written = newestKey(keyring);
  }

  get vault(): readonly VaultKey[] {
    return this.#vault;
  }

  /** The version of the key that cards are written by. */
  get written(): number {
    return this.#written;
  }

  /** Goes by these keys of the vault from now on. */
  adopt({ vault }: Pick<Keyring, "vault">): void {
    this.#vault = ordered(vault, this.#written);
  }

  /** Cards are written by this key from now on; one that is not in the ring leaves everything as it is. */
  writeBy(version: number): void {
    if (version === this.#written || !this.#vault.some((one) => one.version === version)) return;
    this.#written = version;
    this.#vault = ordered(this.#vault, version);
  }
}

function ordered(vault: readonly VaultKey[], written: number): readonly VaultKey[] {
  const isFirst = ({ version }: VaultKey): boolean => version === written;
  const others = vault.filter((one) => !isFirst(one)).sort((a, b) => b.version - a.version);
  return [...vault.filter(isFirst), ...others];
}
