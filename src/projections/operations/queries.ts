import type { OperationRow, OperationStatus } from "../../database/readModels.ts";
import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { Money } from "../../domain/money.ts";
import type { RulesetRef } from "../../domain/ruleset/verdict.ts";
import { type Instant, isoOrNull } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import {
  COUNT_LIMIT,
  inIcas,
  inPlaces,
  instantSortKeyOf,
  limitOf,
  type Page,
  pageOf,
  MOST_ITEMS,
  type PageRequest,
  type SortKey,
} from "../page.ts";
import type { Database } from "../../database/schema.ts";
import { createKysely } from "../../database/pool.ts";

/** An operation as it is at some business time: an open grant past its end is EXPIRED. Times are RFC 3339. */
export type Operation = ReturnType<typeof toOperation>;

export interface OperationFilter {
  readonly status?: OperationStatus | undefined;
  readonly code?: string | undefined;
  readonly terminal?: string | undefined;
  readonly locationId?: string | undefined;
  readonly merchantId?: string | undefined;
  readonly cardId?: string | undefined;
  readonly service?: string | undefined;
  /** Of the location. */
  readonly country?: string | undefined;
  readonly rulesetId?: string | undefined;
  readonly ica?: string | undefined;
  readonly productCode?: string | undefined;
  readonly requestId?: string | undefined;
  /** Requested at or after. */
  readonly from?: Instant | undefined;
  /** Requested before. */
  readonly to?: Instant | undefined;
}

export type OperationSort = "-at" | "at";

const EQUALS = [
  ["code", "code"],
  ["terminal", "terminal"],
  ["locationId", "location_id"],
  ["merchantId", "merchant_id"],
  ["cardId", "card_id"],
  ["service", "service"],
  ["country", "country"],
  ["rulesetId", "ruleset_id"],
  ["ica", "ica"],
  ["productCode", "product_code"],
  ["requestId", "request_id"],
] as const;

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
  ): Promise<Page<Operation>> {
    const { sort = "-at" } = page;
    const limit = limitOf(page);
    const [rows, counted] = await Promise.all([
      this.#rows(filter, visibility, page, now),
      this.count(filter, visibility, now, COUNT_LIMIT),
    ]);
    return pageOf(rows, limit, sort, counted, sortKeyOf, (row) => toOperation(row, now));
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
    const after = instantSortKeyOf(page.cursor, sort);
    const direction = sort === "at" ? "asc" : "desc";
    const beyond = sort === "at" ? sql`>` : sql`<`;
    return await this.#found(filter, visibility, now)
      .leftJoin("card_vault", "card_vault.card_id", "operations.card_id")
      .selectAll("operations")
      .select("card_vault.mask")
      .$if(after !== null, (query) =>
        query.where(
          sql<boolean>`(operations.at, operations.access_id) ${beyond} (${after?.at}, ${after?.id})`,
        ),
      )
      .orderBy("operations.at", direction)
      .orderBy("operations.access_id", direction)
      .limit(limitOf(page) + 1)
      .execute();
  }

  /** How many there are; no more than `most` are counted. */
  async count(filter: OperationFilter, visibility: Visibility, now: Instant, most: number): Promise<number> {
    const found = this.#found(filter, visibility, now).select("operations.access_id").limit(most);
    const { count } = await this.#db
      .selectFrom(found.as("found"))
      .select(sql<number>`count(*)::int`.as("count"))
      .executeTakeFirstOrThrow();
    return count;
  }

  /** Null where there is none, or none they may see. */
  async get(accessId: string, visibility: Visibility, now: Instant): Promise<Operation | null> {
    const row = await this.#found({}, visibility, now)
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
    const rows = await this.#found(filter, visibility, now)
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

  #found(filter: OperationFilter, { places, icas }: Visibility, now: Instant) {
    const { status, from, to } = filter;
    let query = this.#db
      .selectFrom("operations")
      .where((eb) =>
        inPlaces(eb, places, { location: "operations.location_id", merchant: "operations.merchant_id" }),
      )
      .where((eb) => inIcas(eb, icas, "operations.ica"));
    for (const [name, column] of EQUALS) {
      const value = filter[name];
      if (value !== undefined) query = query.where(`operations.${column}`, "=", value);
    }
    if (from !== undefined) query = query.where("operations.at", ">=", new Date(from));
    if (to !== undefined) query = query.where("operations.at", "<", new Date(to));
    if (status === undefined) return query;
    const lapsed = sql<boolean>`(operations.status = 'PENDING' and operations.expires_at <= ${new Date(now)})`;
    if (status === "EXPIRED")
      return query.where((eb) => eb.or([eb("operations.status", "=", status), lapsed]));
    const exact = query.where("operations.status", "=", status);
    return status === "PENDING" ? exact.where((eb) => eb.not(lapsed)) : exact;
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
    flags: row.flags,
    cancelReason: row.cancel_reason,
    reversal: row.reversal,
    corrections: row.corrections,
    stream: row.stream,
    /** Where in the stream the decision stands, with its trace and evidence. */
    decidedRevision: row.decided_revision,
    /** Of the last event about this operation: what `If-Match` may compare. */
    revision: row.revision,
  };
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
