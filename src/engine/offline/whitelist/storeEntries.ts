import { CopyRows } from "../../../database/copyRows.ts";
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

const COLUMNS = [
  ...["upload_id", "scope_id", "list_hash", "reference_hash"],
  ...["card_id", "valid_from", "valid_to", "removed"],
];

/** In one statement. They count once their upload has its row. */
export async function storeEntries(
  { pool }: Pick<Services, "pool">,
  { uploadId, scopeId, removed }: Storing,
  changes: Iterable<Change>,
): Promise<void> {
  const rows = new CopyRows(COLUMNS.length);
  for (const { hash, referenceHash, cardId, validFrom, validTo } of changes) {
    rows.row().text(uploadId).text(scopeId).bytes(hash);
    if (referenceHash === null) rows.null();
    else rows.bytes(referenceHash);
    rows.text(cardId).time(validFrom).time(validTo).bool(removed);
  }
  const client = await pool.connect();
  let broken = true;
  try {
    await rows.into(client, `whitelist_entries (${COLUMNS.join(", ")})`);
    broken = false;
  } finally {
    client.release(broken);
  }
}
