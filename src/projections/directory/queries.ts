import { type Kysely, sql } from "kysely";
import type pg from "pg";
import { endOf } from "../../domain/terminal/credential.ts";
import { isPaired, type TerminalLife, wayIn } from "../../domain/terminal/life.ts";
import { type Instant, iso, isoOrNull } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import {
  COUNT_LIMIT,
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
import type { States } from "./evolve.ts";
import { CONNECTION, foundRecords, LAST_SEEN, MERCHANT, phaseAt, type RecordFilter } from "./filter.ts";

export type RecordSort = "name" | "-name" | "modifiedAt" | "-modifiedAt";

/** The kinds that are listed as they are folded; terminals are listed by their public part. */
export type OpenKind = Exclude<DirectoryKind, "terminal">;

/** A terminal without its pairing code's hash and its keys. */
export type ListedTerminal = ReturnType<typeof toTerminal>;

interface NumberedRecord<State> {
  /** Of its location, as it is now. */
  readonly merchant_id: string | null;
  readonly state: State;
}

interface Found<State> {
  readonly id: string;
  readonly name_key: string;
  readonly modified_at: Date;
  readonly merchant_id: string | null;
  readonly last_attempt_at: Date | null;
  readonly last_seen_at: Date | null;
  readonly connection: "OPEN" | "CLOSED" | null;
  readonly state: State;
}

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

  /** A page by its number, for clients that count pages; the latest written first. */
  async numbered<Kind extends DirectoryKind>(
    kind: Kind,
    filter: RecordFilter,
    visibility: Visibility,
    { number, size }: { readonly number: number; readonly size: number },
  ): Promise<{ readonly items: readonly NumberedRecord<States[Kind]>[]; readonly total: number }> {
    const found = foundRecords(this.#db, kind, filter, visibility);
    const [items, counted] = await Promise.all([
      found
        .select(["r.state", MERCHANT.as("merchant_id")])
        .orderBy("r.created_at", "desc")
        .orderBy("r.id", "desc")
        .limit(size)
        .offset(number * size)
        .$castTo<NumberedRecord<States[Kind]>>()
        .execute(),
      this.#db
        .selectFrom(found.select("r.id").as("found"))
        .select(sql<number>`count(*)::int`.as("count"))
        .executeTakeFirstOrThrow(),
    ]);
    return { items, total: counted.count };
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
    CONNECTION.as("connection"),
    LAST_SEEN.as("last_seen_at"),
  ]);
}

/** Other kinds than terminals have none, and are not looked for. */
const LAST_ATTEMPT = sql<Date | null>`case when r.kind = 'terminal' then
  (select max(o.at) from operations o where o.terminal = r.id) end`;

function toTerminal({ state, merchant_id, last_attempt_at, last_seen_at, connection }: Found<TerminalLife>) {
  const { enrollment, credential } = state;
  return {
    serialNumber: state.serialNumber,
    revision: state.revision,
    status: state.status,
    paired: isPaired(state),
    locationId: state.locationId,
    merchantId: merchant_id,
    profile: state.profile,
    about: state.about,
    cameBy: wayIn(state),
    connection,
    lastAttemptAt: isoOrNull(last_attempt_at?.getTime() ?? null),
    lastSeenAt: isoOrNull(last_seen_at?.getTime() ?? null),
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
            formerUntil: isoOrNull(state.retiring?.until ?? null),
            endsAt: endOf(credential.proof),
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
