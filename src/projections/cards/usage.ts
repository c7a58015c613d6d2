import type { ClientBase } from "pg";
import type { VisitRow } from "../../database/readModels.ts";
import { jsonText } from "../copyText.ts";
import type { Rows } from "../rows.ts";

/** How many visits count in each ruleset, kept in step with the visits: lists say it without counting. */
export class Usage {
  /** Where each visit counted before the batch: in a ruleset, or in none. */
  readonly #before = new Map<string, string | null>();

  /** Before a visit is changed. */
  note(accessId: string, visit: VisitRow | undefined): void {
    if (!this.#before.has(accessId)) this.#before.set(accessId, countsIn(visit));
  }

  async save(client: ClientBase, visits: Rows<VisitRow>): Promise<void> {
    const changes = new Map<string, number>();
    for (const [accessId, was] of this.#before) {
      const is = countsIn(visits.get(accessId));
      if (was === is) continue;
      if (was !== null) changes.set(was, (changes.get(was) ?? 0) - 1);
      if (is !== null) changes.set(is, (changes.get(is) ?? 0) + 1);
    }
    const rows = [...changes]
      .filter(([, visitsMore]) => visitsMore !== 0)
      .map(([ruleset_id, visitsMore]) => ({ ruleset_id, visits: visitsMore }));
    if (rows.length === 0) return;
    const json = jsonText(rows);
    await client.query(
      `insert into ruleset_usage as u (ruleset_id, visits)
       select ruleset_id, visits from json_populate_recordset(null::ruleset_usage, $1)
       on conflict (ruleset_id) do update set visits = u.visits + excluded.visits`,
      [json],
    );
    // The table is the same whichever way the visits went to where they are.
    await client.query(
      `delete from ruleset_usage u using json_populate_recordset(null::ruleset_usage, $1) changed
        where u.ruleset_id = changed.ruleset_id and u.visits = 0`,
      [json],
    );
  }
}

/** A grant counts once it is confirmed. */
function countsIn(visit: VisitRow | undefined): string | null {
  return visit === undefined || visit.confirmed_at === null ? null : visit.ruleset_id;
}
