import { type Kysely, sql } from "kysely";
import { ADVISORY_LOCKS } from "../../database/advisoryLocks.ts";
import type { Database } from "../../database/schema.ts";
import { DAY } from "../../domain/time.ts";
import type { Keyring } from "../../vault/keyring.ts";
import { seal, SEALING_NONCE_BYTES, unseal } from "../../vault/sealing.ts";
import { type Authority, makeAuthority, validUntil } from "../../vault/x509.ts";

/**
 * The own authorities: a root that devices trust, and an intermediate that signs for them. Made when they are first
 * needed; their private keys are in the database, sealed under the keyring. Validity is real time.
 */

interface Needs {
  readonly db: Kysely<Database>;
  readonly keyring: Keyring;
  /** Real time. */
  readonly now: () => number;
  readonly randomBytes: (count: number) => Buffer;
}

const PURPOSE = "certificate authorities";
const ROOT_LIVES = 20 * 365 * DAY;
const INTERMEDIATE_LIVES = 5 * 365 * DAY;
/** An intermediate that would end within this is followed by another, so that it outlives what it signs. */
const INTERMEDIATE_LASTS = 400 * DAY;
/** Clocks of devices may be a little behind. */
const BEFORE = DAY;

interface Stored {
  readonly id: string;
  readonly parent: string | null;
  readonly pem: string;
  readonly sealed: Buffer;
}

/** An authority's certificate, without its key. */
export interface KnownAuthority {
  readonly id: string;
  readonly pem: string;
  readonly isRoot: boolean;
}

export class CertificateAuthorities {
  readonly #needs: Needs;
  #opened: Authority | null = null;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The one that signs now. */
  async issuing(): Promise<Authority> {
    const stored = this.#soundIn(await this.#all()) ?? (await this.#make(null));
    if (this.#opened?.id === stored.id) return this.#opened;
    this.#opened = open(this.#needs, stored);
    return this.#opened;
  }

  /** Every one that still counts, the newest first. Where there is none yet it is made. */
  async trusted(): Promise<readonly KnownAuthority[]> {
    await this.issuing();
    const now = this.#needs.now();
    return (await this.#all())
      .filter(({ pem }) => now < validUntil(pem))
      .map(({ id, pem, parent }) => ({ id, pem, isRoot: parent === null }));
  }

  /** What stands above a certificate that this authority signed: itself, then its root. PEM. */
  async chainOf(issuer: string): Promise<readonly string[]> {
    const all = await this.#all();
    const intermediate = all.find(({ id }) => id === issuer);
    const root = all.find(({ id }) => id === intermediate?.parent);
    return [intermediate, root].flatMap((one) => (one === undefined ? [] : [one.pem]));
  }

  /** A new root and a new intermediate sign from here on. Those before them are trusted until they run out. */
  async rotate(): Promise<string> {
    const current = this.#soundIn(await this.#all());
    return (await this.#make(current?.id ?? null)).parent ?? "";
  }

  async #all(db: Needs["db"] = this.#needs.db): Promise<readonly Stored[]> {
    return await db
      .selectFrom("certificate_authorities")
      .select(["id", "parent", "pem", "sealed"])
      .orderBy("made_at", "desc")
      .orderBy("id", "desc")
      .execute();
  }

  #soundIn(all: readonly Stored[]): Stored | null {
    const newest = all.find(({ parent }) => parent !== null);
    const isSound = newest !== undefined && this.#needs.now() + INTERMEDIATE_LASTS < validUntil(newest.pem);
    return isSound ? newest : null;
  }

  /**
   * Of several instances that make one at once, one does; the others take what it made.
   *
   * @param replaced the sound one that is to be replaced, with its root
   */
  async #make(replaced: string | null): Promise<Stored> {
    return await this.#needs.db.transaction().execute(async (db) => {
      await sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.certificateAuthorities})`.execute(db);
      const all = await this.#all(db);
      const current = this.#soundIn(all);
      if (current !== null && current.id !== replaced) return current;
      const root = replaced === null ? this.#lastingRoot(all) : null;
      const parent = root ?? (await this.#keep(db, null, ROOT_LIVES));
      return await this.#keep(db, parent, INTERMEDIATE_LIVES);
    });
  }

  /** The newest root, if it outlives an intermediate that is signed now. */
  #lastingRoot(all: readonly Stored[]): Stored | null {
    const root = all.find(({ parent }) => parent === null);
    const lasts = root !== undefined && this.#needs.now() + INTERMEDIATE_LIVES < validUntil(root.pem);
    return lasts ? root : null;
  }

  async #keep(db: Needs["db"], parent: Stored | null, lives: number): Promise<Stored> {
    const { keyring, now, randomBytes } = this.#needs;
    // Letters in front: hex digits alone may all be decimal, and then read as a card number.
    const id = `ca-${randomBytes(8).toString("hex")}`;
    const name = `Admittance ${parent === null ? "root" : "issuing"} ${id.slice(3, 11)}`;
    const validity = { notBefore: now() - BEFORE, notAfter: now() + lives };
    const made = await makeAuthority(
      { id, name, random: randomBytes(16), ...validity },
      parent === null ? null : open(this.#needs, parent),
    );
    const nonce = randomBytes(SEALING_NONCE_BYTES);
    const stored = {
      id,
      parent: parent?.id ?? null,
      pem: made.pem,
      sealed: seal(keyring, PURPOSE, id, made.privateKey, nonce),
    };
    const made_at = new Date(now());
    await db
      .insertInto("certificate_authorities")
      .values({ ...stored, made_at })
      .execute();
    return stored;
  }
}

function open({ keyring }: Needs, { id, pem, sealed }: Stored): Authority {
  return { id, pem, privateKey: unseal(keyring, PURPOSE, id, sealed) };
}
