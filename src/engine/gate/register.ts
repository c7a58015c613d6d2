import type pg from "pg";
import type { RequestKey } from "./opening.ts";

/** The register of request ids, outside of the gate's own round trip. */

/** Gives a request id back that was claimed for what then was refused as invalid. */
export async function forgetRequest(
  pool: pg.Pool,
  { terminal, operation, requestId }: Omit<RequestKey, "fingerprint">,
): Promise<void> {
  await pool.query(
    "delete from request_register where terminal = $1 and operation = $2 and request_id = $3",
    [terminal, operation, requestId],
  );
}

/** Remembers that this tap's event stands in the terminal's stream. */
export async function markUnplaced(pool: pg.Pool, request: RequestKey): Promise<void> {
  await pool.query(
    "update request_register set unplaced = true where terminal = $1 and operation = $2 and request_id = $3",
    [request.terminal, request.operation, request.requestId],
  );
}

/** What {@link markUnplaced} has remembered since the request passed the gate. */
export async function isUnplaced(
  pool: pg.Pool,
  { terminal, operation, requestId }: Omit<RequestKey, "fingerprint">,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    "select from request_register where terminal = $1 and operation = $2 and request_id = $3 and unplaced",
    [terminal, operation, requestId],
  );
  return rowCount === 1;
}
