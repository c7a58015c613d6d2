import { AMOUNT_ABANDONED } from "../../domain/policies.ts";
import type { VerificationAnswer } from "../../domain/ruleset/evaluate/facts.ts";
import type { Silence, Verified, VerifyQuestion } from "../../integrations/ports.ts";
import type { Services } from "../services.ts";

/**
 * Verification by a small amount. It is written down before it is asked for, so that whatever becomes of this process,
 * of the line or of the acquirer, nothing that was taken stays taken. A key is asked for once: what an earlier try of
 * the same attempt was told counts.
 */
export async function verifyByAmount(
  services: Pick<Services, "db" | "acquirer" | "now">,
  { cardId, accessId }: { readonly cardId: string; readonly accessId: string },
  asked: Omit<VerifyQuestion, "method">,
): Promise<Verified> {
  const { db, acquirer, now } = services;
  const { key } = asked;
  if (!acquirer.isConnected) return { answer: unavailable("NOT_CONNECTED"), reference: null };
  const at = now();
  const begun = await db
    .insertInto("amount_checks")
    .values({
      ...{ key, card_id: cardId, access_id: accessId, state: "ASKED" },
      ...acquirer.amount,
      ...{ asked_at: new Date(at), next_at: new Date(at + AMOUNT_ABANDONED) },
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("key")
    .executeTakeFirst();
  if (begun === undefined) return { answer: await toldBefore(services, key), reference: null };
  // Writing it down took of its time.
  const verified = await acquirer.verify({
    ...asked,
    ...{ method: "AMOUNT", within: asked.within - (now() - at) },
  });
  await writeDown(services, key, verified.answer);
  return verified;
}

async function toldBefore({ db }: Pick<Services, "db">, key: string): Promise<VerificationAnswer> {
  const { outcome, response_code: responseCode } = await db
    .selectFrom("amount_checks")
    .select(["outcome", "response_code"])
    .where("key", "=", key)
    .executeTakeFirstOrThrow();
  return outcome === null ? unavailable("NO_ANSWER") : { method: "AMOUNT", outcome, responseCode };
}

async function writeDown(
  { db, now }: Pick<Services, "db" | "now">,
  key: string,
  { outcome, responseCode, why }: VerificationAnswer,
): Promise<void> {
  const state = stateAfter(outcome, why);
  const at = new Date(now());
  await db
    .updateTable("amount_checks")
    .set({
      ...{ state, outcome: outcome === "UNAVAILABLE" ? null : outcome, response_code: responseCode },
      ...{ problem: why ?? null, next_at: at, settled_at: state === "NOT_TAKEN" ? at : null },
    })
    .where("key", "=", key)
    // Whoever looks after what was left lying may have been faster.
    .where("state", "=", "ASKED")
    .execute();
}

function stateAfter(
  outcome: VerificationAnswer["outcome"],
  why: string | undefined,
): "DUE" | "UNKNOWN" | "NOT_TAKEN" {
  switch (outcome) {
    case "PASSED":
      return "DUE";
    case "FAILED":
    case "INSUFFICIENT_FUNDS":
      return "NOT_TAKEN";
    case "UNAVAILABLE":
      return why !== undefined && NOTHING_TAKEN.has(why) ? "NOT_TAKEN" : "UNKNOWN";
  }
}

const NOTHING_TAKEN: ReadonlySet<string> = new Set<Silence>([
  "CIRCUIT_OPEN",
  "NOT_SENT",
  "REFUSED",
  "ISSUER_AWAY",
]);

function unavailable(why: Silence): VerificationAnswer {
  return { method: "AMOUNT", outcome: "UNAVAILABLE", responseCode: null, why };
}
