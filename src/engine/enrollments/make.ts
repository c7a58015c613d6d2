import { codeOf, ENROLLMENT_CODE_LENGTH } from "../../domain/deviceCodes.ts";
import { enrollment, type EnrollmentLife } from "../../domain/enrollment/enrollment.ts";
import { enrollmentStream } from "../../domain/enrollment/events.ts";
import type { EnrollmentInput } from "../../domain/enrollment/input.ts";
import type { Visibility } from "../../domain/user/access.ts";
import type { Position } from "../../eventlog/log.ts";
import { exclusively, LOCKS } from "../exclusively.ts";
import { announceHead } from "../gate/heads.ts";
import { byOf, execute, versionConflict, type Write } from "../management/commands.ts";
import { locationProblem } from "../management/terminalsInSight.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { registerCode } from "../wrongTries.ts";
import { hashOfCode, rememberCode } from "./codes.ts";

/** Made, or taken back. */
export interface WrittenEnrollment {
  readonly kind: "written";
  readonly life: EnrollmentLife;
  readonly position: Position | null;
}

export interface MadeEnrollment extends WrittenEnrollment {
  /** Told this once. */
  readonly code: string;
}

/**
 * Makes a code by which one device comes in at this location (enroll-device.md, "Create an enrollment"). An attempt that
 * takes over from one that died makes another, because the first code was never shown.
 *
 * @param at the pointer to the location in what was asked
 */
export async function makeEnrollment(
  services: Services,
  write: Write,
  visibility: Visibility,
  { locationId, metadata, expiresIn }: EnrollmentInput,
  at = "/locationId",
): Promise<MadeEnrollment | Problem> {
  return await exclusively(services, LOCKS.places, async () => {
    const wrong = await locationProblem(services, visibility, locationId, at);
    if (wrong !== null) return wrong;
    const own = write.resumed ? { ...write, seed: services.newId(), resumed: false } : write;
    const { seed: enrollmentId, now } = own;
    const code = codeOf(services.randomBytes(ENROLLMENT_CODE_LENGTH));
    const hash = hashOfCode(services, code);
    const done = await execute(services, services.streams.enrollment, own, {
      stream: enrollmentStream(enrollmentId),
      operation: "enroll",
      announce: async (revision) => {
        await rememberCode(services, hash, enrollmentId);
        await registerCode(services, enrollmentId);
        await announceHead(services, enrollmentStream(enrollmentId), revision);
      },
      decide: (state) =>
        enrollment.decide(state, {
          type: "Create",
          ...{ now, by: byOf(own), enrollmentId, codeHash: hash.toString("hex"), lives: expiresIn },
          ...{ locationId, metadata },
        }),
    });
    if (done.kind === "refused") throw new Error(`a new enrollment was refused: ${done.refusal.code}`);
    return { kind: "written", life: lifeOf(done.folded.state), position: done.position, code };
  });
}

/** Takes a code back that no device has come by. What was taken back already stays so. */
export async function cancelEnrollment(
  services: Services,
  write: Write,
  id: string,
): Promise<WrittenEnrollment | Problem> {
  const done = await execute(services, services.streams.enrollment, write, {
    stream: enrollmentStream(id),
    operation: "cancel-enrollment",
    decide: (state) => enrollment.decide(state, { type: "Cancel", now: write.now, by: byOf(write) }),
  });
  if (done.kind === "done")
    return { kind: "written", life: lifeOf(done.folded.state), position: done.position };
  switch (done.refusal.code) {
    case "VERSION_CONFLICT":
      return versionConflict(done.refusal);
    case "CONSUMED":
      return problem("IN_USE", "A device has come by it: deregister the device.");
    case "NOT_FOUND":
    case "ALREADY_EXISTS":
    case "REFUSED":
      return problem("NOT_FOUND");
  }
}

function lifeOf(state: EnrollmentLife | null): EnrollmentLife {
  if (state === null) throw new Error("an enrollment that was written is there");
  return state;
}
