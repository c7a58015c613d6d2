import { card, type CardRefusal } from "../../domain/card/card.ts";
import { type CardEvent, cardStream } from "../../domain/card/events.ts";
import type { ReviewDecision } from "../../domain/card/offline/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { laterOf, type Position } from "../../eventlog/log.ts";
import type { Projections } from "../../projections/index.ts";
import { inAccount } from "../joinedCards.ts";
import { byOf, execute, type Write } from "../management/commands.ts";
import type { Services } from "../services.ts";

export interface Review {
  readonly accessIds: readonly string[];
  readonly decision: ReviewDecision;
  readonly reason: string;
}

export interface Reviewed {
  readonly accessId: string;
  readonly outcome: "REVIEWED" | "NOT_FOUND" | "NOTHING_TO_REVIEW";
}

/** Somebody has looked at entries that were flagged. Each by itself: none is left out for another. */
export async function reviewEntries(
  services: Services,
  { operations }: Pick<Projections, "operations">,
  write: Write,
  visibility: Visibility,
  { accessIds, decision, reason }: Review,
): Promise<{ readonly items: readonly Reviewed[]; readonly position: Position | null }> {
  const items: Reviewed[] = [];
  let last: Position | null = null;
  for (const accessId of new Set(accessIds)) {
    const operation = await operations.get(accessId, visibility, write.now);
    if (operation === null || operation.offline === null) {
      items.push({ accessId, outcome: "NOT_FOUND" });
      continue;
    }
    const { flags } = operation;
    const done = await execute<CardState, CardEvent, CardRefusal>(
      services,
      services.streams.card,
      { ...write, expected: null },
      {
        stream: cardStream(operation.cardId),
        operation: `review-${accessId}`,
        announce: null,
        decide: async (state) =>
          card.decide(await inAccount(services, operation.cardId, state), {
            type: "ReviewOffline",
            accessId,
            now: write.now,
            by: byOf(write),
            decision,
            reason,
            flags,
          }),
      },
    );
    if (done.kind === "done") {
      items.push({ accessId, outcome: "REVIEWED" });
      last = laterOf(last, done.position);
    } else {
      const isNothing = done.refusal.code === "NOTHING_TO_REVIEW";
      items.push({ accessId, outcome: isNothing ? "NOTHING_TO_REVIEW" : "NOT_FOUND" });
    }
  }
  return { items, position: last };
}
