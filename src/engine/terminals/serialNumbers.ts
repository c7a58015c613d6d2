import { sql } from "kysely";
import { terminalStream } from "../../domain/terminal/events.ts";
import type { Services } from "../services.ts";

/** A spreadsheet takes the zeros away: a device is not registered twice because of it. */
export async function sameBesidesZeros(services: Services, serial: string): Promise<boolean> {
  if (!/^\d+$/.test(serial)) return false;
  const rows = await services.db
    .selectFrom("stream_heads")
    .select(["stream", "revision"])
    .where("stream", "~", "^terminal-[0-9]+$")
    .where(sql<boolean>`ltrim(substr(stream, 10), '0') = ltrim(${serial}, '0')`)
    .where("stream", "<>", terminalStream(serial))
    .execute();
  for (const { stream, revision } of rows) {
    const { state } = await services.streams.terminal.load(stream, revision);
    if (state !== null && state.status !== "REVOKED") return true;
  }
  return false;
}
