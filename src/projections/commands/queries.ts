import type { Kysely } from "kysely";
import type pg from "pg";
import type { CommandRow } from "../../database/readModels.ts";
import { createKysely } from "../../database/pool.ts";
import type { Database } from "../../database/schema.ts";
import { COUNT_LIMIT, instantSortKeyOf, limitOf, type Page, pageOf, type PageRequest } from "../page.ts";

export type { CommandRow as ListedCommand };

const SORT = "-queuedAt";

/** What a device was asked to do, for those who look on. */
export class Commands {
  readonly #db: Kysely<Database>;

  constructor(pool: pg.Pool) {
    this.#db = createKysely(pool);
  }

  /** Of one device, the newest first. @param actions only these */
  async ofDevice(
    serialNumber: string,
    page: PageRequest<string>,
    actions: readonly CommandRow["action"][] | null = null,
  ): Promise<Page<CommandRow>> {
    const limit = limitOf(page);
    const place = instantSortKeyOf(page.cursor, SORT);
    const all = this.#db.selectFrom("device_commands").where("serial_number", "=", serialNumber);
    const own = actions === null ? all : all.where("action", "in", actions);
    const counted = await this.#db
      .selectFrom(own.select("command_id").limit(COUNT_LIMIT).as("some"))
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .executeTakeFirst();
    let query = own.selectAll().orderBy("queued_at", "desc").orderBy("command_id", "desc");
    if (place !== null) {
      query = query.where((eb) =>
        eb(eb.refTuple("queued_at", "command_id"), "<", eb.tuple(place.at, place.id)),
      );
    }
    const rows = await query.limit(limit + 1).execute();
    return pageOf(
      rows,
      limit,
      SORT,
      counted?.count ?? 0,
      (row) => ({ value: row.queued_at.toISOString(), id: row.command_id }),
      (row) => row,
    );
  }
}
