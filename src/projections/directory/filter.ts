import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DirectoryKind } from "../../database/readModels.ts";
import type { Database } from "../../database/schema.ts";
import type { TrustTier } from "../../domain/codes.ts";
import type { EnrollmentStatus } from "../../domain/enrollment/enrollment.ts";
import type { Metadata } from "../../domain/terminal/about.ts";
import { CONNECTION_LOST_AFTER } from "../../domain/policies.ts";
import type { RulesetPhase } from "../../domain/ruleset/stream.ts";
import { type Instant, SECOND } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { containing, inPlaces } from "../page.ts";
import { sortable } from "./evolve.ts";

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
  /** Of a terminal: what it has proven of itself. */
  readonly trust?: TrustTier | undefined;
  /** Of a terminal: `OPEN` while it holds a live connection; `CLOSED` where it does not. */
  readonly connection?: "OPEN" | "CLOSED" | undefined;
  /** Of a terminal: reports of it are missing. */
  readonly missesReports?: boolean | undefined;
  /** Of a paired terminal: it may decide by itself, and what it was sent for that has run out by then, or nothing was. */
  readonly listsOverAt?: Instant | undefined;
  /** Of an enrollment, at an instant: any of these. */
  readonly enrollment?: { readonly is: readonly EnrollmentStatus[]; readonly now: Instant } | undefined;
  /** Of an enrollment or an enrolled terminal: each of these is written to it. */
  readonly metadata?: Metadata | undefined;
  /** Of a terminal: it came by an enrollment. */
  readonly isEnrolled?: boolean | undefined;
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

const EQUALS = ["country", "service", "city", "status", "role"] as const;

/** The records of a kind that a filter finds, for whoever asks. */
export function foundRecords(
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
      join
        .onRef("l.id", "=", "r.location_id")
        .on("l.kind", "=", "location")
        .on("r.kind", "in", ["terminal", "enrollment"]),
    )
    .where("r.kind", "=", kind)
    .where("r.deleted", "=", false);
  if (places !== null) {
    switch (kind) {
      case "location":
        query = query.where((eb) => inPlaces(eb, places, { location: "r.id", merchant: "r.merchant_id" }));
        break;
      case "terminal":
      case "enrollment":
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

/** What is asked of terminals alone, and of the codes by which they come. */
function terminalConditions(filter: RecordFilter) {
  const { missesReports, listsOverAt, quietSince, enrollment, metadata, isEnrolled } = filter;
  const { trust, connection } = filter;
  return [
    ...(enrollment === undefined
      ? []
      : [sql<boolean>`${enrollmentStatusAt(enrollment.now)} = any(${[...enrollment.is]}::text[])`]),
    ...(isEnrolled === undefined
      ? []
      : [sql<boolean>`(json_typeof(r.state -> 'about') = 'object') = ${isEnrolled}`]),
    ...(metadata === undefined
      ? []
      : [
          sql<boolean>`coalesce(r.state -> 'metadata', r.state -> 'about' -> 'metadata')::jsonb
            @> ${JSON.stringify(metadata)}::jsonb`,
        ]),
    ...(trust === undefined
      ? []
      : trust === "CODE"
        ? [sql<boolean>`r.state ->> 'status' = 'CLAIMED'`]
        : [sql<boolean>`r.status = 'PAIRED' and r.state -> 'credential' ->> 'trust' = ${trust}`]),
    ...(connection === undefined ? [] : [sql<boolean>`coalesce(${CONNECTION}, 'CLOSED') = ${connection}`]),
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

/** As `statusAt` of the domain says it. */
function enrollmentStatusAt(now: Instant) {
  return sql<string>`case when r.status = 'PENDING' and (r.state ->> 'expiresAt')::float8 <= ${now}
    then 'EXPIRED' else r.status end`;
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
export function phaseAt(now: Instant) {
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

export const MERCHANT = sql<string | null>`coalesce(r.merchant_id, l.merchant_id)`;

/** Of a terminal: when it asked for something last, or was seen at the other end of its connection; null for never. */
export const LAST_SEEN = sql<Date | null>`case when r.kind = 'terminal' then
  (select greatest(s.seen_at, d.closed_at, case when d.closed_at is null then d.seen_at end)
   from terminal_sightings s left join device_connections d on d.serial_number = s.serial_number
   where s.serial_number = r.id and s.device = (r.state ->> 'device')::int) end`;

/** Of a terminal, by the database's clock: whether it holds a live connection; null for one that never had one. */
export const CONNECTION = sql<"OPEN" | "CLOSED" | null>`case when r.kind = 'terminal' then
  (select case when d.closed_at is null
      and d.seen_at > clock_timestamp() - make_interval(secs => ${sql.lit(CONNECTION_LOST_AFTER / SECOND)}::int)
    then 'OPEN' else 'CLOSED' end
   from device_connections d where d.serial_number = r.id) end`;
