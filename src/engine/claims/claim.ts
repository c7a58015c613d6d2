import { isOpen } from "../../domain/terminal/claimState.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import { terminal } from "../../domain/terminal/terminal.ts";
import { callerOf, visibilityOf } from "../../domain/user/access.ts";
import type { Position } from "../../eventlog/log.ts";
import { announceHead } from "../gate/heads.ts";
import { byOf, execute, type Write } from "../management/commands.ts";
import { isPlaceInSight } from "../management/terminalsInSight.ts";
import type { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { takeClaimTry } from "../wrongTries.ts";
import { findCode, type FoundCode } from "../pointingCodes.ts";
import { CLAIM_CODES, plainCode } from "./codes.ts";

/** What a code that somebody enters comes to. `NOT_OWNED`: the terminal is out of the caller's sight. */
export type Entered =
  | { readonly kind: "NOT_FOUND" }
  | { readonly kind: "NOT_OWNED"; readonly serialNumber: string }
  | { readonly kind: "EXPIRED" | "USED"; readonly life: TerminalLife }
  /** It can be entered: nothing was done. */
  | { readonly kind: "OPEN"; readonly life: TerminalLife }
  | { readonly kind: "CLAIMED"; readonly life: TerminalLife; readonly position: Position | null };

type Look = (found: FoundCode, life: TerminalLife) => Promise<Entered | Problem>;

/** What the code would claim. A try like any other. */
export async function lookAtCode(services: Services, write: Write, code: string): Promise<Entered | Problem> {
  return await tryCode(services, write, code, async ({ codeHash }, life) => {
    const { claim } = life;
    if (claim.status === "NONE" || claim.codeHash !== codeHash) return { kind: "EXPIRED", life };
    if (claim.status !== "PENDING") return { kind: "USED", life };
    const isLate = !isOpen(claim, write.now) || life.status !== "REGISTERED";
    return { kind: isLate ? "EXPIRED" : "OPEN", life };
  });
}

/** Claims the device that shows the code. Of all who enter it at once, one claims it. */
export async function claimDevice(
  services: Services,
  write: Write,
  code: string,
): Promise<Entered | Problem> {
  return await tryCode(services, write, code, async ({ serialNumber, codeHash }, life) => {
    const stream = terminalStream(serialNumber);
    const done = await execute(services, services.streams.terminal, write, {
      stream,
      operation: "claim",
      announce: async (revision) => {
        await announceHead(services, stream, revision);
      },
      decide: (state) => terminal.decide(state, { type: "Claim", codeHash, now: write.now, by: byOf(write) }),
    });
    if (done.kind === "done") {
      return { kind: "CLAIMED", life: done.folded.state ?? life, position: done.position };
    }
    return { kind: done.refusal.code === "CODE_USED" ? "USED" : "EXPIRED", life };
  });
}

/**
 * Counts the try before it looks. One that hit a device in the caller's sight is given back: a code that is over tells
 * nothing to whoever has read it from the screen.
 */
async function tryCode(
  services: Services,
  write: Write,
  code: string,
  look: Look,
): Promise<Entered | Problem> {
  const found = await findCode(services, CLAIM_CODES, plainCode(code));
  const taken = await takeClaimTry(services, callerOf(write.principal), found?.codeId ?? null);
  if (taken.kind === "problem") return taken;
  const entered = await outcomeOf(services, write, found, look);
  if (entered.kind === "problem") return entered;
  const isHit = entered.kind !== "NOT_FOUND" && entered.kind !== "NOT_OWNED";
  if (isHit) await taken.giveBack();
  else if (taken.lockedOut !== null) return taken.lockedOut;
  const isOver = entered.kind !== "OPEN" && entered.kind !== "CLAIMED";
  return services.claimStrict && isOver ? { kind: "NOT_FOUND" } : entered;
}

async function outcomeOf(
  services: Services,
  { principal }: Write,
  found: FoundCode | null,
  look: Look,
): Promise<Entered | Problem> {
  if (found === null) return { kind: "NOT_FOUND" };
  const { serialNumber } = found;
  const { state } = await services.streams.terminal.refresh(terminalStream(serialNumber));
  if (state === null || state.status === "REVOKED") return { kind: "NOT_FOUND" };
  const visibility = visibilityOf(principal);
  if (!(await isPlaceInSight(services, visibility, state.locationId)))
    return { kind: "NOT_OWNED", serialNumber };
  return await look(found, state);
}
