import type { z } from "zod";
import type { ActorRef } from "../actor.ts";
import { iso, type Instant } from "../time.ts";
import type { CardEvent, Enrolment, enrolmentVerified } from "./events.ts";

/** What the reward system said when a person asked it about an enrolment. It is kept, and changes nothing. */

/** Null: it did not say. */
export interface SaidOfEnrolment {
  readonly enrolled: boolean;
  readonly ica: string | null;
  readonly productCode: string | null;
  readonly since: string | null;
}

export interface VerifyEnrolment {
  readonly now: Instant;
  readonly by: ActorRef;
  /** As the card is enrolled here. */
  readonly asked: Omit<Enrolment, "issuer">;
  readonly said: SaidOfEnrolment;
}

export type EnrolmentVerified = z.infer<typeof enrolmentVerified>["data"];

export const ENROLMENT_DIFFERENCES = ["NOT_ENROLLED", "ICA", "PRODUCT"] as const;
export type EnrolmentDifference = (typeof ENROLMENT_DIFFERENCES)[number];

export function verifyEnrolment(
  { lastAt }: { readonly lastAt: Instant },
  { now, by, asked, said }: VerifyEnrolment,
): Extract<CardEvent, { type: "EnrolmentVerified" }> {
  return { type: "EnrolmentVerified", data: { at: iso(Math.max(now, lastAt)), by, asked, said } };
}

/** In what it knows the card otherwise. Since when is none of it: an enrolment here may begin when it was typed in. */
export function enrolmentDifferences({
  asked,
  said,
}: Pick<EnrolmentVerified, "asked" | "said">): readonly EnrolmentDifference[] {
  if (!said.enrolled) return ["NOT_ENROLLED"];
  const isOther = (its: string | null, ours: string): boolean => its !== null && its !== ours;
  // Leading zeros of an ICA are written by some, and left out by others.
  const bare = (ica: string): string => ica.replace(/^0+(?=\d)/, "");
  return [
    ...(said.ica !== null && bare(said.ica) !== bare(asked.ica) ? (["ICA"] as const) : []),
    ...(isOther(said.productCode, asked.productCode) ? (["PRODUCT"] as const) : []),
  ];
}
