import { type Kysely, sql } from "kysely";
import type pg from "pg";
import { z } from "zod";
import type { OperationRow, PaymentRow } from "../../database/readModels.ts";
import { createKysely } from "../../database/pool.ts";
import type { Database } from "../../database/schema.ts";
import type { PaymentState } from "../../domain/card/charge/charge.ts";
import type { Instant } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { inIcas, inPlaces, type InstantOrder, newestFirst, type Page, type PageRequest } from "../page.ts";

export interface PaymentFilter {
  readonly state?: readonly PaymentState[] | undefined;
  /** What is open, or waits for a person; or neither. */
  readonly toReconcile?: boolean | undefined;
  readonly locationId?: readonly string[] | undefined;
  readonly merchantId?: readonly string[] | undefined;
  /** Requested at or after. */
  readonly from?: Instant | undefined;
  /** Requested before. */
  readonly to?: Instant | undefined;
}

const line = z.object({
  at: z.string(),
  asked: z.enum(["CHARGE", "CHARGE_INQUIRY", "CHARGE_VOID", "REFUND", "REFUND_INQUIRY"]),
  answer: z.enum(["APPROVED", "DECLINED", "VOIDED", "NOT_FOUND", "NOT_DONE", "UNKNOWN"]),
  responseCode: z.string().nullable(),
  why: z.string().nullable(),
});

/** A payment with its entry, and what is known of the last tries. */
export type Payment = ReturnType<typeof toPayment>;

const SORT = "-requestedAt";

/** Asks the payments. What whoever asks may not see is left out by the query itself. */
export class Payments {
  readonly #db: Kysely<Database>;

  constructor(pool: pg.Pool) {
    this.#db = createKysely(pool);
  }

  /** The newest first. */
  async list(
    filter: PaymentFilter,
    visibility: Visibility,
    page: PageRequest<string>,
  ): Promise<Page<Payment>> {
    const order: InstantOrder<Whole> = {
      at: "payments.requested_at",
      id: "payments.access_id",
      keyOf: ({ requested_at: at, access_id: id }) => ({ at, id }),
      sort: SORT,
    };
    return await newestFirst(this.#db, this.#whole(filter, visibility), order, page, toPayment);
  }

  /** Null where there is none, or none they may see. */
  async get(accessId: string, visibility: Visibility): Promise<Payment | null> {
    const row = await this.#whole({}, visibility)
      .where("payments.access_id", "=", accessId)
      .executeTakeFirst();
    return row === undefined ? null : toPayment(row);
  }

  /** Those that are open, and due or never tried. `now`: real time. */
  async due(
    now: Instant,
    limit: number,
  ): Promise<readonly { readonly accessId: string; readonly cardId: string }[]> {
    const rows = await this.#db
      .selectFrom("payments")
      .leftJoin("payment_tries", "payment_tries.access_id", "payments.access_id")
      .select(["payments.access_id", "payments.card_id"])
      .where("payments.is_open", "=", true)
      .where((eb) =>
        eb.or([eb("payment_tries.next_at", "is", null), eb("payment_tries.next_at", "<=", new Date(now))]),
      )
      .orderBy(sql`payment_tries.next_at nulls first`)
      .limit(limit)
      .execute();
    return rows.map((row) => ({ accessId: row.access_id, cardId: row.card_id }));
  }

  /** For metrics. `unknownSince`: of the oldest whose answer is missing; business time. */
  async standing(): Promise<{
    readonly open: number;
    readonly forPerson: number;
    readonly unknownSince: Date | null;
  }> {
    const { rows } = await sql<{ open: number; for_person: number; unknown_since: Date | null }>`
      select count(*) filter (where is_open)::int as open,
             count(*) filter (where for_person)::int as for_person,
             min(unknown_since) as unknown_since
      from payments where is_open or for_person`.execute(this.#db);
    const [row] = rows;
    return {
      open: row?.open ?? 0,
      forPerson: row?.for_person ?? 0,
      unknownSince: row?.unknown_since ?? null,
    };
  }

  #found({ state, toReconcile, locationId, merchantId, from, to }: PaymentFilter, visibility: Visibility) {
    const { places, icas } = visibility;
    return this.#db
      .selectFrom("payments")
      .innerJoin("operations", "operations.access_id", "payments.access_id")
      .where((eb) =>
        eb.and([
          inPlaces(eb, places, { location: "operations.location_id", merchant: "operations.merchant_id" }),
          inIcas(eb, icas, "operations.ica"),
          ...(state === undefined ? [] : [eb("payments.state", "in", state)]),
          ...(toReconcile === undefined
            ? []
            : [
                toReconcile
                  ? sql<boolean>`(payments.is_open or payments.for_person)`
                  : sql<boolean>`not (payments.is_open or payments.for_person)`,
              ]),
          ...(locationId === undefined ? [] : [eb("operations.location_id", "in", locationId)]),
          ...(merchantId === undefined ? [] : [eb("operations.merchant_id", "in", merchantId)]),
          ...(from === undefined ? [] : [eb("payments.requested_at", ">=", new Date(from))]),
          ...(to === undefined ? [] : [eb("payments.requested_at", "<", new Date(to))]),
        ]),
      );
  }

  #whole(filter: PaymentFilter, visibility: Visibility) {
    return this.#found(filter, visibility)
      .leftJoin("card_vault", "card_vault.card_id", "payments.card_id")
      .leftJoin("payment_tries", "payment_tries.access_id", "payments.access_id")
      .selectAll("payments")
      .select(["operations.terminal", "operations.merchant_id", "operations.location_id"])
      .select(["operations.location_name", "card_vault.mask"])
      .select(["payment_tries.next_at", "payment_tries.tries", "payment_tries.problem", "payment_tries.log"]);
  }
}

type Whole = PaymentRow &
  Pick<OperationRow, "terminal" | "merchant_id" | "location_id" | "location_name"> & {
    readonly mask: string | null;
    readonly next_at: Date | null;
    readonly tries: number | null;
    readonly problem: string | null;
    readonly log: readonly unknown[] | null;
  };

function toPayment(row: Whole) {
  const { charge } = row;
  return {
    accessId: row.access_id,
    cardId: row.card_id,
    /** Null once the cardholder was erased. */
    maskedPan: row.mask,
    terminal: row.terminal,
    merchantId: row.merchant_id,
    locationId: row.location_id,
    locationName: row.location_name,
    state: row.state,
    isOpen: row.is_open,
    waitsForPerson: row.for_person,
    charge,
    steps: row.steps,
    requestedAt: row.requested_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
    /** When it is asked next; null where it is not, or was never asked. */
    nextAt: row.is_open ? (row.next_at?.toISOString() ?? null) : null,
    tries: row.tries ?? 0,
    problem: row.problem,
    asked: (row.log ?? []).map((one) => line.parse(one)),
    revision: row.revision,
  };
}
