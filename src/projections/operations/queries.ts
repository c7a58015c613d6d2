import { OFFLINE_FLAGS } from "../../domain/card/offline/flags.ts";
import type { OperationFlag, OperationRow, OperationStatus } from "../../database/readModels.ts";
import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { Money } from "../../domain/money.ts";
import type { RulesetRef } from "../../domain/ruleset/verdict.ts";
import { type Instant, isoOrNull } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import {
  COUNT_LIMIT,
  instantPlaceOf,
  limitOf,
  MOST_ITEMS,
  type PageBothWays,
  pageBothWaysOf,
  pageOf,
  type PageRequest,
  type SortKey,
} from "../page.ts";
import { readPlaceZones } from "../placeZones.ts";
import { looksAtClocks, matches, type OperationFilter } from "./filter.ts";
import { readWaiting, type Waiting } from "./waiting.ts";
import type { Database } from "../../database/schema.ts";
import { createKysely } from "../../database/pool.ts";

/** An operation as it is at some business time: an open grant past its end is EXPIRED. Times are RFC 3339. */
export type Operation = ReturnType<typeof toOperation>;

export type OperationSort = "-at" | "at";

/** Asks the operations. Every question takes who asks: what they may not see is left out by the query itself. */
export class Operations {
  readonly #db: Kysely<Database>;

  constructor(pool: pg.Pool) {
    this.#db = createKysely(pool);
  }

  /**
   * @param now business time
   * @throws InvalidCursorError
   * @throws RangeError for a limit out of 1 to 500
   */
  async list(
    filter: OperationFilter,
    visibility: Visibility,
    page: PageRequest<OperationSort>,
    now: Instant,
  ): Promise<PageBothWays<Operation>> {
    const { sort = "-at", cursor } = page;
    const limit = limitOf(page);
    const place = instantPlaceOf(cursor, sort);
    const [rows, counted] = await Promise.all([
      this.#rows(filter, visibility, page, now),
      this.count(filter, visibility, now, COUNT_LIMIT),
    ]);
    return pageBothWaysOf(rows, limit, sort, counted, sortKeyOf, (row) => toOperation(row, now), {
      place,
      cursor,
    });
  }

  /** All that the filter finds, in the list's order, so many at a time: how many there are is counted by nobody. */
  async *all(
    filter: OperationFilter,
    visibility: Visibility,
    { sort = "-at" }: Pick<PageRequest<OperationSort>, "sort">,
    now: Instant,
  ): AsyncGenerator<Operation> {
    let cursor: string | undefined;
    do {
      const rows = await this.#rows(filter, visibility, { sort, cursor, limit: MOST_ITEMS }, now);
      const page = pageOf(rows, MOST_ITEMS, sort, 0, sortKeyOf, (row) => toOperation(row, now));
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** One more than the page holds, if there are more. */
  async #rows(
    filter: OperationFilter,
    visibility: Visibility,
    page: PageRequest<OperationSort>,
    now: Instant,
  ) {
    const { sort = "-at" } = page;
    const place = instantPlaceOf(page.cursor, sort);
    // Before a place it is read the other way round.
    const isAscending = (sort === "at") !== (place?.isBefore === true);
    const direction = isAscending ? "asc" : "desc";
    const beyond = isAscending ? sql`>` : sql`<`;
    const { query: found } = await this.#found(filter, visibility, now);
    return await found
      .leftJoin("card_vault", "card_vault.card_id", "operations.card_id")
      .selectAll("operations")
      .select("card_vault.mask")
      .$if(place !== null, (query) =>
        query.where(
          sql<boolean>`(operations.at, operations.access_id) ${beyond} (${place?.at}, ${place?.id})`,
        ),
      )
      .orderBy("operations.at", direction)
      .orderBy("operations.access_id", direction)
      .limit(limitOf(page) + 1)
      .execute();
  }

  /** How many there are; no more than `most` are counted. */
  async count(filter: OperationFilter, visibility: Visibility, now: Instant, most: number): Promise<number> {
    const { query } = await this.#found(filter, visibility, now);
    const found = query.select("operations.access_id").limit(most);
    const { count } = await this.#db
      .selectFrom(found.as("found"))
      .select(sql<number>`count(*)::int`.as("count"))
      .executeTakeFirstOrThrow();
    return count;
  }

  /** What terminals decided by themselves, and nobody has looked at. */
  async waiting(visibility: Visibility): Promise<Waiting> {
    return await readWaiting(this.#db, visibility);
  }

  /** Null where there is none, or none they may see. */
  async get(accessId: string, visibility: Visibility, now: Instant): Promise<Operation | null> {
    const { query } = await this.#found({}, visibility, now);
    const row = await query
      .leftJoin("card_vault", "card_vault.card_id", "operations.card_id")
      .selectAll("operations")
      .select("card_vault.mask")
      .where("operations.access_id", "=", accessId)
      .executeTakeFirst();
    return row === undefined ? null : toOperation(row, now);
  }

  /** Which of these the filter finds, for whoever asks. */
  async among(
    accessIds: readonly string[],
    filter: OperationFilter,
    visibility: Visibility,
    now: Instant,
  ): Promise<readonly string[]> {
    const { query } = await this.#found(filter, visibility, now);
    const rows = await query
      .select("operations.access_id")
      .where("operations.access_id", "in", [...accessIds])
      .execute();
    return rows.map((row) => row.access_id);
  }

  /** The access id of this terminal's newest attempt with this request id. */
  async findByRequest(terminal: string, requestId: string): Promise<string | null> {
    const row = await this.#db
      .selectFrom("operations")
      .select("access_id")
      .where("terminal", "=", terminal)
      .where("request_id", "=", requestId)
      .orderBy("at", "desc")
      .orderBy("access_id", "desc")
      .limit(1)
      .executeTakeFirst();
    return row?.access_id ?? null;
  }

  /** The card of an attempt, for those who have to find its stream. */
  async cardOf(accessId: string): Promise<string | null> {
    const row = await this.#db
      .selectFrom("operations")
      .select("card_id")
      .where("access_id", "=", accessId)
      .executeTakeFirst();
    return row?.card_id ?? null;
  }

  /** Grants whose time is over by `now` and of which the card's stream says nothing yet, oldest first. */
  async openGrantsPast(now: Instant, limit: number): Promise<readonly OpenGrant[]> {
    const rows = await this.#db
      .selectFrom("operations")
      .select(["access_id", "card_id", "ruleset_id"])
      .where("status", "=", "PENDING")
      .where("expires_at", "<=", new Date(now))
      .orderBy("expires_at")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ accessId: row.access_id, cardId: row.card_id, rulesetId: row.ruleset_id }));
  }

  async #found(filter: OperationFilter, visibility: Visibility, now: Instant) {
    const zones = looksAtClocks(filter) && filter.tz === undefined ? await readPlaceZones(this.#db) : [];
    return {
      query: this.#db.selectFrom("operations").where((eb) => matches(eb, filter, visibility, now, zones)),
    };
  }
}

