import type { ActorRef } from "../actor.ts";
import { accept, type Decider, type Decision, refuse } from "../decider.ts";
import type { Metadata } from "../terminal/about.ts";
import { type Instant, instant, iso } from "../time.ts";
import type { EnrollmentEvent } from "./events.ts";

/** A code's life: it waits for a device, and one comes by it, or somebody takes it back, or its time is over. */

export interface EnrollmentLife {
  readonly id: string;
  readonly revision: number;
  /** As far as it was decided: that its time is over nobody has to write down. */
  readonly status: "PENDING" | "CONSUMED" | "CANCELLED";
  readonly codeHash: string;
  readonly expiresAt: Instant;
  readonly locationId: string | null;
  readonly metadata: Metadata;
  /** The device that came by it. */
  readonly device: { readonly serialNumber: string; readonly credentialId: string } | null;
  readonly createdAt: string;
  readonly createdBy: ActorRef;
  readonly modifiedAt: string;
  readonly modifiedBy: ActorRef;
}

export type EnrollmentState = EnrollmentLife | null;

export const ENROLLMENT_STATUSES = ["PENDING", "CONSUMED", "EXPIRED", "CANCELLED"] as const;
export type EnrollmentStatus = (typeof ENROLLMENT_STATUSES)[number];

/** What it is at an instant (the document's own four). */
export function statusAt(
  { status, expiresAt }: Pick<EnrollmentLife, "status" | "expiresAt">,
  now: Instant,
): EnrollmentStatus {
  return status === "PENDING" && now >= expiresAt ? "EXPIRED" : status;
}

function evolve(state: EnrollmentState, event: EnrollmentEvent): EnrollmentLife {
  const { at } = event.data;
  if (event.type === "EnrollmentCreated") {
    const { by, enrollmentId: id, codeHash, locationId, metadata } = event.data;
    return {
      id,
      revision: 0,
      status: "PENDING",
      codeHash,
      expiresAt: instant(event.data.expiresAt),
      locationId,
      metadata,
      device: null,
      createdAt: at,
      createdBy: by,
      modifiedAt: at,
      modifiedBy: by,
    };
  }
  if (state === null) throw new Error(`${event.type} before EnrollmentCreated`);
  const next = { ...state, revision: state.revision + 1, modifiedAt: at };
  switch (event.type) {
    case "EnrollmentCancelled":
      return { ...next, status: "CANCELLED", modifiedBy: event.data.by };
    case "EnrollmentConsumed": {
      const { serialNumber, credentialId } = event.data;
      return { ...next, status: "CONSUMED", device: { serialNumber, credentialId } };
    }
  }
}

export type EnrollmentCommand =
  | {
      readonly type: "Create";
      readonly now: Instant;
      readonly by: ActorRef;
      readonly enrollmentId: string;
      readonly codeHash: string;
      /** Milliseconds. */
      readonly lives: number;
      readonly locationId: string | null;
      readonly metadata: Metadata;
    }
  | { readonly type: "Cancel"; readonly now: Instant; readonly by: ActorRef }
  | {
      readonly type: "Consume";
      readonly now: Instant;
      readonly serialNumber: string;
      readonly credentialId: string;
    };

export type EnrollmentRefusal =
  | { readonly code: "NOT_FOUND" }
  | { readonly code: "ALREADY_EXISTS" }
  /** A device has come by it. */
  | { readonly code: "CONSUMED" }
  /** It lets no device in, or not this one. */
  | { readonly code: "REFUSED" };

function decide(
  state: EnrollmentState,
  command: EnrollmentCommand,
): Decision<EnrollmentEvent, EnrollmentRefusal> {
  const at = iso(command.now);
  switch (command.type) {
    case "Create": {
      if (state !== null) return refuse({ code: "ALREADY_EXISTS" });
      const { by, enrollmentId, codeHash, locationId, metadata } = command;
      const expiresAt = iso(command.now + command.lives);
      return accept({
        type: "EnrollmentCreated",
        data: { at, by, enrollmentId, codeHash, expiresAt, locationId, metadata },
      });
    }
    case "Cancel":
      if (state === null) return refuse({ code: "NOT_FOUND" });
      if (state.status === "CONSUMED") return refuse({ code: "CONSUMED" });
      if (state.status === "CANCELLED") return accept();
      return accept({ type: "EnrollmentCancelled", data: { at, by: command.by } });
    case "Consume": {
      if (state === null) return refuse({ code: "REFUSED" });
      const { serialNumber, credentialId } = command;
      switch (statusAt(state, command.now)) {
        case "PENDING":
          return accept({ type: "EnrollmentConsumed", data: { at, serialNumber, credentialId } });
        case "CONSUMED":
          // The device whose reply was lost asks again; whether it may is said by its own stream.
          return state.device?.serialNumber === serialNumber ? accept() : refuse({ code: "REFUSED" });
        case "EXPIRED":
        case "CANCELLED":
          return refuse({ code: "REFUSED" });
      }
    }
  }
}

export const enrollment: Decider<EnrollmentState, EnrollmentEvent, EnrollmentCommand, EnrollmentRefusal> = {
  initial: null,
  evolve,
  decide,
};
