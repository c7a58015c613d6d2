import { cardStream } from "../../domain/card/events.ts";
import type { Entry } from "../../domain/card/entry.ts";
import type { CardState } from "../../domain/card/state.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import { deviceName, isOfThisDevice, type TerminalLife } from "../../domain/terminal/life.ts";
import { type Instant, instant } from "../../domain/time.ts";
import type { Projections } from "../../projections/index.ts";
import { checkOfAccessId, checkOfRequest, type RegisteredCheck } from "../gate/register.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Stored } from "../streams.ts";
import { waitForPosition } from "../waitFor.ts";
import type { Verdict } from "./attempt.ts";
import type { FindCard } from "./openEntry.ts";

/** A terminal whose register row was lost in a crash waits at most this long for the read model. */
const WAIT_MS = 5_000;

/** What became of an attempt: its verdict as it stands in its stream, and the entry that a grant began. */
export interface Attempted {
  readonly verdict: Stored<Verdict>;
  readonly entry: Entry | null;
  /** Business time. */
  readonly now: Instant;
}

/** Where a terminal's past attempts are found. */
export interface EntryLookup {
  readonly cardOf: FindCard;
  /** A problem when the read models did not come to that position in time. */
  waitFor(position: string): Promise<Problem | null>;
  /** Null for no such attempt of this terminal; a problem where that can't be told now. */
  byAccessId(terminal: TerminalLife, accessId: string, now: number): Promise<Attempted | null | Problem>;
  byRequestId(terminal: TerminalLife, requestId: string, now: number): Promise<Attempted | null | Problem>;
}

/**
 * Past attempts of a terminal, from the register and the stream that holds them: so that what was just answered is found,
 * however far the read models are behind.
 */
export function entryLookup(services: Services, projections: Projections): EntryLookup {
  async function caughtUp(): Promise<boolean> {
    // Also to what a feed withholds: it is not there only where nothing acknowledged is left to be seen.
    return await projections.waitFor(await services.log.newest(), WAIT_MS);
  }

  async function cardOf(accessId: string): Promise<string | null | Problem> {
    const known = await projections.operations.cardOf(accessId);
    if (known !== null) return known;
    // The register knows all but what a crash took: only then the read model has to have seen everything.
    if (await caughtUp()) return await projections.operations.cardOf(accessId);
    return problem("UNAVAILABLE", "It is not known here yet whether there is such an entry. Ask again.", {
      retryAfter: 1,
    });
  }

  /** By the register's row; where that is lost, by the read model. */
  async function find(
    life: TerminalLife,
    claim: RegisteredCheck | null,
    lost: () => Promise<string | null>,
    now: Instant,
  ): Promise<Attempted | null | Problem> {
    if (claim !== null)
      return claim.terminal === deviceName(life) ? await ofClaim(services, life, claim, now) : null;
    if (!(await caughtUp())) {
      return problem("UNAVAILABLE", "It is not known here yet what became of it. Ask again.", {
        retryAfter: 1,
      });
    }
    const accessId = await lost();
    if (accessId === null) return null;
    const cardId = await projections.operations.cardOf(accessId);
    return await ofClaim(services, life, { terminal: "", accessId, cardId, unplaced: false }, now);
  }

  return {
    waitFor: async (position) => await waitForPosition(services.log, projections, position),
    cardOf,
    byAccessId: async (life, accessId, now) =>
      await find(life, await checkOfAccessId(services.db, accessId), () => Promise.resolve(accessId), now),
    byRequestId: async (life, requestId, now) =>
      await find(
        life,
        await checkOfRequest(services.db, deviceName(life), requestId),
        async () => await projections.operations.findByRequest(life.serialNumber, requestId),
        now,
      ),
  };
}

async function ofClaim(
  services: Services,
  life: TerminalLife,
  { accessId, cardId, unplaced }: RegisteredCheck,
  now: Instant,
): Promise<Attempted | null> {
  if (accessId === null) return null;
  if (cardId !== null && !unplaced) {
    const { state } = await services.streams.card.refresh(cardStream(cardId));
    const verdict = await verdictOf(services, cardId, state, accessId);
    if (verdict !== null) {
      const { data } = verdict.event;
      const isOwn = data.terminal === life.serialNumber && isOfThisDevice(life, instant(data.at));
      return isOwn ? { verdict, entry: state.entries.get(accessId) ?? null, now } : null;
    }
  }
  const verdict = await services.streams.terminal.findLast(terminalStream(life.serialNumber), ({ event }) =>
    event.type === "AttemptRefused" && event.data.accessId === accessId ? event : null,
  );
  if (verdict === null || !isOfThisDevice(life, instant(verdict.event.data.at))) return null;
  return { verdict, entry: null, now };
}

/** A granted or rejected attempt in its card's stream. */
async function verdictOf(services: Services, cardId: string, state: CardState, accessId: string) {
  const stream = cardStream(cardId);
  const entry = state.entries.get(accessId);
  if (entry === undefined) {
    return await services.streams.card.findLast(stream, ({ event }) =>
      event.type === "EntryRejected" && event.data.accessId === accessId ? event : null,
    );
  }
  const stored = await services.streams.card.eventAt(stream, entry.grantRevision);
  if (stored?.event.type !== "EntryGranted") throw new Error("the revision of a grant holds one");
  return { ...stored, event: stored.event };
}
