import type { z } from "zod";
import type { Json } from "../../domain/json.ts";
import { iso } from "../../domain/time.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import { isPaired, type TerminalLife } from "../../domain/terminal/life.ts";
import { secretHash } from "../../vault/hashing.ts";
import { type Problem, problem } from "../http/problems.ts";
import { type Answer, type Reply, reply } from "../http/answer.ts";
import { businessNow } from "../../engine/businessClock.ts";
import type { Services } from "../../engine/services.ts";
import { flawAmong, readBroughtKeys } from "../../engine/terminals/broughtKeys.ts";
import { keepFailure, type PairingFailure, whyNotTaken } from "../../engine/terminals/pairingFailures.ts";
import { ownCommand } from "../../engine/terminals/ownCommand.ts";
import type { pairAnswer, pairBody } from "./schemas.ts";
import { locationAnswer, settingsAnswer } from "./status.ts";
import { takePairingTry } from "../../engine/wrongTries.ts";

type PairInput = z.infer<typeof pairBody>;

/**
 * Pairing by a code (source document, "Pairing process"). Wrong, unknown, expired and used codes are
 * answered alike. A try is counted before it is decided, and only on the code that it can then use.
 */
export async function pairTerminal(
  services: Services,
  input: PairInput,
  call: { readonly remote: string; readonly traceId: string },
): Promise<Reply<200, Answer<typeof pairAnswer>> | Problem> {
  const { state } = await services.streams.terminal.refresh(terminalStream(input.serialNumber));
  const now = await businessNow(services);
  // After the answer: what is written for the office must not tell by its time which serial numbers there are.
  const failed = (why: PairingFailure, more?: () => Promise<void>): void => {
    if (state !== null)
      void afterwards(services, async () => {
        await keepFailure(services, state, why, now);
        await more?.();
      });
  };
  const keys = await readBroughtKeys(input);
  if (keys.kind === "problem") {
    failed("KEY_REFUSED");
    return keys;
  }
  const { serialNumber, pairingCode } = input;
  const codeHash = secretHash(services.keyring, "pairing", `${serialNumber}:${pairingCode}`).toString("hex");
  const { publicKey, encryptionKey } = keys;
  const attempt: Attempt = { ...call, serialNumber, now, codeHash, publicKey, encryptionKey };
  const used = codeOfRepeat(state, attempt);
  // Whoever shows the code and the keys of a pairing that took place has nothing left to guess.
  if (used !== null) return await pairWith(services, attempt, used, problem("PAIRING_REFUSED"));
  const code = codeToGuess(state, now);
  const taken = await takePairingTry(services, call.remote, code);
  if (taken.kind === "problem") {
    failed(taken.code === "TOO_MANY_TRIES" ? "CALLER_WAITS" : "CODE_LOCKED");
    return taken;
  }
  if (code === null) {
    failed(state === null ? "NO_CODE" : whyNotTaken(state, now));
    return taken.wrong;
  }
  // Only whoever knows the code has us look for so long, and learns nothing by it.
  const flaw = code.hash === codeHash ? await flawAmong(keys.moduli) : null;
  if (flaw !== null) {
    await taken.giveBack();
    failed("KEY_REFUSED");
    return flaw;
  }
  const answer = await pairWith(services, attempt, code.id, taken.wrong);
  if (answer.kind === "reply") {
    await taken.giveBack();
    return answer;
  }
  if (code.hash !== codeHash) {
    failed("WRONG_CODE", async () => await recordWrongTry(services, attempt, code.id));
  } else {
    // Right, and yet too late: somebody was faster.
    failed(state?.status === "SUSPENDED" ? "SUSPENDED" : "CODE_USED");
  }
  return answer;
}

async function afterwards({ logger }: Services, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger.warn({ err: error }, "why a pairing failed could not be kept");
  }
}

interface Attempt {
  readonly serialNumber: string;
  readonly remote: string;
  readonly traceId: string;
  /** Business time. */
  readonly now: number;
  readonly codeHash: string;
  readonly publicKey: string;
  readonly encryptionKey: Json | null;
}

async function pairWith(
  services: Services,
  attempt: Attempt,
  codeId: string,
  wrong: Problem,
): Promise<Reply<200, Answer<typeof pairAnswer>> | Problem> {
  const { serialNumber, traceId, now, codeHash, publicKey, encryptionKey } = attempt;
  const credentialId = services.newId();
  const own = { serialNumber, traceId, operation: "pair", requestId: credentialId };
  const result = await ownCommand(services, own, {
    type: "Pair",
    ...{ now, codeId, codeHash, credentialId, publicKey, encryptionKey },
  });
  const life = result.folded.state;
  if (result.kind === "refused" || life === null) return wrong;
  const location = await locationAnswer(services, life.locationId);
  return reply(
    200,
    {
      status: "PAIRED",
      serialNumber: life.serialNumber,
      serverTime: iso(services.now()),
      location: location?.view ?? null,
      settings: settingsAnswer(location?.body ?? null),
    },
    result.position === null ? {} : { Position: result.position },
  );
}

/** The code by which this terminal was paired with these very keys; null if this is no repeat. */
function codeOfRepeat(state: TerminalLife | null, attempt: Attempt): string | null {
  if (state === null || !isPaired(state) || state.enrollment.status !== "CONSUMED") return null;
  const { codeId, codeHash } = state.enrollment;
  const { publicKey, encryptionKey } = attempt;
  const same =
    codeHash === attempt.codeHash &&
    state.credential?.proof.kind === "KEY" &&
    state.credential.proof.publicKey === publicKey &&
    JSON.stringify(state.credential.encryptionKey) === JSON.stringify(encryptionKey);
  return same ? codeId : null;
}

/** The code that a try at this serial number could hit. */
function codeToGuess(
  state: TerminalLife | null,
  now: number,
): { readonly id: string; readonly hash: string; readonly tries: number } | null {
  if (state?.enrollment.status !== "PENDING" || now >= state.enrollment.expiresAt) return null;
  const { codeId, codeHash, tries } = state.enrollment;
  return { id: codeId, hash: codeHash, tries };
}

/** For the operator, who sees in the terminal's stream that somebody guesses. */
async function recordWrongTry(services: Services, attempt: Attempt, codeId: string): Promise<void> {
  const { serialNumber, traceId, now } = attempt;
  const own = { serialNumber, traceId, operation: "wrong-try" };
  await ownCommand(services, own, { type: "CountWrongTry", now, codeId });
}
