import { createHash } from "node:crypto";
import { sql } from "kysely";
import { LRUCache } from "lru-cache";
import type { TrustTier } from "../../../domain/codes.ts";
import type { LocationBody } from "../../../domain/location/events.ts";
import { NOBODY_BY_NAME, type WhitelistTerms, whitelistTerms } from "../../../domain/offline/whitelist.ts";
import type { RecordLife } from "../../../domain/record.ts";
import type { Portfolio } from "../../../domain/ruleset/evaluate/portfolio.ts";
import type { Instant } from "../../../domain/time.ts";
import { listKey } from "../../../vault/listHashing.ts";
import type { PosRequest } from "../../entry/request.ts";
import type { Services } from "../../services.ts";
import { factsOf, signValidity, type Validity } from "../listFacts.ts";
import { type ListKey, signingKey } from "../listKeys.ts";
import { listedGroups } from "./groups.ts";
import { locationSecret, type LocationSecret } from "./locationSecrets.ts";

/** A whitelist for a terminal. */
export interface DeliveredWhitelist extends Validity {
  /** SHA-256 of the list's payload in base64url: the same for all terminals of a place. */
  readonly version: string;
  /** The list: compact JWS, not to be sent as it is. */
  readonly signed: () => Promise<string>;
}

const REMEMBERED_LISTS = 2_000;
/** Some forty lists of 100,000 cards. */
const REMEMBERED_BYTES = 128 * 1024 * 1024;
/** An entry costs so much beside its text. */
const ENTRY_BYTES = 256;

/** What a list is made of; remembered lists go by what stands here. */
interface Scene {
  readonly location: RecordLife<LocationBody> | null;
  readonly terms: WhitelistTerms;
  /** Null where nobody is let in by name. */
  readonly secret: LocationSecret | null;
  readonly now: Instant;
}

interface Made {
  readonly version: string;
  /** Compact JWS. */
  readonly signed: string;
}

/** Makes whitelists. What does not change between two terminals of a place is made once. */
export class Whitelists {
  readonly #services: Services;
  /** Of many places; the lists themselves of few. */
  readonly #versions = new LRUCache<string, string>({ max: REMEMBERED_LISTS });
  readonly #signed = new LRUCache<string, string>({
    max: REMEMBERED_LISTS,
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: (jws) => jws.length + ENTRY_BYTES,
  });
  /** Under way: those who ask for the same at once wait for the same. */
  readonly #making = new Map<string, Promise<Made>>();
  #portfolio: Portfolio | null = null;
  #key: ListKey | null = null;

  constructor(services: Services) {
    this.#services = services;
  }

  /** For this terminal where it stands, as of what the request's round trip read. */
  async listFor({ terminal, location, opening, now }: PosRequest): Promise<DeliveredWhitelist> {
    const { life } = terminal;
    const { portfolio } = await this.#services.rulesets.at(opening.rulesets);
    if (this.#portfolio !== portfolio) {
      this.#portfolio = portfolio;
      this.#versions.clear();
      this.#signed.clear();
    }
    const trust = life.credential?.trust ?? "BEARER";
    const terms = termsAt(portfolio, location, trust, now);
    const isForNobody = location === null || terms.terms.length === 0;
    const secret = isForNobody ? null : await locationSecret(this.#services, location.id);
    const key = await signingKey(this.#services, this.#key);
    this.#key = key;
    const name = `${location?.id ?? ""}@${String(location?.revision ?? 0)} ${trust} ${secret?.keyId ?? ""} ${await this.#uploadsFor(location, terms)}`;
    const scene = { location, terms, secret, now };
    const version = this.#versions.get(name) ?? (await this.#make(name, key, scene)).version;
    const { serialNumber } = life;
    const said = await signValidity(key, { kind: "WHITELIST", version, serialNumber, now });
    return { ...said, version, signed: async () => await this.#signedList(name, key, scene) };
  }

  /** The last upload of the place and of each ruleset there. */
  async #uploadsFor(location: Scene["location"], { ofRuleset }: WhitelistTerms): Promise<string> {
    const scopes = [...(location === null ? [] : [location.id]), ...ofRuleset.keys()];
    const row = await this.#services.db
      .selectFrom("whitelist_uploads")
      .select(sql<string | null>`max(seq)::text`.as("last"))
      .where(sql<boolean>`scope_id = any(${scopes}::text[])`)
      .executeTakeFirst();
    return row?.last ?? "";
  }

  async #signedList(name: string, key: ListKey, scene: Scene): Promise<string> {
    const known = this.#signed.get(`${key.kid} ${name}`);
    if (known !== undefined) return known;
    return (await this.#make(name, key, scene)).signed;
  }

  async #make(name: string, key: ListKey, scene: Scene): Promise<Made> {
    const under = `${key.kid} ${name}`;
    const making = this.#making.get(under) ?? this.#makeOnce(name, key, scene);
    this.#making.set(under, making);
    try {
      return await making;
    } finally {
      this.#making.delete(under);
    }
  }

  async #makeOnce(name: string, key: ListKey, { location, terms, secret, now }: Scene): Promise<Made> {
    const groups =
      location === null || secret === null
        ? []
        : await listedGroups(this.#services, location.id, terms, secret.secret, now);
    const isEmpty = groups.length === 0 || secret === null;
    const payload = Buffer.from(
      JSON.stringify({
        kind: "WHITELIST",
        format: 1,
        locationId: location?.id ?? null,
        keyId: isEmpty ? null : secret.keyId,
        secrets: isEmpty
          ? null
          : {
              listKey: listKey(this.#services.keyring).toString("base64url"),
              locationSecret: secret.secret.toString("base64url"),
            },
        terms: isEmpty ? [] : terms.terms,
        groups,
      }),
    );
    const version = createHash("sha256").update(payload).digest("base64url");
    const signed = await key.sign(payload, "admittance-whitelist+jws");
    this.#signed.set(`${key.kid} ${name}`, signed);
    this.#versions.set(name, version);
    return { version, signed };
  }
}

/** Nobody is let in by name where the place allows nothing offline. */
export function termsAt(
  portfolio: Portfolio,
  location: RecordLife<LocationBody> | null,
  trust: TrustTier,
  now: Instant,
): WhitelistTerms {
  return location?.body.offlineAllowed === true
    ? whitelistTerms(portfolio, { location: factsOf(location), trust, now })
    : NOBODY_BY_NAME;
}
