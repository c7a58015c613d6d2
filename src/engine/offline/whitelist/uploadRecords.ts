import type { Insertable, Selectable } from "kysely";
import type { Database } from "../../../database/schema.ts";
import { byOf, type Write } from "../../management/commands.ts";
import type { Services } from "../../services.ts";
import type { WhitelistLines } from "./lines.ts";

/** What is kept of an upload: who changed which list when, and how much. */

export type UploadMode = Database["whitelist_uploads"]["mode"];
export type UploadRow = Selectable<Database["whitelist_uploads"]>;

export interface ListScope {
  readonly kind: Database["whitelist_uploads"]["scope_kind"];
  readonly id: string;
}

export interface UploadCounts {
  readonly lines: number;
  readonly added: number;
  /** Listed with another validity before. */
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  /** To be removed, and not listed. */
  readonly notListed: number;
  /** Listed afterwards. */
  readonly total: number;
}

export interface Upload {
  readonly scope: ListScope;
  readonly mode: UploadMode;
  readonly byHand: boolean;
  readonly lines: WhitelistLines;
}

export async function findUpload({ db }: Services, id: string): Promise<UploadRow | null> {
  const row = await db.selectFrom("whitelist_uploads").selectAll().where("id", "=", id).executeTakeFirst();
  return row ?? null;
}

/** How many are listed in the scope by its last upload. */
export async function listedCount({ db }: Pick<Services, "db">, scopeId: string): Promise<number> {
  const row = await db
    .selectFrom("whitelist_uploads")
    .select("total")
    .where("scope_id", "=", scopeId)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.total ?? 0;
}

/** Says that the upload is done: from then on its entries count. */
export async function recordUpload(
  { db }: Pick<Services, "db">,
  write: Write,
  id: string,
  { scope, mode, byHand }: Omit<Upload, "lines">,
  { notListed, ...counts }: UploadCounts,
): Promise<void> {
  const { id: actorId, role } = byOf(write);
  const row: Insertable<Database["whitelist_uploads"]> = {
    id,
    scope_kind: scope.kind,
    scope_id: scope.id,
    mode,
    by_hand: byHand,
    ...counts,
    not_listed: notListed,
    actor_id: actorId,
    actor_role: role,
    at: new Date(write.now),
  };
  await db.insertInto("whitelist_uploads").values(row).execute();
}

export function countsOf({
  lines,
  added,
  changed,
  unchanged,
  removed,
  total,
  not_listed,
}: UploadRow): UploadCounts {
  return { lines, added, changed, unchanged, removed, notListed: not_listed, total };
}

/** Of an upload that never came to its end; one that did is never touched. */
export async function discard({ pool }: Services, id: string): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(
      `delete from whitelist_entries where seq in (
         select seq from whitelist_entries where upload_id = $1 limit 5000
       ) and not exists (select from whitelist_uploads where id = $1)`,
      [id],
    );
    if ((rowCount ?? 0) === 0) return;
  }
}
