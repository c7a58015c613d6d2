import { type Kysely, sql } from "kysely";
import type pg from "pg";
import { createKysely } from "../../database/pool.ts";
import type { CertificateRow } from "../../database/readModels.ts";
import type { Database } from "../../database/schema.ts";
import type { Instant } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import {
  COUNT_LIMIT,
  inPlaces,
  instantSortKeyOf,
  limitOf,
  type Page,
  pageOf,
  type PageRequest,
} from "../page.ts";

/** `RETIRING`: another has taken its place, and it counts for a little longer. */
export const CERTIFICATE_STATES = ["ACTIVE", "RETIRING", "EXPIRED", "REVOKED"] as const;
export type CertificateState = (typeof CERTIFICATE_STATES)[number];

/** As it is kept. */
export type ListedCertificate = CertificateRow;

export type CertificateSort = "issuedAt" | "-issuedAt" | "notAfter" | "-notAfter";

export interface CertificateFilter {
  readonly terminal?: string | undefined;
  readonly posId?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly locationId?: string | undefined;
  readonly state?: CertificateState | undefined;
  /** Counts now, and will not then. */
  readonly expiresBefore?: Instant | undefined;
}

export function stateOf(
  row: Pick<CertificateRow, "ended_at" | "until" | "not_after">,
  now: Instant,
): CertificateState {
  if (row.ended_at !== null) return "REVOKED";
  if (row.until.getTime() <= now) return "EXPIRED";
  return row.until.getTime() < row.not_after.getTime() ? "RETIRING" : "ACTIVE";
}

export class Certificates {
  readonly #db: Kysely<Database>;

  constructor(pool: pg.Pool) {
    this.#db = createKysely(pool);
  }

  /**
   * @param now real time, which certificates run out by
   * @throws InvalidCursorError
   */
  async list(
    filter: CertificateFilter,
    visibility: Visibility,
    now: Instant,
    page: PageRequest<CertificateSort>,
  ): Promise<Page<CertificateRow>> {
    const { sort = "-issuedAt" } = page;
    const limit = limitOf(page);
    const after = instantSortKeyOf(page.cursor, sort);
    const direction = sort.startsWith("-") ? "desc" : "asc";
    const beyond = direction === "asc" ? sql`>` : sql`<`;
    const byIssue = sort === "issuedAt" || sort === "-issuedAt";
    const column = byIssue ? "c.issued_at" : "c.not_after";
    const found = this.#found(filter, visibility, now);
    let rows = found
      .selectAll("c")
      .orderBy(column, direction)
      .orderBy("c.serial_number", direction)
      .limit(limit + 1);
    if (after !== null)
      rows = rows.where(
        sql<boolean>`(${sql.ref(column)}, c.serial_number) ${beyond} (${after.at}, ${after.id})`,
      );
    const [items, counted] = await Promise.all([
      rows.execute(),
      this.#db
        .selectFrom(found.select("c.serial_number").limit(COUNT_LIMIT).as("found"))
        .select(sql<number>`count(*)::int`.as("count"))
        .executeTakeFirstOrThrow(),
    ]);
    const place = (row: CertificateRow) => ({
      value: (byIssue ? row.issued_at : row.not_after).toISOString(),
      id: row.serial_number,
    });
    return pageOf(items, limit, sort, counted.count, place, (row) => row);
  }

  /** Null for one that nobody has, or that is out of sight. */
  async get(serialNumber: string, visibility: Visibility, now: Instant): Promise<CertificateRow | null> {
    const row = await this.#found({ serialNumber }, visibility, now).selectAll("c").executeTakeFirst();
    return row ?? null;
  }

  /** How many count now and will not then, and none has taken their place. */
  async endingBefore(then: Instant, now: Instant): Promise<number> {
    const everywhere = { places: null, icas: null };
    const { count } = await this.#found({ state: "ACTIVE", expiresBefore: then }, everywhere, now)
      .select(sql<number>`count(*)::int`.as("count"))
      .executeTakeFirstOrThrow();
    return count;
  }

  #found(filter: CertificateFilter, { places }: Visibility, now: Instant) {
    const at = new Date(now);
    const { terminal, posId, serialNumber, locationId, state, expiresBefore } = filter;
    let query = this.#db
      .selectFrom("certificates as c")
      .leftJoin("records as r", (on) => on.onRef("r.id", "=", "c.terminal").on("r.kind", "=", "terminal"))
      .leftJoin("records as l", (on) => on.onRef("l.id", "=", "r.location_id").on("l.kind", "=", "location"));
    if (places !== null) {
      query = query.where((eb) =>
        inPlaces(eb, places, { location: "r.location_id", merchant: "l.merchant_id" }),
      );
    }
    if (terminal !== undefined) query = query.where("c.terminal", "=", terminal);
    if (posId !== undefined) query = query.where("c.pos_id", "=", posId);
    if (serialNumber !== undefined) query = query.where("c.serial_number", "=", serialNumber);
    if (locationId !== undefined) query = query.where("r.location_id", "=", locationId);
    if (state !== undefined) query = query.where(sql<boolean>`${stateAt(at)} = ${state}`);
    if (expiresBefore !== undefined) {
      query = query
        .where(sql<boolean>`${stateAt(at)} in ('ACTIVE', 'RETIRING')`)
        .where("c.until", "<", new Date(expiresBefore));
    }
    return query;
  }
}

/** As {@link stateOf} says it. */
function stateAt(now: Date) {
  return sql<CertificateState>`case when c.ended_at is not null then 'REVOKED'
    when c.until <= ${now} then 'EXPIRED' when c.until < c.not_after then 'RETIRING' else 'ACTIVE' end`;
}
