import type { CardRow, VisitRow } from "../../database/readModels.ts";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type pg from "pg";
import type { CardFacts, Visit } from "../../domain/ruleset/evaluate/facts.ts";
import { type Instant, isoOrNull } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import {
  COUNT_LIMIT,
  inIcas,
  inPlaces,
  instantSortKeyOf,
  limitOf,
  MOST_ITEMS,
  type Page,
  pageOf,
  type PageRequest,
} from "../page.ts";
import type { Database } from "../../database/schema.ts";
import { createKysely } from "../../database/pool.ts";

/** Times are RFC 3339. */
export type Card = ReturnType<typeof toCard>;

export interface CardFilter {
  readonly ica?: string | undefined;
  readonly productCode?: string | undefined;
  /** Of the issuer. */
  readonly country?: string | undefined;
  readonly frozen?: boolean | undefined;
  readonly enrolled?: boolean | undefined;
  /** What the reward system knows it by. */
  readonly aref?: string | undefined;
  /** Enrolled at or after. */
  readonly enrolledFrom?: Instant | undefined;
  /** Enrolled before. */
  readonly enrolledTo?: Instant | undefined;
  /** The first six digits, or fewer of them. */
  readonly bin?: string | undefined;
  readonly last4?: string | undefined;
  /** Tapped last at or after. */
  readonly from?: Instant | undefined;
  /** Tapped last before. */
  readonly to?: Instant | undefined;
  /** Seen first at or after. */
  readonly createdFrom?: Instant | undefined;
  /** Seen first before. */
  readonly createdTo?: Instant | undefined;
}

export type CardSort = "-lastSeenAt" | "lastSeenAt";

/** Asks the cards. Who may not see a card does not find it: the query itself leaves it out. */
export class Cards {
  readonly #db: Kysely<Database>;

  constructor(pool: pg.Pool) {
    this.#db = createKysely(pool);
  }

  /** Null where there is none, or none they may see. */
  async get(cardId: string, visibility: Visibility): Promise<Card | null> {
    const row = await this.#found({}, visibility)
      .leftJoin("card_vault", "card_vault.card_id", "cards.card_id")
      .selectAll("cards")
      .select([
        "card_vault.mask",
        seenAt("max", visibility).as("seen_last"),
        seenAt("min", visibility).as("seen_first"),
      ])
      .where("cards.card_id", "=", cardId)
      .executeTakeFirst();
    return row === undefined ? null : toCard(row);
  }

  /**
   * @throws InvalidCursorError
   * @throws RangeError for a limit out of 1 to 500
   */
  async list(filter: CardFilter, visibility: Visibility, page: PageRequest<CardSort>): Promise<Page<Card>> {
    const { sort = "-lastSeenAt" } = page;
    const limit = limitOf(page);
    const [rows, counted] = await Promise.all([
      this.#rows(filter, visibility, page),
      this.count(filter, visibility, COUNT_LIMIT),
    ]);
    return pageOf(rows, limit, sort, counted, sortKeyOf, toCard);
  }

  /** How many the filter finds, counted no further than `most`. */
  async count(filter: CardFilter, visibility: Visibility, most: number): Promise<number> {
    const found = this.#found(filter, visibility).select("cards.card_id").limit(most).as("found");
    const counted = this.#db.selectFrom(found).select(sql<number>`count(*)::int`.as("count"));
    return (await counted.executeTakeFirstOrThrow()).count;
  }

