import { type Kysely, type RawBuilder, sql } from "kysely";
import type pg from "pg";
import { isPaired, type TerminalLife } from "../../domain/terminal/terminal.ts";
import type { RulesetPhase } from "../../domain/ruleset/stream.ts";
import { type Instant, iso, isoOrNull } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import {
  containing,
  COUNT_LIMIT,
  inPlaces,
  instantSortKeyOf,
  limitOf,
  type Page,
  pageOf,
  type PageRequest,
  sortKeyOf,
} from "../page.ts";
import type { Database } from "../../database/schema.ts";
import { createKysely } from "../../database/pool.ts";
import type { DirectoryKind } from "../../database/readModels.ts";
import { sortable, type States } from "./evolve.ts";

/** Filters that a kind has no column for find nothing. */
export interface RecordFilter {
  /** Anywhere in the name, whatever the case and accents; of a terminal in its serial number. */
  readonly name?: string | undefined;
  readonly country?: string | undefined;
  readonly service?: string | undefined;
  readonly city?: string | undefined;
  /** Of a terminal. */
  readonly locationId?: string | undefined;
  /** Of a location, or of a terminal's location. */
  readonly merchantId?: string | undefined;
  /** `PAIRED`, `NOT_PAIRED` of a terminal; `DRAFT`, `PUBLISHED`, `RETIRED` of a ruleset; `ACTIVE`, `INVITED`, `DISABLED` of a user. */
  readonly status?: string | undefined;
  /** Of a terminal: `REGISTERED`, `ACTIVE`, `SUSPENDED`, `REVOKED`. */
  readonly state?: string | undefined;
  /** Of a terminal: it was paired before, and no card was tried at it since. */
  readonly quietSince?: Instant | undefined;
  /** Of a terminal: reports of it are missing. */
  readonly missesReports?: boolean | undefined;
  /** Of a paired terminal: it may decide by itself, and what it was sent for that has run out by then, or nothing was. */
  readonly listsOverAt?: Instant | undefined;
  /** Of a ruleset, at an instant. */
  readonly phase?: { readonly is: RulesetPhase; readonly now: Instant } | undefined;
  /** Of a ruleset: its newest body names it; one that names none is for all. */
  readonly criteria?: { readonly [Name in Criterion]?: string | undefined } | undefined;
  /** Of a ruleset: its newest body limits what all cards may use together, or wants something spent. */
  readonly hasBudget?: boolean | undefined;
  readonly hasSpend?: boolean | undefined;
  /** Whatever the case. */
  readonly email?: string | undefined;
  readonly role?: string | undefined;
  /** Of a user: anywhere in it, whatever the case. */
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}

const CRITERIA = ["services", "issuerCountries", "productCodes"] as const;
type Criterion = (typeof CRITERIA)[number] | "ica";

export type RecordSort = "name" | "-name" | "modifiedAt" | "-modifiedAt";

/** The kinds that are listed as they are folded; terminals are listed by their public part. */
export type OpenKind = Exclude<DirectoryKind, "terminal">;

/** A terminal without its pairing code's hash and its keys. */
export type ListedTerminal = ReturnType<typeof toTerminal>;

interface Found<State> {
  readonly id: string;
  readonly name_key: string;
  readonly modified_at: Date;
  readonly merchant_id: string | null;
  readonly last_attempt_at: Date | null;
  readonly state: State;
}

const EQUALS = ["country", "service", "city", "status", "role"] as const;

/** Asks the records that are not deleted. What someone may not see is left out by the query itself. */
export class Directory {
  readonly #db: Kysely<Database>;

  constructor(pool: pg.Pool) {
    this.#db = createKysely(pool);
  }

  /**
   * @throws InvalidCursorError
   * @throws RangeError for a limit out of 1 to 500
   */
  async list<Kind extends OpenKind>(
    kind: Kind,
    filter: RecordFilter,
    visibility: Visibility,
    page: PageRequest<RecordSort>,
  ): Promise<Page<States[Kind]>> {
    return await this.#list(kind, filter, visibility, page, ({ state }: Found<States[Kind]>) => state);
  }

  /** Null where there is none, or none they may see. */
  async get<Kind extends OpenKind>(
    kind: Kind,
    id: string,
    visibility: Visibility,
  ): Promise<States[Kind] | null> {
    const row = await this.#one<States[Kind]>(kind, id, visibility);
    return row?.state ?? null;
  }

