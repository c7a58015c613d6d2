import type { Services } from "../../services.ts";

/** Whether a whitelist of the place names the card, or did: its own, or a ruleset's. */
export async function isListedAt(
  { pool }: Pick<Services, "pool">,
  locationId: string | null,
  cardId: string | null,
): Promise<boolean> {
  if (locationId === null || cardId === null) return false;
  const { rows } = await pool.query(
    `select from whitelist_entries e join whitelist_uploads u on u.id = e.upload_id
     where e.card_id = $2 and not e.removed and (u.scope_kind = 'RULESET' or u.scope_id = $1) limit 1`,
    [locationId, cardId],
  );
  return rows.length > 0;
}
