import { MOST_ECB_BYTES } from "../../integrations/rates/ecb.ts";
import type { RatesSource } from "../../integrations/rates/source.ts";
import type { PullOutcome } from "../../domain/rates.ts";
import { iso } from "../../domain/time.ts";
import type { Services } from "../services.ts";
import { bringEcbFile } from "./ecbFile.ts";

/** Exchange rates that are fetched by the day, from where the operator said. */

export interface RatePullSeen {
  readonly at: string;
  readonly outcome: PullOutcome;
  readonly detail: string | null;
  readonly stored: number;
  readonly until: string | null;
}

const DEADLINE_MS = 60_000;

/** Fetches and stores, and writes down what came of it. Never throws for what is outside. */
export async function pullRates(services: Services, source: RatesSource): Promise<RatePullSeen> {
  const at = services.now();
  const seen = { at: iso(at), ...(await pulled(services, source)) };
  await services.pool.query(
    `insert into rate_pull (only_one, at, outcome, detail, stored, until)
     values (true, $1, $2, $3, $4, $5)
     on conflict (only_one) do update
       set at = excluded.at, outcome = excluded.outcome, detail = excluded.detail, stored = excluded.stored,
           until = coalesce(excluded.until, rate_pull.until)`,
    [new Date(at), seen.outcome, seen.detail, seen.stored, seen.until],
  );
  return seen;
}

type Pulled = Omit<RatePullSeen, "at">;

async function pulled(services: Services, { url, outbound }: RatesSource): Promise<Pulled> {
  const answer = await outbound.send({
    ...{ url, method: "GET", headers: { accept: "application/xml, text/csv, application/zip" }, body: null },
    ...{ deadlineMs: DEADLINE_MS, maxBytes: MOST_ECB_BYTES, longer: "FAIL" },
  });
  if (answer.outcome === "FAILED") return nothing("NO_ANSWER", answer.cause);
  if (answer.status !== 200) return nothing("REFUSED", `status ${String(answer.status)}`);
  const brought = await bringEcbFile(services, answer.body, false);
  if (brought.kind === "wrong") return nothing("UNREADABLE", brought.why);
  return { outcome: "DONE", detail: null, stored: brought.stored, until: brought.until };
}

function nothing(outcome: PullOutcome, detail: string): Pulled {
  return { outcome, detail, stored: 0, until: null };
}

/** What came of the last time; null where there was none. */
export async function lastRatePull({ db }: Pick<Services, "db">): Promise<RatePullSeen | null> {
  const row = await db.selectFrom("rate_pull").selectAll().executeTakeFirst();
  if (row === undefined) return null;
  const { at, outcome, detail, stored, until } = row;
  return { at: at.toISOString(), outcome, detail, stored, until };
}
