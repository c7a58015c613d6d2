import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { TrustTier } from "../../domain/codes.ts";
import type { LocationBody } from "../../domain/location/events.ts";
import { accountRangeList, NOTHING_OFFLINE } from "../../domain/offline/accountRangeList.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { Portfolio } from "../../domain/ruleset/evaluate/portfolio.ts";
import type { AccountRangeIndex, Piece } from "../../domain/accountRange.ts";
import type { Instant } from "../../domain/time.ts";
import type { PosRequest } from "../entry/request.ts";
import type { Services } from "../services.ts";
import { factsOf, signValidity } from "./listFacts.ts";
import { type ListKey, signingKey } from "./listKeys.ts";

/** A list as a terminal gets it. */
export interface DeliveredList {
  /** SHA-256 of the list's payload in base64url: the same for the same list, whoever makes and signs it. */
  readonly version: string;
  readonly issuedAt: string;
  readonly validUntil: string;
  /** Compact JWS of the list. */
  readonly list: string;
  /** Compact JWS: for which terminal the list counts, and until when. */
  readonly validity: string;
}

/** Of the newest that were made: as many as there are places whose terminals ask on the same morning. */
const REMEMBERED_LISTS = 2_000;
const REMEMBERED_BYTES = 64 * 1024 * 1024;

interface Made {
  readonly version: string;
  readonly payload: Buffer;
}

interface Source {
  readonly portfolio: Portfolio;
  readonly ranges: AccountRangeIndex;
  readonly pieces: readonly Piece[];
}

/** Makes account-range lists, and remembers what does not change between two terminals of a place. */
export class AccountRangeLists {
  readonly #services: Services;
  readonly #made = new LRUCache<string, Made>({
    max: REMEMBERED_LISTS,
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: ({ payload }) => payload.length + 256,
  });
  readonly #signed = new LRUCache<string, string>({
    max: REMEMBERED_LISTS,
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: (jws) => jws.length + 256,
  });
  #key: ListKey | null = null;
  /** What the remembered lists were made of. */
  #source: Source | null = null;

  constructor(services: Services) {
    this.#services = services;
  }

  /** The list for this terminal where it stands, as of what the request's round trip read. */
  async listFor(request: PosRequest): Promise<DeliveredList> {
    const { now } = request;
    const made = await this.#madeFor(request);
    const key = await signingKey(this.#services, this.#key);
    this.#key = key;
    const { serialNumber } = request.terminal.life;
    const said = await signValidity(key, {
      kind: "ACCOUNT_RANGES",
      version: made.version,
      serialNumber,
      now,
    });
    return { ...said, version: made.version, list: await this.#sign(key, made) };
  }

  /** What is signed: UTF-8 of the list as JSON. */
  async payloadFor(request: PosRequest): Promise<Buffer> {
    return (await this.#madeFor(request)).payload;
  }

  async #madeFor({ terminal, location, opening, now }: PosRequest): Promise<Made> {
    const trust = terminal.life.credential?.trust ?? "BEARER";
    const { portfolio } = await this.#services.rulesets.at(opening.rulesets);
    const ranges = await this.#services.accountRanges.at(opening.accountRanges);
    return this.#make(this.#sourceOf(portfolio, ranges), location, trust, now);
  }

  async #sign(key: ListKey, { version, payload }: Made): Promise<string> {
    const name = `${key.kid} ${version}`;
    let signed = this.#signed.get(name);
    if (signed === undefined) {
      signed = await key.sign(payload, "admittance-list+jws");
      this.#signed.set(name, signed);
    }
    return signed;
  }

  #sourceOf(portfolio: Portfolio, ranges: AccountRangeIndex): Source {
    const before = this.#source;
    if (before?.portfolio === portfolio && before.ranges === ranges) return before;
    const pieces = before?.ranges === ranges ? before.pieces : ranges.pieces();
    this.#source = { portfolio, ranges, pieces };
    this.#made.clear();
    return this.#source;
  }

  #make(
    { portfolio, pieces }: Source,
    location: RecordLife<LocationBody> | null,
    trust: TrustTier,
    now: Instant,
  ): Made {
    const name = `${location?.id ?? ""}@${String(location?.revision ?? 0)} ${trust}`;
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const content =
      location?.body.offlineAllowed === true
        ? accountRangeList(pieces, portfolio, { location: factsOf(location), trust, now })
        : NOTHING_OFFLINE;
    const payload = Buffer.from(
      JSON.stringify({ kind: "ACCOUNT_RANGES", format: 1, locationId: location?.id ?? null, ...content }),
    );
    const made = { version: createHash("sha256").update(payload).digest("base64url"), payload };
    this.#made.set(name, made);
    return made;
  }
}
