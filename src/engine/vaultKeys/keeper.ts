import type { Keyring } from "../../vault/keyring.ts";
import { newestKey } from "../../vault/keyring.ts";
import type { LiveKeyring } from "../../vault/liveKeyring.ts";
import { Rounds } from "../rounds.ts";
import type { Outside } from "../services.ts";
import { forgetHolder, lackingHolders, sayHolder } from "./holders.ts";
import { raiseVaultVersion, vaultVersion } from "./version.ts";

/** So often an instance says again that it is there. Milliseconds. */
const SAY_MS = 15_000;

/** Of the keyring's file: null where it is as it was read last. */
export type ReadKeyring = () => Promise<Keyring | null>;

export type KeeperNeeds = Pick<Outside, "pool" | "logger" | "now" | "newId">;

/**
 * Keeps an instance's keyring at what its file says and the vault at its newest key: that is used once every instance that
 * serves has it. Until then it is only looked up by.
 */
export class VaultKeys {
  readonly #needs: KeeperNeeds;
  readonly #ring: LiveKeyring;
  readonly #read: ReadKeyring;
  readonly #instance: string;
  readonly #rounds: Rounds;
  #said = { version: 0, at: Number.NEGATIVE_INFINITY };
  #refreshing: Promise<void> | null = null;

  constructor(needs: KeeperNeeds, ring: LiveKeyring, read: ReadKeyring) {
    this.#needs = needs;
    this.#ring = ring;
    this.#read = read;
    this.#instance = needs.newId();
    this.#rounds = new Rounds(needs, "the vault's keys", async () => {
      await this.refresh();
      await this.#goOn();
    });
  }

  /** For an instance that serves: from now on the vault waits for it. */
  async start(): Promise<void> {
    await this.#say();
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
    // Without a database it is forgotten after a while.
    await forgetHolder(this.#needs.pool, this.#instance).catch(() => undefined);
  }

  /** The ring is then what the file and the database say. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#look().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  async #look(): Promise<void> {
    const read = await this.#read();
    if (read !== null) this.#adopt(read);
    const version = await vaultVersion(this.#needs.pool);
    if (version === null || version === this.#ring.written) return;
    this.#ring.writeBy(version);
    if (this.#ring.written === version)
      this.#needs.logger.info({ version }, "cards are written by a new key");
    else this.#needs.logger.error({ version }, "the keyring lacks the key that the vault is written by");
  }

  #adopt(read: Keyring): void {
    const before = versionsOf(this.#ring);
    this.#ring.adopt(read);
    const versions = versionsOf(this.#ring);
    if (String(before) !== String(versions))
      this.#needs.logger.info({ versions }, "the vault's keys have changed");
  }

  async #goOn(): Promise<void> {
    const { pool, now } = this.#needs;
    const version = newestKey(this.#ring);
    if (this.#said.version !== version || now() - this.#said.at >= SAY_MS) await this.#say();
    if (version <= this.#ring.written || (await lackingHolders(pool, version)) > 0) return;
    if (await raiseVaultVersion(pool, version)) await this.refresh();
  }

  /** That this instance is here, and which keys it has. */
  async #say(): Promise<void> {
    const { pool, now } = this.#needs;
    const version = newestKey(this.#ring);
    await sayHolder(pool, this.#instance, version);
    this.#said = { version, at: now() };
  }
}

function versionsOf({ vault }: Pick<Keyring, "vault">): readonly number[] {
  return vault.map(({ version }) => version).sort((a, b) => b - a);
}
