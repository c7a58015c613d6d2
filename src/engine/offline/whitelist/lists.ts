import { type Selectable, sql } from "kysely";
import type { Database } from "../../../database/schema.ts";
import type { Page } from "../../../projections/page.ts";
import { listHash, listKey } from "../../../vault/listHashing.ts";
import { type Paging, tablePage } from "../../referenceData/tablePage.ts";
import type { Services } from "../../services.ts";
import type { UploadRow } from "./uploadRecords.ts";

/** Who is listed, and what was uploaded, as people look at it. */

export type ListedRow = Pick<
  Selectable<Database["whitelist_entries"]>,
  "seq" | "upload_id" | "scope_id" | "card_id" | "valid_from" | "valid_to"
> &
  Pick<UploadRow, "scope_kind" | "at" | "actor_id" | "actor_role"> & {
    readonly mask: string | null;
    readonly number: number;
  };

export interface ListFilter {
  readonly scopeId?: string | undefined;
  readonly cardId?: string | undefined;
  /** Only these lists; null: all. */
  readonly inSight: readonly string[] | null;
}

/** @throws InvalidCursorError */
export async function listListed(
  { db }: Pick<Services, "db">,
  filter: ListFilter,
  paging: Paging,
): Promise<Page<ListedRow>> {
  return await tablePage(db, listed(db, filter), "whitelist_entries.seq", paging);
}

/** By its number; null where it is listed no longer. */
export async function findListed(
  { db }: Pick<Services, "db">,
  id: number,
  inSight: readonly string[] | null,
): Promise<ListedRow | null> {
  const row = await listed(db, { inSight })
    .select("whitelist_entries.seq as number")
    .where("whitelist_entries.seq", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

/** Null where the number is not listed there. */
export async function findListedPan(
  { db, keyring }: Pick<Services, "db" | "keyring">,
  scopeId: string,
  pan: string,
): Promise<ListedRow | null> {
  const row = await listed(db, { scopeId, inSight: null })
    .select("whitelist_entries.seq as number")
    .where("whitelist_entries.list_hash", "=", listHash(listKey(keyring), pan))
    .executeTakeFirst();
  return row ?? null;
}

/** @throws InvalidCursorError */
export async function listUploads(
  { db }: Pick<Services, "db">,
  { scopeId, inSight }: Omit<ListFilter, "cardId">,
  paging: Paging,
): Promise<Page<UploadRow>> {
  let found = db.selectFrom("whitelist_uploads").selectAll();
  if (scopeId !== undefined) found = found.where("scope_id", "=", scopeId);
  if (inSight !== null) found = found.where(sql<boolean>`scope_id = any(${[...inSight]}::text[])`);
  return await tablePage(db, found, "seq", paging);
}

/** Lists that there ever were. */
export async function knownScopes({
  db,
}: Pick<Services, "db">): Promise<readonly Pick<UploadRow, "scope_kind" | "scope_id">[]> {
  return await db.selectFrom("whitelist_uploads").select(["scope_kind", "scope_id"]).distinct().execute();
}

/** Of the same number in the same list the latest row, if it is none of a removal. */
function listed(db: Services["db"], { scopeId, cardId, inSight }: ListFilter) {
  let found = db
    .selectFrom("whitelist_entries")
    .innerJoin("whitelist_uploads", "whitelist_uploads.id", "whitelist_entries.upload_id")
    .leftJoin("card_vault", "card_vault.card_id", "whitelist_entries.card_id")
    .select([
      "whitelist_entries.seq",
      "whitelist_entries.upload_id",
      "whitelist_entries.scope_id",
      "whitelist_entries.card_id",
      "whitelist_entries.valid_from",
      "whitelist_entries.valid_to",
      "whitelist_uploads.scope_kind",
      "whitelist_uploads.at",
      "whitelist_uploads.actor_id",
      "whitelist_uploads.actor_role",
      "card_vault.mask",
    ])
    .where("whitelist_entries.removed", "=", false)
    .where(
      sql<boolean>`not exists (
        select from whitelist_entries l join whitelist_uploads lu on lu.id = l.upload_id
        where l.scope_id = whitelist_entries.scope_id and l.list_hash = whitelist_entries.list_hash
          and l.seq > whitelist_entries.seq)`,
    );
  if (scopeId !== undefined) found = found.where("whitelist_entries.scope_id", "=", scopeId);
  if (cardId !== undefined) found = found.where("whitelist_entries.card_id", "=", cardId);
  if (inSight !== null)
    found = found.where(sql<boolean>`whitelist_entries.scope_id = any(${[...inSight]}::text[])`);
  return found;
}