  /** All that the filter finds, in the list's order, so many at a time. */
  async *all(
    filter: CardFilter,
    visibility: Visibility,
    { sort = "-lastSeenAt" }: Pick<PageRequest<CardSort>, "sort">,
  ): AsyncGenerator<Card> {
    let cursor: string | undefined;
    do {
      const rows = await this.#rows(filter, visibility, { sort, cursor, limit: MOST_ITEMS });
      const page = pageOf(rows, MOST_ITEMS, sort, 0, sortKeyOf, toCard);
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** One more than the page holds, if there are more. */
  async #rows(filter: CardFilter, visibility: Visibility, page: PageRequest<CardSort>) {
    const { sort = "-lastSeenAt" } = page;
    const after = instantSortKeyOf(page.cursor, sort);
    const direction = sort === "lastSeenAt" ? "asc" : "desc";
    const beyond = sort === "lastSeenAt" ? sql`>` : sql`<`;
    const lastSeen = seenAt("max", visibility);
    return await this.#found(filter, visibility)
      .leftJoin("card_vault", "card_vault.card_id", "cards.card_id")
      .selectAll("cards")
      .select(["card_vault.mask", lastSeen.as("seen_last"), seenAt("min", visibility).as("seen_first")])
      .$if(after !== null, (query) =>
        query.where(sql<boolean>`(${lastSeen}, cards.card_id) ${beyond} (${after?.at}, ${after?.id})`),
      )
      .orderBy(lastSeen, direction)
      .orderBy("cards.card_id", direction)
      .limit(limitOf(page) + 1)
      .execute();
  }

  /**
   * The card as the domain's `usageIn`, `availabilityOf` and `nextVisit` want it: limits left per ruleset and
   * cooldowns per location follow from it. Null for a card that never had an event.
   * @param now business time: an open grant past its end is no longer open
   */
  async usageOf(cardId: string, now: Instant): Promise<CardFacts | null> {
    const [card, visits, adjustments] = await Promise.all([
      this.#db.selectFrom("cards").selectAll().where("card_id", "=", cardId).executeTakeFirst(),
      this.#db
        .selectFrom("card_visits")
        .selectAll()
        .where("card_id", "=", cardId)
        .where("confirmed_at", "is not", null)
        .orderBy("confirm_revision")
        .execute(),
      this.#db
        .selectFrom("card_adjustments")
        .select(["adjustment_id", "ruleset_id", "at", "free", "paid", "guests"])
        .where("card_id", "=", cardId)
        .orderBy("revision")
        .execute(),
    ]);
    if (card === undefined) return null;
    const { open_access_id: accessId, open_expires_at: expires } = card;
    const open =
      accessId === null || expires === null || expires.getTime() <= now ? null : { accessId, expires };
    return {
      replaced: card.replaced_by !== null,
      frozen: card.frozen,
      enrolled: card.enrolled,
      asiFailed: card.asi_failed,
      open: open === null ? null : { accessId: open.accessId, expiresAt: open.expires.getTime() },
      visits: visits.flatMap(toVisit),
      adjustments: adjustments.map(({ adjustment_id, ruleset_id, at, free, paid, guests }) => ({
        adjustmentId: adjustment_id,
        rulesetId: ruleset_id,
        at: at.getTime(),
        free,
        paid,
        ...(guests === null ? {} : { guests }),
      })),
    };
  }

  /** How many visits over all cards and versions count in each of these rulesets; one without any is not there. */
  async visitsOf(rulesetIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (rulesetIds.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom("ruleset_usage")
      .selectAll()
      .where("ruleset_id", "in", rulesetIds)
      .execute();
    return new Map(rows.map(({ ruleset_id, visits }) => [ruleset_id, visits]));
  }

  #found(filter: CardFilter, { places, icas }: Visibility) {
    const { ica, productCode, country, frozen, enrolled, from, to, createdFrom, createdTo } = filter;
    let query = this.#db.selectFrom("cards").where((eb) => inIcas(eb, icas, "cards.ica"));
    if (places !== null) {
      // Whoever is limited to places sees the cards that came there.
      query = query.where((eb) =>
        eb.exists(
          eb
            .selectFrom("operations")
            .select("operations.access_id")
            .whereRef("operations.card_id", "=", "cards.card_id")
            .where((inner) =>
              inPlaces(inner, places, {
                location: "operations.location_id",
                merchant: "operations.merchant_id",
              }),
            ),
        ),
      );
    }
    if (ica !== undefined) query = query.where("cards.ica", "=", ica);
    if (productCode !== undefined) query = query.where("cards.product_code", "=", productCode);
    if (country !== undefined) query = query.where("cards.issuer_country", "=", country);
    if (frozen !== undefined) query = query.where("cards.frozen", "=", frozen);
    if (enrolled !== undefined) query = query.where("cards.enrolled", "=", enrolled);
    const { aref, enrolledFrom, enrolledTo } = filter;
    if (aref !== undefined) query = query.where("cards.aref", "=", aref);
    if (enrolledFrom !== undefined) query = query.where("cards.enrolled_at", ">=", new Date(enrolledFrom));
    if (enrolledTo !== undefined) query = query.where("cards.enrolled_at", "<", new Date(enrolledTo));
    const mask = maskLike(filter);
    if (mask !== null) {
      query = query.where((eb) =>
        eb.exists(
          eb
            .selectFrom("card_vault")
            .select("card_vault.card_id")
            .whereRef("card_vault.card_id", "=", "cards.card_id")
            .where("card_vault.mask", "like", mask),
        ),
      );
    }
    if (createdFrom !== undefined)
      query = query.where(seenAt("min", { places, icas }), ">=", new Date(createdFrom));
    if (createdTo !== undefined)
      query = query.where(seenAt("min", { places, icas }), "<", new Date(createdTo));
    if (from !== undefined) query = query.where(seenAt("max", { places, icas }), ">=", new Date(from));
    if (to !== undefined) query = query.where(seenAt("max", { places, icas }), "<", new Date(to));
    return query;
  }
}

/** Masks that begin and end as asked; digits only, so that there is nothing to escape. Null asks for none. */
function maskLike({ bin = "", last4 = "" }: CardFilter): string | null {
  return bin === "" && last4 === "" ? null : `${bin}%${last4}`;
}

function sortKeyOf(row: { readonly seen_last: Date; readonly card_id: string }) {
  return { value: row.seen_last.toISOString(), id: row.card_id };
}

/** When a card was seen first and last: by those who are limited to places, there. */
function seenAt(which: "min" | "max", { places }: Visibility): RawBuilder<Date> {
  if (places === null)
    return which === "max" ? sql<Date>`cards.last_seen_at` : sql<Date>`cards.first_seen_at`;
  const { locationIds, merchantIds } = places;
  return sql<Date>`(select ${sql.raw(which)}(o.at) from operations o where o.card_id = cards.card_id
    and (o.location_id = any(${[...locationIds]}::text[]) or o.merchant_id = any(${[...merchantIds]}::text[])))`;
}

function toCard(
  row: CardRow & { readonly mask: string | null; readonly seen_first: Date; readonly seen_last: Date },
) {
  return {
    cardId: row.card_id,
    /** Null once the cardholder was erased. */
    maskedPan: row.mask,
    frozen: row.frozen,
    frozenAt: isoOrNull(row.frozen_at?.getTime() ?? null),
    frozenReason: row.frozen_reason,
    enrolled: row.enrolled,
    aref: row.aref,
    enrolledAt: isoOrNull(row.enrolled_at?.getTime() ?? null),
    /** The card that took its place. */
    replacedBy: row.replaced_by,
    ica: row.ica,
    issuerName: row.ica_name,
    productCode: row.product_code,
    productName: row.product_name,
    issuerCountry: row.issuer_country,
    firstSeenAt: row.seen_first.toISOString(),
    lastSeenAt: row.seen_last.toISOString(),
    revision: row.revision,
  };
}

function toVisit(row: VisitRow): readonly Visit[] {
  if (row.confirmed_at === null) return [];
  return [
    {
      accessId: row.access_id,
      rulesetId: row.ruleset_id,
      locationId: row.location_id,
      at: row.at.getTime(),
      confirmedAt: row.confirmed_at.getTime(),
      paid: row.paid,
      adults: { free: row.adults_free, paid: row.adults_paid },
      children: { free: row.children_free, paid: row.children_paid },
    },
  ];
}
