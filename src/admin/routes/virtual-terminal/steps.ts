import { heard, LostReplyError, type posClient } from "./device/wire.ts";
import type { Checked, Guests, Sent, Step, Visit } from "./visit.ts";

type PosClient = ReturnType<typeof posClient>;

/** Sends it, and answers where that leaves the terminal. @throws ApiProblem, UnreachableError */
export async function run(pos: PosClient, step: Step, heads: Guests): Promise<Visit> {
  switch (step.kind) {
    case "tap": {
      const { pan, requestId = crypto.randomUUID() } = step;
      const body = { requestId, card: { pan, entryMode: "CONTACTLESS" as const } };
      return await heardOr({ ...step, requestId }, async () =>
        answered(await heard(pos.POST("/pos/check_entry", { body }))),
      );
    }
    case "quote": {
      const { granted } = step;
      const body = { accessId: granted.accessId, guests: heads };
      const quote = await heard(pos.POST("/pos/quote_entry", { body }));
      return { kind: "granted", answer: granted, quote };
    }
    case "confirm": {
      const { granted, quote, isCollected, requestId = crypto.randomUUID() } = step;
      const total = isCollected ? (quote?.total ?? null) : null;
      const payment = total === null ? {} : { payment: { collectedBy: "TERMINAL" as const, amount: total } };
      const body = { requestId, accessId: granted.accessId, guests: heads, ...payment };
      return await heardOr({ ...step, requestId }, async () => ({
        kind: "confirmed",
        answer: await heard(pos.POST("/pos/confirm_entry", { body })),
      }));
    }
    case "cancel": {
      const body = { accessId: step.granted.accessId };
      await heard(pos.POST("/pos/cancel_entry", { body }));
      return { kind: "cancelled" };
    }
    case "ask": {
      const { sent } = step;
      const entry =
        sent.kind === "tap"
          ? await heard(pos.GET("/pos/entries", { params: { query: { requestId: sent.requestId } } }))
          : await heard(
              pos.GET("/pos/entries/{accessId}", { params: { path: { accessId: sent.granted.accessId } } }),
            );
      return { kind: "found", entry };
    }
  }
}

function answered(answer: Checked): Visit {
  return answer.decision === "GRANTED"
    ? { kind: "granted", answer, quote: null }
    : { kind: "rejected", answer };
}

async function heardOr(sent: Sent, send: () => Promise<Visit>): Promise<Visit> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof LostReplyError) return { kind: "unheard", sent };
    throw error;
  }
}
