import type { Services } from "../../services.ts";

/** Which reports a device has sent: an id that is used again for something else is found by it. */

export interface Registered {
  readonly reportId: string;
  readonly fingerprint: Buffer;
  readonly accessId: string;
  readonly cardId: string;
}

/** As they stand after this call, by report id: the first that came with an id. */
export async function registerReports(
  { pool }: Pick<Services, "pool">,
  device: string,
  reports: readonly Registered[],
): Promise<ReadonlyMap<string, Registered>> {
  const ids = reports.map(({ reportId }) => reportId);
  await pool.query(
    `insert into offline_reports (device, report_id, fingerprint, access_id, card_id)
     select $1, * from unnest($2::text[], $3::bytea[], $4::text[], $5::text[])
     on conflict (device, report_id) do nothing`,
    [
      device,
      ids,
      reports.map(({ fingerprint }) => fingerprint),
      reports.map(({ accessId }) => accessId),
      reports.map(({ cardId }) => cardId),
    ],
  );
  const { rows } = await pool.query<{
    report_id: string;
    fingerprint: Buffer;
    access_id: string;
    card_id: string;
  }>(
    "select report_id, fingerprint, access_id, card_id from offline_reports where device = $1 and report_id = any($2)",
    [device, ids],
  );
  return new Map(
    rows.map((row) => [
      row.report_id,
      { reportId: row.report_id, fingerprint: row.fingerprint, accessId: row.access_id, cardId: row.card_id },
    ]),
  );
}
