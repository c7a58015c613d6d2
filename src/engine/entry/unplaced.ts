import { card as cardDecider, type CardRefusal } from "../../domain/card/card.ts";
import { type CardEvent, cardStream } from "../../domain/card/events.ts";
import type { CardState } from "../../domain/card/state.ts";
import { accept, refuse } from "../../domain/decider.ts";
import { type TerminalEvent, terminalStream } from "../../domain/terminal/events.ts";
import type { TerminalRefusal } from "../../domain/terminal/commands.ts";
import type { TerminalState } from "../../domain/terminal/life.ts";
import { terminal as terminalDecider } from "../../domain/terminal/terminal.ts";
import { markUnplaced } from "../gate/register.ts";
import type { RequestKey } from "../gate/opening.ts";
import type { Services } from "../services.ts";
import type { Stored } from "../streams.ts";
import { type Attempt, type Checked, metaOf, type Verdict } from "./attempt.ts";
import { textsOf } from "./request.ts";
import { storedVerdict } from "./verdicts.ts";

/**
 * The terminal belongs to no location: the attempt concerns the device and stands in its stream. Where the same request
 * may be under way from a place, it is given up there first: only one of the two streams has a verdict of it.
 */
export async function refuseUnplaced(
  services: Services,
  attempt: Attempt,
  key: RequestKey,
): Promise<Checked> {
  const { input, request } = attempt;
  const isRepeat = request.opening.claim.kind === "known";
  const before = await storedVerdict(services, attempt, isRepeat ? await generationOf(services, attempt) : 0);
  if (before !== null) return { kind: "checked", verdict: before };
  // Before the event, so that no retry from another place can overlook it.
  await markUnplaced(services.db, key);
  const isAlone = input.requestId === null || (!isRepeat && input.terminal.life.locationId === null);
  if (isAlone) {
    const refused = await appendRefusal(services, attempt, input.requestId !== null);
    if (refused !== null) return refused;
  }
  const decided = await giveUpElsewhere(services, attempt);
  if (decided !== null) return { kind: "checked", verdict: decided };
  const refused = await appendRefusal(services, attempt, false);
  if (refused === null) throw new Error("only an attempt that may be repeated elsewhere is not refused");
  return refused;
}

/** @param whileUnmoved null if the terminal was given a place since the request came: a repeat may have come from there */
async function appendRefusal(
  services: Services,
  attempt: Attempt,
  whileUnmoved: boolean,
): Promise<Checked | null> {
  const { accessId, cardId, input, request } = attempt;
  const { requestId, card } = input;
  const { life, revision } = input.terminal;
  const stream = terminalStream(life.serialNumber);
  const texts = await textsOf(services, request);
  const isMoved = async (head: number): Promise<boolean> => {
    if (!whileUnmoved || head === revision) return false;
    const since = await services.log.read(stream, { from: revision + 1 });
    return since.some(({ type }) => type === "TerminalChanged");
  };
  const result = await services.executor.execute<TerminalState, TerminalEvent, RefusedAttempt>(
    services.streams.terminal,
    {
      stream,
      meta: metaOf(services, attempt, 0),
      decide: async (state, folded) =>
        (await isMoved(folded.revision))
          ? refuse({ code: "MOVED" as const })
          : terminalDecider.decide(state, {
              type: "RefuseAttempt",
              now: request.now,
              accessId,
              requestId,
              cardId,
              entryMode: card.entryMode,
              ...(texts < 0 ? {} : { screen: { texts, utcOffset: null } }),
            }),
    },
  );
  if (result.kind === "refused" && result.refusal.code === "MOVED") return null;
  const stored = result.kind === "done" ? result.stored[0] : undefined;
  if (stored?.event.type !== "AttemptRefused")
    throw new Error(`the attempt of ${life.serialNumber} was not recorded`);
  return { kind: "checked", verdict: { ...stored, event: stored.event } };
}

type RefusedAttempt = TerminalRefusal | { readonly code: "MOVED" };

/** The verdict in the card's stream; null if there is none, and from now on there can be none. */
async function giveUpElsewhere(services: Services, attempt: Attempt): Promise<Stored<Verdict> | null> {
  const { accessId, cardId, key: attemptKey, request } = attempt;
  const meta = metaOf(services, attempt, 0);
  const found: { verdict: Stored<Verdict> | null } = { verdict: null };
  await services.executor.execute<CardState, CardEvent, CardRefusal>(services.streams.card, {
    stream: cardStream(cardId),
    // Once: whoever comes to the card afterwards looks into the register again.
    meta: { ...meta, identity: { ...meta.identity, operation: "refuse_unplaced" } },
    decide: async (state) => {
      found.verdict = await storedVerdict(services, attempt, state.abandoned.get(attemptKey) ?? 0);
      if (found.verdict !== null) return accept();
      const { now } = request;
      return cardDecider.decide(state, {
        type: "AbandonAttempt",
        accessId,
        attemptKey,
        rulesetId: null,
        now,
      });
    },
  });
  return found.verdict;
}

async function generationOf(services: Services, { cardId, key }: Attempt): Promise<number> {
  const { state } = await services.streams.card.refresh(cardStream(cardId));
  return state.abandoned.get(key) ?? 0;
}
