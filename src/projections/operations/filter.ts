import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from "kysely";
import type { Database } from "../../database/schema.ts";
import type { ReviewDecision } from "../../domain/card/offline/events.ts";
import type { OperationStatus } from "../../database/readModels.ts";
import type { Instant } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { inIcas, inPlaces } from "../page.ts";
import { type PlaceZone, localTime } from "../placeZones.ts";

type Several = readonly string[] | undefined;

/** What operations are narrowed down by: of several values any, of several members all. */
export interface OperationFilter {
  readonly status?: readonly OperationStatus[] | undefined;
  readonly code?: Several;
  readonly type?: Several;
  /** Of the cardholder. */
  readonly cost?: Several;
  readonly paymentStatus?: Several;
  /** Charged in it. */
  readonly currency?: Several;
  readonly flag?: Several;
  /** Of what terminals decided by themselves. */
  readonly review?: readonly ("WAITING" | ReviewDecision)[] | undefined;
  readonly entryMode?: Several;
  readonly trust?: Several;
  readonly terminal?: Several;
  readonly locationId?: Several;
  readonly merchantId?: Several;
  readonly service?: Several;
  /** Of the location. */
  readonly country?: Several;
  readonly rulesetId?: Several;
  readonly rulesetVersion?: readonly number[] | undefined;
  readonly ica?: Several;
  readonly issuerCountry?: Several;
  readonly productCode?: Several;
  readonly cardId?: string | undefined;
  readonly requestId?: string | undefined;
  /** Of the card number: the first digits, six at most. */
  readonly bin?: string | undefined;
  readonly last4?: string | undefined;
  /** With guests, or without any. */
  readonly guests?: boolean | undefined;
  /** 1 for Monday to 7, by the clocks of `tz`, or where it is absent by those of each place. */
  readonly weekday?: readonly number[] | undefined;
  /** 0 to 23, as `weekday`. */
  readonly hour?: readonly number[] | undefined;
  /** An IANA zone. */
  readonly tz?: string | undefined;
  /** Requested at or after. */
  readonly from?: Instant | undefined;
  /** Requested before. */
  readonly to?: Instant | undefined;
}

const AMONG = [
  ["code", "code"],
  ["type", "type"],
  ["cost", "cost"],
  ["paymentStatus", "payment_status"],
  ["currency", "charged_currency"],
  ["entryMode", "entry_mode"],
  ["trust", "trust"],
  ["terminal", "terminal"],
  ["locationId", "location_id"],
  ["merchantId", "merchant_id"],
  ["service", "service"],
  ["country", "country"],
  ["rulesetId", "ruleset_id"],
  ["ica", "ica"],
  ["issuerCountry", "issuer_country"],
  ["productCode", "product_code"],
] as const;

type Builder = ExpressionBuilder<Database, "operations">;
type Condition = ExpressionWrapper<Database, "operations", SqlBool>;

/** Whether the filter looks at clocks: then the zones of the places have to be known. */
export function looksAtClocks({ weekday, hour }: OperationFilter): boolean {
  return weekday !== undefined || hour !== undefined;
}

/** @param now business time: an open grant past its end has lapsed */
export function matches(
  eb: Builder,
  filter: OperationFilter,
  { places, icas }: Visibility,
  now: Instant,
  zones: readonly PlaceZone[],
): Condition {
  const { rulesetVersion, cardId, requestId, guests, flag, from, to } = filter;
  return eb.and([
    inPlaces(eb, places, { location: "operations.location_id", merchant: "operations.merchant_id" }),
    inIcas(eb, icas, "operations.ica"),
    ...AMONG.flatMap(([name, column]) => {
      const values = filter[name];
      return values === undefined ? [] : [isAmong(eb, column, values)];
    }),
    ...(filter.status === undefined ? [] : [hasStatus(eb, filter.status, now)]),
    ...(rulesetVersion === undefined ? [] : [eb("operations.ruleset_version", "in", rulesetVersion)]),
    ...(cardId === undefined ? [] : [eb("operations.card_id", "=", cardId)]),
    ...(requestId === undefined ? [] : [eb("operations.request_id", "=", requestId)]),
    ...(from === undefined ? [] : [eb("operations.at", ">=", new Date(from))]),
    ...(to === undefined ? [] : [eb("operations.at", "<", new Date(to))]),
    ...(guests === undefined ? [] : [sql<SqlBool>`(${HEADS} > 0) = ${guests}`]),
    // The first condition is that of the index.
    ...(flag === undefined
      ? []
      : [sql<SqlBool>`cardinality(operations.flags) > 0 and operations.flags && ${[...flag]}::text[]`]),
    ...(filter.review === undefined ? [] : [isReviewed(eb, filter.review)]),
    ...ofCard(filter),
    ...byClock(filter, zones),
  ]);
}

const HEADS = sql`operations.adults_free + operations.adults_paid + operations.children_free
  + operations.children_paid + operations.free_children`;

/** One value is compared with `=`: an index of this column and the date then gives the rows in order. */
function isAmong(eb: Builder, column: (typeof AMONG)[number][1], values: readonly string[]): Condition {
  const [first, ...others] = values;
  return first !== undefined && others.length === 0
    ? eb(`operations.${column}`, "=", first)
    : eb(`operations.${column}`, "in", [...values]);
}

function hasStatus(eb: Builder, statuses: readonly OperationStatus[], now: Instant): Condition {
  const lapsed = sql<SqlBool>`(operations.status = 'PENDING' and operations.expires_at <= ${new Date(now)})`;
  const stored = statuses.filter((status) => status !== "PENDING");
  return eb.or([
    ...stored.map((status) => eb("operations.status", "=", status)),
    ...(statuses.includes("EXPIRED") ? [lapsed] : []),
    ...(statuses.includes("PENDING")
      ? [eb.and([eb("operations.status", "=", "PENDING"), eb.not(lapsed)])]
      : []),
  ]);
}

function isReviewed(eb: Builder, wanted: readonly ("WAITING" | ReviewDecision)[]): Condition {
  const decided = wanted.filter((one) => one !== "WAITING");
  return eb.or([
    ...(wanted.includes("WAITING") ? [sql<SqlBool>`operations.waits`] : []),
    ...(decided.length === 0
      ? []
      : [eb.and([eb("operations.review", "in", decided), sql<SqlBool>`not operations.waits`])]),
  ]);
}

/** By the card's mask, which is all of the number that is kept. */
function ofCard({ bin, last4 }: OperationFilter) {
  if (bin === undefined && last4 === undefined) return [];
  const begins = bin === undefined ? sql`true` : sql`left(v.mask, 6) like ${`${bin}%`}`;
  const ends = last4 === undefined ? sql`true` : sql`right(v.mask, 4) = ${last4}`;
  return [
    sql<SqlBool>`operations.card_id in (
      select v.card_id from card_vault v where v.mask is not null and ${begins} and ${ends})`,
  ];
}

function byClock({ weekday, hour, tz }: OperationFilter, zones: readonly PlaceZone[]) {
  const local = localTime(sql`operations.at`, sql`operations.location_id`, tz, zones);
  return [
    ...(weekday === undefined
      ? []
      : [sql<SqlBool>`extract(isodow from ${local}) = any(${[...weekday]}::int[])`]),
    ...(hour === undefined ? [] : [sql<SqlBool>`extract(hour from ${local}) = any(${[...hour]}::int[])`]),
  ];
}
