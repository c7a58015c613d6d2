import { card, type CardRefusal } from "../../domain/card/card.ts";
import type { PaymentResolution } from "../../domain/card/charge/events.ts";
import { type CardEvent, cardStream } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import type { Visibility } from "../../domain/user/access.ts";
import type { Position } from "../../eventlog/log.ts";
import type { Projections } from "../../projections/index.ts";
import type { Payment } from "../../projections/payments/queries.ts";
import { refusedEntry } from "../entry/refusals.ts";
import { byOf, execute, type Write } from "../management/commands.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { soughtIn } from "../waitFor.ts";
import { PAYMENT_WITHIN_MS, settlePayment } from "./settle.ts";

/** What people do with payments that are to be reconciled. */

interface Asked {
  readonly accessId: string;
  readonly visibility: Visibility;
}

async function paymentFor(
  { log }: Services,
  projections: Pick<Projections, "payments" | "waitFor">,
  { accessId, visibility }: Asked,
): ReturnType<typeof soughtIn<Payment>> {
  return await soughtIn(log, projections, async () => await projections.payments.get(accessId, visibility));
}

/** Says what became of it; whatever the acquirer says later of money that it took counts all the same. */
export async function resolvePayment(
  services: Services,
  projections: Pick<Projections, "payments" | "waitFor">,
  write: Write,
  { accessId, visibility }: Asked,
  { outcome, reason }: { readonly outcome: PaymentResolution; readonly reason: string },
): Promise<{ readonly kind: "resolved"; readonly position: Position | null } | Problem> {
  const sought = await paymentFor(services, projections, { accessId, visibility });
  if (sought.kind === "problem") return sought;
  const { found } = sought;
  const done = await execute<CardState, CardEvent, CardRefusal>(
    services,
    services.streams.card,
    { ...write, expected: null },
    {
      ...{ stream: cardStream(found.cardId), operation: "resolve payment", announce: null },
      decide: (state) =>
        card.decide(state, {
          ...{ type: "ResolvePayment", accessId, now: write.now, by: byOf(write) },
          ...{ outcome, reason },
        }),
    },
  );
  if (done.kind === "done") return { kind: "resolved", position: done.position };
  return done.refusal.code === "VERSION_CONFLICT" ? problem("VERSION_CONFLICT") : refusedEntry(done.refusal);
}

/** Asks the acquirer now, also of what was given up. */
export async function inquirePayment(
  services: Services,
  projections: Pick<Projections, "payments" | "waitFor">,
  { accessId, visibility }: Asked,
): Promise<{ readonly kind: "asked" } | Problem> {
  const sought = await paymentFor(services, projections, { accessId, visibility });
  if (sought.kind === "problem") return sought;
  if (!services.acquirer.isConnected) return problem("NEEDS_ADAPTER", "No acquirer is connected.");
  const { cardId } = sought.found;
  await settlePayment(services, { cardId, accessId }, { within: PAYMENT_WITHIN_MS, isAsked: true });
  return { kind: "asked" };
}
