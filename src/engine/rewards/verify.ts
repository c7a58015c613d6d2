import { card } from "../../domain/card/card.ts";
import type { EnrolmentVerified } from "../../domain/card/enrolmentCheck.ts";
import { cardStream } from "../../domain/card/events.ts";
import { ENROLMENT_ANSWER } from "../../domain/policies.ts";
import type { Position } from "../../eventlog/log.ts";
import type { Silence } from "../../integrations/ports.ts";
import { enrolmentIn } from "../enrolledCards/enrolment.ts";
import { joinedTo } from "../joinedCards.ts";
import { byOf, execute, versionConflict, type Write } from "../management/commands.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";

/** Whether the reward system knows a card as it is enrolled here. What it says is kept in the card's stream. */

export type VerificationOutcome =
  | { readonly kind: "said"; readonly said: EnrolmentVerified; readonly position: Position | null }
  /** It said nothing that counts, and nothing is kept. */
  | { readonly kind: "silent"; readonly why: Silence }
  | Problem;

/** @param cardId of a card that there is */
export async function verifyWithRewards(
  services: Services,
  write: Write,
  cardId: string,
): Promise<VerificationOutcome> {
  const { rewards } = services;
  if (!rewards.isConnected) return problem("NEEDS_ADAPTER", "REWARDS_URL is not set: nobody can be asked.");
  const stream = cardStream(cardId);
  const { state } = await services.streams.card.refresh(stream);
  if (state.replaced !== null) return problem("CARD_REPLACED");
  const { enrolment: asked } = enrolmentIn(state, await joinedTo(services, cardId, state));
  if (asked === null) return problem("NOT_ENROLLED");
  const answer = await rewards.findEnrolment(asked, ENROLMENT_ANSWER);
  if (answer.kind === "NOTHING") return { kind: "silent", why: answer.why };
  const { kind: _found, ...said } = answer;
  const { now } = write;
  const done = await execute(services, services.streams.card, write, {
    stream,
    operation: "verify-enrolment",
    announce: null,
    decide: (before) => card.decide(before, { type: "VerifyEnrolment", now, by: byOf(write), asked, said }),
  });
  if (done.kind === "refused") {
    const { refusal } = done;
    if (refusal.code === "VERSION_CONFLICT") return versionConflict(refusal);
    throw new Error(`it is never refused, and was: ${refusal.code}`);
  }
  // Of an attempt before this one, what was said then.
  const stored = done.stored.find(({ event }) => event.type === "EnrolmentVerified")?.event;
  if (stored?.type !== "EnrolmentVerified") throw new Error("what was said is stored");
  return { kind: "said", said: stored.data, position: done.position };
}
