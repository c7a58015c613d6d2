import { byteaArray, textArray } from "../../../database/binaryArray.ts";
import { isoOrNull } from "../../../domain/time.ts";
import type { Services } from "../../services.ts";

/** A row to be stored. */
export interface Change {
  readonly hash: Buffer;
  readonly referenceHash: Buffer | null;
  readonly cardId: string;
  readonly validFrom: number | null;
  readonly validTo: number | null;
}

export interface Storing {
  readonly uploadId: string;
  readonly scopeId: string;
  /** They are listed no longer. */
  readonly removed: boolean;
}

/** In one statement. They count once their upload has its row. */
export async function storeEntries(
  { pool }: Pick<Services, "pool">,
  { uploadId, scopeId, removed }: Storing,
  changes: readonly Change[],
): Promise<void> {
  await pool.query(
    `insert into whitelist_entries
       (upload_id, scope_id, list_hash, reference_hash, card_id, valid_from, valid_to, removed)
     select $1, $2, g.hash, g.reference, g.card, g.from_at::timestamptz, g.to_at::timestamptz, $3
     from unnest($4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::text[])
       as g(hash, reference, card, from_at, to_at)`,
    [
      uploadId,
      scopeId,
      removed,
      byteaArray(changes.map(({ hash }) => hash)),
      byteaArray(changes.map(({ referenceHash }) => referenceHash)),
      textArray(changes.map(({ cardId }) => cardId)),
      textArray(changes.map(({ validFrom }) => isoOrNull(validFrom))),
      textArray(changes.map(({ validTo }) => isoOrNull(validTo))),
    ],
  );
}
