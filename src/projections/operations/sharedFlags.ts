import type { ClientBase } from "pg";
import type { OperationRow } from "../../database/readModels.ts";
import { CAP_COUNTS_FOR } from "../../domain/policies.ts";

/**
 * What is amiss with an offline entry by what other cards did: the terminal decided more than it may, or the programme's
 * budget was used up. Found anew for all whose turn may have come to be another one.
 */

/** Every row that a batch has changed, as it was and as it is. */
export interface Changed {
  readonly before: OperationRow | undefined;
  readonly after: OperationRow;
}

export async function flagWhatIsShared(client: ClientBase, changes: readonly Changed[]): Promise<void> {
  const offline = changes.filter(({ after }) => after.offline !== null);
  const budgeted = await budgetsTouched(client, changes);
  if (offline.length === 0 && budgeted.length === 0) return;
  const terminals = [...new Set(offline.map(({ after }) => after.terminal))];
  const first = new Date(Math.min(...changes.map(({ after }) => after.at.getTime())));
  await client.query(FLAG, [terminals, budgeted, first, CAP_COUNTS_FOR / 1_000]);
}

/** Rulesets with a budget that offline entries are measured by, and in which visits came or went. */
async function budgetsTouched(client: ClientBase, changes: readonly Changed[]): Promise<readonly string[]> {
  const moved = new Set<string>();
  for (const { before, after } of changes) {
    const counted = before?.status === "COMPLETED";
    const counts = after.status === "COMPLETED";
    if (after.ruleset_id !== null && (counted !== counts || after.offline !== null))
      moved.add(after.ruleset_id);
  }
  if (moved.size === 0) return [];
  const { rows } = await client.query<{ ruleset_id: string }>(
    "select distinct ruleset_id from operations where ruleset_id = any($1) and budget_max is not null",
    [[...moved]],
  );
  return rows.map((row) => row.ruleset_id);
}

/** $1 terminals, $2 rulesets, $3 the earliest change, $4 seconds within which caps count. */
const FLAG = `
  with looked_at as (
    select o.access_id, o.card_flags, o.reviewed_flags, o.status,
           o.cap_max is not null and o.cap_max <= (
             select count(*) from operations c
              where c.offline is not null and c.terminal = o.terminal and c.ruleset_id = o.ruleset_id
                and c.status <> 'REJECTED' and c.at > o.at - make_interval(secs => $4)
                and (c.at, c.report_id, c.access_id) < (o.at, o.report_id, o.access_id)) as over_cap,
           o.budget_max is not null and o.status = 'COMPLETED' and o.budget_max < (
             select count(*) from operations b
              where b.ruleset_id = o.ruleset_id and b.status = 'COMPLETED'
                and (o.budget_from is null or b.at >= o.budget_from)
                and (o.budget_to is null or b.at < o.budget_to)
                and (b.at, b.access_id) <= (o.at, o.access_id)) as over_budget
      from operations o
     where o.offline is not null and o.status <> 'REJECTED' and o.at >= $3
       and (o.terminal = any($1) or (o.ruleset_id = any($2) and o.budget_max is not null))
  ), flagged as (
    select access_id, reviewed_flags,
           card_flags
             || case when over_cap and not 'CAP_EXCEEDED' = any(card_flags) then '{CAP_EXCEEDED}' else '{}' end::text[]
             || case when over_budget then '{BUDGET_EXCEEDED}' else '{}' end::text[] as flags
      from looked_at
  )
  update operations o set flags = f.flags, waits = not f.flags <@ f.reviewed_flags
    from flagged f
   where o.access_id = f.access_id
     and (o.flags is distinct from f.flags or o.waits is distinct from (not f.flags <@ f.reviewed_flags))`;