function sortKeyOf(row: { readonly at: Date; readonly access_id: string }): SortKey {
  return { value: row.at.toISOString(), id: row.access_id };
}

export interface OpenGrant {
  readonly accessId: string;
  readonly cardId: string;
  readonly rulesetId: string | null;
}

/** As an operation is answered. */
export function toOperation(row: OperationRow & { readonly mask: string | null }, now: Instant) {
  const lapsed = row.status === "PENDING" && row.expires_at !== null && row.expires_at.getTime() <= now;
  const status: OperationStatus = lapsed ? "EXPIRED" : row.status;
  return {
    accessId: row.access_id,
    requestId: row.request_id,
    cardId: row.card_id,
    /** Null once the cardholder was erased. */
    maskedPan: row.mask,
    terminal: row.terminal,
    merchantId: row.merchant_id,
    locationId: row.location_id,
    locationName: row.location_name,
    country: row.country,
    service: row.service,
    type: row.type,
    status,
    code: row.code,
    at: row.at.toISOString(),
    expiresAt: isoOrNull(row.expires_at?.getTime() ?? null),
    confirmedAt: isoOrNull(row.confirmed_at?.getTime() ?? null),
    lastChangeAt: row.last_change_at.toISOString(),
    entryMode: row.entry_mode,
    ica: row.ica,
    issuerName: row.ica_name,
    productCode: row.product_code,
    issuerCountry: row.issuer_country,
    ruleset: rulesetOf(row),
    /** Of the cardholder, as granted. */
    cost: row.cost,
    /** Of the guests, as confirmed and corrected since; null before. */
    allocation: row.confirmed_at === null ? null : allocationOf(row),
    charged: moneyOrNull(row.charged_amount, row.charged_currency),
    paymentStatus: row.payment_status,
    cardAuthResponseCode: row.card_auth_response_code,
    flags: row.offline === null ? row.flags : offlineFlagsOf(row),
    cancelReason: row.cancel_reason,
    reversal: row.reversal,
    corrections: row.corrections,
    offline: row.offline === null ? null : { ...row.offline, waits: row.waits },
    overtakenBy: row.overtaken_by,
    stream: row.stream,
    /** Where in the stream the decision stands, with its trace and evidence. */
    decidedRevision: row.decided_revision,
    /** Of the last event about this operation: what `If-Match` may compare. */
    revision: row.revision,
  };
}

/** In the order in which they are listed, whichever was found first. */
function offlineFlagsOf({ flags }: OperationRow): readonly OperationFlag[] {
  const raised = new Set(flags);
  return OFFLINE_FLAGS.filter((flag) => raised.has(flag));
}

function rulesetOf(row: OperationRow): RulesetRef | null {
  const { ruleset_id: id, ruleset_name: name, ruleset_version: version } = row;
  return id === null || name === null || version === null ? null : { id, name, version };
}

function allocationOf(row: OperationRow) {
  return {
    adults: { free: row.adults_free, paid: row.adults_paid },
    children: { free: row.children_free, paid: row.children_paid },
    freeChildren: row.free_children,
  };
}

function moneyOrNull(amount: string | null, currency: string | null): Money | null {
  return amount === null || currency === null ? null : { amount, currency };
}
