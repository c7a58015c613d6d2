import type { Projections } from "../../projections/index.ts";
import type { Services } from "../services.ts";
import type { EntryLookup } from "./routes.ts";
import type { entryAnswer } from "./schemas.ts";
import type { z } from "zod";

/** A terminal that lost a reply waits at most this long for the read model to have it. */
const WAIT_MS = 5_000;

/** Past attempts, from the operations read model as of everything that was acknowledged so far. */
export function entryLookup(services: Services, projections: Projections): EntryLookup {
  type Answer = z.infer<typeof entryAnswer>;

  async function caughtUp(): Promise<void> {
    await projections.waitFor(await services.log.head(), WAIT_MS);
  }

  async function answerOf(terminal: string, accessId: string | null, now: number): Promise<Answer | null> {
    if (accessId === null) return null;
    const row = await projections.operations.get(accessId, { places: null, icas: null }, now);
    if (row?.terminal !== terminal) return null;
    const { cost, allocation } = row;
    return {
      accessId: row.accessId,
      requestId: row.requestId,
      decision: row.status === "REJECTED" ? "REJECTED" : "GRANTED",
      status: row.status,
      code: row.code,
      requestedAt: row.at,
      expiresAt: row.expiresAt,
      confirmedAt: row.confirmedAt,
      ruleset: row.ruleset,
      allocation: allocation === null || cost === null ? null : { cardholder: cost, ...allocation },
      charged: row.charged,
      paymentStatus: row.paymentStatus,
    };
  }

  return {
    cardOf: async (accessId) => {
      await caughtUp();
      return await projections.operations.cardOf(accessId);
    },
    byAccessId: async (terminal, accessId, now) => {
      await caughtUp();
      return await answerOf(terminal, accessId, now);
    },
    byRequestId: async (terminal, requestId, now) => {
      await caughtUp();
      return await answerOf(terminal, await projections.operations.findByRequest(terminal, requestId), now);
    },
  };
}
