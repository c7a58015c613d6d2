import { instant } from "../time.ts";
import { claimed } from "./claim.ts";
import { advanced, statusByClaim } from "./claimState.ts";
import { type Credential, type Proof } from "./credential.ts";
import type { TerminalEvent } from "./events.ts";
import { isPaired, type TerminalLife, type TerminalState } from "./life.ts";
import { sentList, withList, withStanding } from "./past.ts";
import { withNumbers } from "./runningNumbers.ts";
import { certified } from "./setUp.ts";

type Event<Type extends TerminalEvent["type"]> = Extract<TerminalEvent, { type: Type }>;

export function evolve(state: TerminalState, event: TerminalEvent): TerminalLife {
  const life = evolveLife(state, event);
  const { status, locationId } = life;
  const past = withStanding(life.past, { at: instant(event.data.at), status, locationId });
  return past === life.past ? life : { ...life, past };
}

function evolveLife(state: TerminalState, event: TerminalEvent): TerminalLife {
  const { at } = event.data;
  if (event.type === "TerminalRegistered") return registered(state, event);
  if (state === null) throw new Error(`${event.type} before TerminalRegistered`);
  const next = { ...state, revision: state.revision + 1 };
  switch (event.type) {
    case "TerminalChanged": {
      const { locationId, profile, by } = event.data;
      return { ...next, locationId, profile, modifiedAt: at, modifiedBy: by };
    }
    case "PairingCodeIssued": {
      const { codeId, codeHash } = event.data;
      const expiresAt = instant(event.data.expiresAt);
      const issued = { codeId, codeHash, issuedAt: instant(at), expiresAt, tries: 0 };
      return { ...next, enrollment: { status: "PENDING", ...issued } };
    }
    case "PairingRefused": {
      const { enrollment } = state;
      if (enrollment.status === "NONE") return next;
      const status = event.data.locked ? "LOCKED" : enrollment.status;
      return { ...next, enrollment: { ...enrollment, status, tries: event.data.tries } };
    }
    case "TerminalPaired":
    case "TerminalActivated":
      return { ...next, ...withKey(state, event) };
    case "TerminalEnrolled":
      return { ...next, ...enrolled(event) };
    case "TerminalDescribed": {
      const { by, name, metadata } = event.data;
      const about = state.about === null ? null : { ...state.about, name, metadata };
      return { ...next, about, modifiedAt: at, modifiedBy: by };
    }
    case "TerminalKeyRotated":
      return { ...next, ...rotated(state, event) };
    case "ClaimCodeIssued":
    case "TerminalClaimed":
    case "TerminalAttested":
      return { ...next, ...claimed(state, event) };
    case "SetupCodeIssued":
    case "CertificateIssued":
    case "CertificateRenewed":
    case "CertificateRevoked": {
      const changed = { ...next, ...certified(state, event) };
      if (event.type !== "CertificateRevoked") return changed;
      return { ...changed, modifiedAt: at, modifiedBy: event.data.by };
    }
    case "TerminalSuspended":
      return { ...next, status: "SUSPENDED", modifiedAt: at, modifiedBy: event.data.by };
    case "TerminalResumed": {
      const status = isPaired(state) ? "ACTIVE" : statusByClaim(state.claim);
      return { ...next, status, modifiedAt: at, modifiedBy: event.data.by };
    }
    case "TerminalUnpaired":
    case "TerminalRemoved":
      return { ...next, ...withoutKey(state, event), modifiedAt: at, modifiedBy: event.data.by };
    case "AttemptRefused":
      return next;
    case "ListSent":
      return { ...next, lists: withList(state.lists, sentList(event.data)) };
    case "ReportsReceived": {
      const told = event.data.reports.map(({ number }) => number);
      return { ...next, numbers: withNumbers(state.numbers, told), reportedAt: at };
    }
  }
}

function registered(state: TerminalState, { data }: Event<"TerminalRegistered">): TerminalLife {
  const { at, by, serialNumber, locationId, profile } = data;
  return {
    serialNumber,
    device: state === null ? 1 : state.device + 1,
    revision: state === null ? 0 : state.revision + 1,
    status: "REGISTERED",
    locationId,
    profile,
    enrollment: { status: "NONE" },
    claim: { status: "NONE" },
    setUp: { status: "NONE" },
    credential: null,
    retiring: null,
    about: null,
    createdAt: at,
    createdBy: by,
    modifiedAt: at,
    modifiedBy: by,
    past: state?.past ?? [],
    lists: [],
    numbers: [],
    reportedAt: null,
  };
}

function credentialOf(
  {
    at,
    credentialId: id,
    trust,
    encryptionKey,
  }: Event<"TerminalPaired" | "TerminalEnrolled" | "TerminalActivated">["data"],
  proof: Proof,
): Credential {
  return { status: "ACTIVE", id, trust, proof, encryptionKey, since: instant(at) };
}

type Ways = Pick<TerminalLife, "status" | "credential" | "retiring" | "enrollment" | "claim" | "setUp">;

/** Paired by a code of the office, or by a claim; the other way is over. */
function withKey(
  { enrollment, claim }: TerminalLife,
  { type, data }: Event<"TerminalPaired" | "TerminalActivated">,
): Ways {
  const { publicKey } = data;
  const credential = credentialOf(data, { kind: "KEY", publicKey });
  const active = { status: "ACTIVE", credential, retiring: null, setUp: { status: "NONE" } } as const;
  if (type === "TerminalActivated") return { ...active, enrollment, claim: advanced(claim, "ACTIVATED") };
  const used = enrollment.status === "NONE" ? enrollment : { ...enrollment, status: "CONSUMED" as const };
  return { ...active, enrollment: used, claim: { status: "NONE" } };
}

function withoutKey(
  { status, credential }: TerminalLife,
  { type }: Event<"TerminalUnpaired" | "TerminalRemoved">,
): Ways {
  // Without its key it is suspended all the same, until somebody resumes it.
  const kept = status === "SUSPENDED" ? "SUSPENDED" : "REGISTERED";
  return {
    status: type === "TerminalRemoved" ? "REVOKED" : kept,
    credential: credential === null ? null : { ...credential, status: "REVOKED" },
    retiring: null,
    enrollment: { status: "NONE" },
    claim: { status: "NONE" },
    setUp: { status: "NONE" },
  };
}

/** It is trusted as the key was that vouches for it. */
function rotated(
  { credential }: TerminalLife,
  { data }: Event<"TerminalKeyRotated">,
): Pick<TerminalLife, "credential" | "retiring"> {
  if (credential === null) throw new Error("a key is rotated where there is one");
  const { at, credentialId: id, publicKey, encryptionKey, retiresAt } = data;
  return {
    credential: {
      ...{ status: "ACTIVE", id, trust: credential.trust, since: instant(at) },
      ...{ proof: { kind: "KEY", publicKey }, encryptionKey },
    },
    retiring: { credential, until: instant(retiresAt) },
  };
}

function enrolled({
  data,
}: Event<"TerminalEnrolled">): Pick<TerminalLife, "status" | "credential" | "retiring" | "about"> {
  const { enrollmentId, name, platform, metadata, proof } = data;
  return {
    ...{ status: "ACTIVE", credential: credentialOf(data, proof), retiring: null },
    about: { enrollmentId, name, platform, metadata },
  };
}
