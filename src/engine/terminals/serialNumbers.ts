import { terminalStream } from "../../domain/terminal/events.ts";
import type { Services } from "../services.ts";

/** A spreadsheet takes the zeros away: a device is not registered twice because of it. */
export async function sameBesidesZeros(services: Services, serial: string): Promise<boolean> {
  if (!/^\d+$/.test(serial)) return false;
  const { rows } = await services.pool.query<{ stream: string; revision: number }>(
    `select stream, revision from stream_heads
     where stream ~ '^terminal-[0-9]+$' and ltrim(substr(stream, 10), '0') = ltrim($1, '0') and stream <> $2`,
    [serial, terminalStream(serial)],
  );
  for (const { stream, revision } of rows) {
    const { state } = await services.streams.terminal.load(stream, revision);
    if (state !== null && state.status !== "REVOKED") return true;
  }
  return false;
}
