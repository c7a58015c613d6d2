import { cardStream } from "../../domain/card/events.ts";
import { deviceName, isOfThisDevice, type TerminalLife } from "../../domain/terminal/terminal.ts";
import { instant } from "../../domain/time.ts";
import type { Projections } from "../../projections/index.ts";
import type { Services } from "../services.ts";
import { waitForPosition } from "../waitFor.ts";
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

  async function answerOf(life: TerminalLife, accessId: string | null, now: number): Promise<Answer | null> {
    if (accessId === null) return null;
    const row = await projections.operations.get(accessId, { places: null, icas: null }, now);
    if (row?.terminal !== life.serialNumber || !isOfThisDevice(life, instant(row.at))) return null;
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

  /**
   * The log's head trails an append for as long as another transaction is under way: the last event of
   * the card itself is what the read model has to have seen.
   */
  async function settled(cardId: string | null): Promise<void> {
    const last = cardId === null ? null : await lastEventOf(cardId);
    if (last === null) await caughtUp();
    else await projections.waitFor(last.position, WAIT_MS);
  }

  async function lastEventOf(cardId: string): Promise<{ readonly position: string } | null> {
    const stream = cardStream(cardId);
    const { revision } = await services.cards.refresh(stream);
    return revision < 0 ? null : await services.cards.eventAt(stream, revision);
  }

  return {
    waitFor: async (position) => await waitForPosition(services.log, projections, position),
    cardOf: async (accessId) => {
      await caughtUp();
      return await projections.operations.cardOf(accessId);
    },
    byAccessId: async (life, accessId, now) => {
      await settled((await claimOf(services.pool, "access_id", accessId))?.cardId ?? null);
      return await answerOf(life, accessId, now);
    },
    byRequestId: async (life, requestId, now) => {
      const claim = await claimOf(services.pool, "request_id", requestId, deviceName(life));
      await settled(claim?.cardId ?? null);
      const found = await projections.operations.findByRequest(life.serialNumber, requestId);
      return await answerOf(life, found, now);
    },
  };
}

/** The card that the register knows for a check; null where the row is not there, or was lost. */
async function claimOf(
  pool: Services["pool"],
  by: "access_id" | "request_id",
  value: string,
  terminal: string | null = null,
): Promise<{ readonly cardId: string | null } | null> {
  const { rows } = await pool.query<{ card_id: string | null }>(
    `select card_id from request_register
     where operation = 'check_entry' and ${by} = $1 and ($2::text is null or terminal = $2) limit 1`,
    [value, terminal],
  );
  const row = rows[0];
  return row === undefined ? null : { cardId: row.card_id };
}
