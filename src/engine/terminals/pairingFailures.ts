import type { TerminalLife } from "../../domain/terminal/life.ts";
import { isPaired } from "../../domain/terminal/life.ts";
import { type Instant, SECOND } from "../../domain/time.ts";
import type { Services } from "../services.ts";

/**
 * Why pairing failed, as the office sees it; the device is told nothing of this. The last time of each cause is kept, so that
 * whoever guesses fills nothing.
 */

export const PAIRING_FAILURES = [
  "WRONG_CODE",
  "CODE_LOCKED",
  "CODE_EXPIRED",
  "CODE_USED",
  "NO_CODE",
  "SUSPENDED",
  "KEY_REFUSED",
  "CALLER_WAITS",
] as const;
export type PairingFailure = (typeof PAIRING_FAILURES)[number];

/** Why a code that was not taken was not. @param now business time */
export function whyNotTaken(life: TerminalLife, now: Instant): PairingFailure {
  const { enrollment } = life;
  if (life.status === "SUSPENDED") return "SUSPENDED";
  if (isPaired(life) || enrollment.status === "CONSUMED") return "CODE_USED";
  if (enrollment.status === "NONE") return "NO_CODE";
  if (now >= enrollment.expiresAt) return "CODE_EXPIRED";
  return enrollment.status === "LOCKED" ? "CODE_LOCKED" : "WRONG_CODE";
}

/** At most once a second for each cause: whoever guesses writes no more than that. @param at business time */
export async function keepFailure(
  { db }: Services,
  { serialNumber }: TerminalLife,
  why: PairingFailure,
  at: Instant,
): Promise<void> {
  const now = new Date(at);
  const kept = await db
    .selectFrom("pairing_failures")
    .select("at")
    .where("serial_number", "=", serialNumber)
    .where("why", "=", why)
    .executeTakeFirst();
  if (kept !== undefined && Math.abs(at - kept.at.getTime()) < SECOND) return;
  await db
    .insertInto("pairing_failures")
    .values({ serial_number: serialNumber, why, at: now })
    .onConflict((conflict) => conflict.columns(["serial_number", "why"]).doUpdateSet({ at: now }))
    .execute();
}

export interface KeptFailure {
  readonly why: PairingFailure;
  readonly at: Instant;
}

/** What failed since the code that was issued last, the latest first; of a terminal that is paired, nothing. */
export async function failuresOf({ db }: Services, life: TerminalLife): Promise<readonly KeptFailure[]> {
  if (isPaired(life)) return [];
  const since = life.enrollment.status === "NONE" ? Date.parse(life.modifiedAt) : life.enrollment.issuedAt;
  const rows = await db
    .selectFrom("pairing_failures")
    .select(["why", "at"])
    .where("serial_number", "=", life.serialNumber)
    .where("at", ">=", new Date(since))
    .orderBy("at", "desc")
    .execute();
  return rows.flatMap(({ why, at }) => {
    const known = PAIRING_FAILURES.find((one) => one === why);
    return known === undefined ? [] : [{ why: known, at: at.getTime() }];
  });
}