  /** How many of the rulesets that the filter finds are in each phase; a phase without any is not there. */
  async phases(
    filter: RecordFilter,
    visibility: Visibility,
    now: Instant,
  ): Promise<ReadonlyMap<string, number>> {
    const found = foundRecords(this.#db, "ruleset", filter, visibility).select(phaseAt(now).as("phase"));
    const rows = await this.#db
      .selectFrom(found.as("found"))
      .select(["phase", sql<number>`count(*)::int`.as("count")])
      .groupBy("phase")
      .execute();
    return new Map(rows.map(({ phase, count }) => [phase, count]));
  }

  /** As {@link list}, each with the merchant of its location as it is now. */
  async terminals(
    filter: RecordFilter,
    visibility: Visibility,
    page: PageRequest<RecordSort>,
  ): Promise<Page<ListedTerminal>> {
    return await this.#list("terminal", filter, visibility, page, toTerminal);
  }

  async terminal(serialNumber: string, visibility: Visibility): Promise<ListedTerminal | null> {
    const row = await this.#one<TerminalLife>("terminal", serialNumber, visibility);
    return row === undefined ? null : toTerminal(row);
  }

  async #list<State, Item>(
    kind: DirectoryKind,
    filter: RecordFilter,
    visibility: Visibility,
    page: PageRequest<RecordSort>,
    item: (row: Found<State>) => Item,
  ): Promise<Page<Item>> {
    const { sort = "name" } = page;
    const limit = limitOf(page);
    const byName = sort === "name" || sort === "-name";
    const after = byName ? sortKeyOf(page.cursor, sort) : instantSortKeyOf(page.cursor, sort);
    const direction = sort.startsWith("-") ? "desc" : "asc";
    const beyond = direction === "asc" ? sql`>` : sql`<`;
    const column = byName ? "r.name_key" : "r.modified_at";
    const found = foundRecords(this.#db, kind, filter, visibility);
    let rows = shown(found)
      .orderBy(column, direction)
      .orderBy("r.id", direction)
      .limit(limit + 1);
    if (after !== null) {
      const value = "at" in after ? after.at : after.value;
      rows = rows.where(sql<boolean>`(${sql.ref(column)}, r.id) ${beyond} (${value}, ${after.id})`);
    }
    const [items, counted] = await Promise.all([
      rows.$castTo<Found<State>>().execute(),
      this.#db
        .selectFrom(found.select("r.id").limit(COUNT_LIMIT).as("found"))
        .select(sql<number>`count(*)::int`.as("count"))
        .executeTakeFirstOrThrow(),
    ]);
    const place = (row: Found<State>) => ({
      value: byName ? row.name_key : row.modified_at.toISOString(),
      id: row.id,
    });
    return pageOf(items, limit, sort, counted.count, place, item);
  }

  /** The state's type goes with the kind, which SQL can't know. */
  async #one<State>(kind: DirectoryKind, id: string, visibility: Visibility) {
    const found = shown(foundRecords(this.#db, kind, {}, visibility)).where("r.id", "=", id);
    return await found.$castTo<Found<State>>().executeTakeFirst();
  }
}

function shown(found: ReturnType<typeof foundRecords>) {
  return found.select([
    "r.id",
    "r.name_key",
    "r.modified_at",
    "r.state",
    MERCHANT.as("merchant_id"),
    LAST_ATTEMPT.as("last_attempt_at"),
  ]);
}

/** Other kinds than terminals have none, and are not looked for. */
const LAST_ATTEMPT = sql<Date | null>`case when r.kind = 'terminal' then
  (select max(o.at) from operations o where o.terminal = r.id) end`;

function foundRecords(
  db: Kysely<Database>,
  kind: DirectoryKind,
  filter: RecordFilter,
  { places, icas }: Visibility,
) {
  const { name, email, locationId, merchantId, state } = filter;
  let query = db
    .selectFrom("records as r")
    // Where a terminal stands is its own; whose place that is, its location's.
    .leftJoin("records as l", (join) =>
      join.onRef("l.id", "=", "r.location_id").on("l.kind", "=", "location").on("r.kind", "=", "terminal"),
    )
    .where("r.kind", "=", kind)
    .where("r.deleted", "=", false);
  if (places !== null) {
    switch (kind) {
      case "location":
        query = query.where((eb) => inPlaces(eb, places, { location: "r.id", merchant: "r.merchant_id" }));
        break;
      case "terminal":
        query = query.where((eb) =>
          inPlaces(eb, places, { location: "r.location_id", merchant: "l.merchant_id" }),
        );
        break;
      case "merchant":
        query = query.where(
          sql<boolean>`(r.id = any(${[...places.merchantIds]}::text[]) or exists (
            select 1 from records p where p.kind = 'location' and p.merchant_id = r.id
               and p.id = any(${[...places.locationIds]}::text[])))`,
        );
        break;
      case "ruleset":
        query = query.where(rulesetConcerns(places));
        break;
      default:
        // Users and keys stand nowhere.
        break;
    }
  }
  if (icas !== null && kind === "ruleset") {
    // A ruleset that names no ICA is for every issuer's cards.
    query = query.where(sql<boolean>`(r.icas is null or r.icas && ${[...icas]}::text[])`);
  }
  for (const column of EQUALS) {
    const value = filter[column];
    if (value !== undefined && !(kind === "user" && column === "status"))
      query = query.where(`r.${column}`, "=", value);
  }
  if (kind === "user" && filter.status !== undefined) query = query.where(userStatus(filter.status));
  if (name !== undefined) query = query.where("r.name_key", "like", containing(sortable(name)));
  for (const member of ["firstName", "lastName"] as const) {
    const wanted = filter[member];
    if (wanted === undefined) continue;
    query = query.where(sql<boolean>`strpos(lower(r.state -> 'body' ->> ${member}), lower(${wanted})) > 0`);
  }
  if (kind === "ruleset") query = query.where(and(rulesetFilters(filter)));
  if (email !== undefined) query = query.where(sql<boolean>`lower(r.email) = lower(${email})`);
  if (locationId !== undefined) query = query.where("r.location_id", "=", locationId);
  if (merchantId !== undefined) query = query.where(MERCHANT, "=", merchantId);
  if (state !== undefined) query = query.where(sql<boolean>`r.state ->> 'status' = ${state}`);
  for (const condition of terminalConditions(filter)) query = query.where(condition);
  return query;
}

/** What is asked of terminals alone. */
function terminalConditions({ missesReports, listsOverAt, quietSince }: RecordFilter) {
  return [
    ...(missesReports === undefined
      ? []
      : [
          sql<boolean>`(json_array_length(r.state -> 'numbers') > 1
            or coalesce((r.state -> 'numbers' -> 0 ->> 0)::int, 1) > 1) = ${missesReports}`,
        ]),
    ...(listsOverAt === undefined
      ? []
      : [
          sql<boolean>`r.status = 'PAIRED'
            and (l.state -> 'body' ->> 'offlineAllowed')::boolean
            and not exists (select 1 from json_array_elements(r.state -> 'lists') sent
                             where sent ->> 'list' = 'ACCOUNT_RANGES'
                               and (sent ->> 'validUntil')::float8 > ${listsOverAt})`,
        ]),
    ...(quietSince === undefined
      ? []
      : [
          sql<boolean>`r.status = 'PAIRED'
            and (r.state -> 'credential' ->> 'since')::float8 < ${quietSince}
            and not exists (select 1 from operations o where o.terminal = r.id and o.at >= ${new Date(quietSince)})`,
        ]),
  ];
}

/** Somebody without a password was invited and has not come yet. */
function userStatus(status: string) {
  const isKnown = sql`exists (select 1 from user_passwords p where p.user_id = r.id)`;
  switch (status) {
    case "DISABLED":
      return sql<boolean>`r.status = 'DISABLED'`;
    case "INVITED":
      return sql<boolean>`(r.status = 'ENABLED' and not ${isKnown})`;
    case "ACTIVE":
      return sql<boolean>`(r.status = 'ENABLED' and ${isKnown})`;
    default:
      return sql<boolean>`false`;
  }
}

function lengthOf(list: RawBuilder<unknown>) {
  return sql`case when json_typeof(${list}) = 'array' then json_array_length(${list}) else 0 end`;
}

const NEWEST_BODY = sql`coalesce(r.state -> 'versions' -> -1 -> 'body', r.state -> 'draft')`;

function and(conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return conditions.length === 0 ? sql<boolean>`true` : sql.join([...conditions], sql` and `);
}

function rulesetFilters(filter: RecordFilter): readonly RawBuilder<boolean>[] {
  const { phase, criteria = {}, hasBudget, hasSpend } = filter;
  const found: RawBuilder<boolean>[] = [];
  if (phase !== undefined) found.push(sql`${phaseAt(phase.now)} = ${phase.is}`);
  for (const name of CRITERIA) {
    const value = criteria[name];
    if (value === undefined) continue;
    const list = sql`${NEWEST_BODY} -> 'criteria' -> ${sql.lit(name)}`;
    found.push(sql`(${lengthOf(list)} = 0 or (${list})::jsonb ? ${value})`);
  }
  if (criteria.ica !== undefined) found.push(sql`(r.icas is null or ${criteria.ica} = any(r.icas))`);
  for (const [member, wanted] of [
    ["totalUsage", hasBudget],
    ["spend", hasSpend],
  ] as const) {
    if (wanted === undefined) continue;
    const has = sql`json_typeof(${NEWEST_BODY} -> ${sql.lit(member)}) = 'object'`;
    found.push(sql`coalesce(${has}, false) = ${wanted}`);
  }
  return found;
}

/** As `phaseAt` of the domain says it. */
function phaseAt(now: Instant) {
  const from = sql`(v ->> 'inForceFrom')::float8`;
  const to = sql`(v ->> 'inForceTo')::float8`;
  const version = sql`coalesce(
    (select v from json_array_elements(r.state -> 'versions') v
      where ${from} <= ${now} and (${to} is null or ${now} < ${to}) limit 1),
    r.state -> 'versions' -> -1)`;
  return sql<string>`case when r.status <> 'PUBLISHED' then r.status else (
    select case
      when ${from} > ${now} then 'SCHEDULED'
      when ${to} <= ${now} or (v -> 'body' ->> 'validTo')::timestamptz <= ${new Date(now)} then 'ENDED'
      else 'IN_FORCE' end
    from (select ${version} as v) current) end`;
}

/** One that names countries, or no place at all, is for every place. */
function rulesetConcerns(places: NonNullable<Visibility["places"]>) {
  const named = sql`${NEWEST_BODY} -> 'criteria' -> 'locations'`;
  return sql<boolean>`(
    ${lengthOf(sql`${named} -> 'countries'`)} > 0
    or ${lengthOf(sql`${named} -> 'locationIds'`)} = 0
    or exists (
      select 1 from json_array_elements_text(
        case when json_typeof(${named} -> 'locationIds') = 'array' then ${named} -> 'locationIds' else '[]' end) named(id)
      join records p on p.kind = 'location' and p.id = named.id and not p.deleted
      where p.id = any(${[...places.locationIds]}::text[]) or p.merchant_id = any(${[...places.merchantIds]}::text[])))`;
}

const MERCHANT = sql<string | null>`coalesce(r.merchant_id, l.merchant_id)`;

function toTerminal({ state, merchant_id, last_attempt_at }: Found<TerminalLife>) {
  const { enrollment, credential } = state;
  return {
    serialNumber: state.serialNumber,
    revision: state.revision,
    status: state.status,
    paired: isPaired(state),
    locationId: state.locationId,
    merchantId: merchant_id,
    profile: state.profile,
    lastAttemptAt: isoOrNull(last_attempt_at?.getTime() ?? null),
    enrollment:
      enrollment.status === "NONE"
        ? { status: enrollment.status, issuedAt: null, expiresAt: null }
        : {
            status: enrollment.status,
            issuedAt: iso(enrollment.issuedAt),
            expiresAt: iso(enrollment.expiresAt),
          },
    credential:
      credential === null
        ? null
        : {
            id: credential.id,
            status: credential.status,
            trust: credential.trust,
            since: iso(credential.since),
          },
    lists: state.lists,
    numbers: state.numbers,
    reportedAt: state.reportedAt,
    createdAt: state.createdAt,
    createdBy: state.createdBy,
    modifiedAt: state.modifiedAt,
    modifiedBy: state.modifiedBy,
  };
}
