import { accept, type Decider, type Decision, refuse, type Expected, isExpected } from "../decider.ts";
import type { ActorRef } from "../actor.ts";
import type { EntryMode, TrustTier } from "../codes.ts";
import type { Json } from "../json.ts";
import { PAIRING_CODE_LIVES, PAIRING_TRIES } from "../policies.ts";
import { HOUR, type Instant, instant, iso } from "../time.ts";
import type { ListKind, Profile, TerminalEvent } from "./events.ts";
import { type PastStanding, type SentList, sentList, withList, withStanding } from "./past.ts";
import { isKnownNumber, type Stretch, withNumbers } from "./runningNumbers.ts";

/**
 * A device is several small machines: the enrollment (its code), the terminal itself, and its
 * credential. What the panel calls PAIRED is a view on them.
 */

export type Enrollment =
  | { readonly status: "NONE" }
  | {
      readonly status: "PENDING" | "LOCKED" | "CONSUMED";
      readonly codeId: string;
      readonly codeHash: string;
      readonly issuedAt: Instant;
      readonly expiresAt: Instant;
      readonly tries: number;
    };

export interface Credential {
  readonly status: "ACTIVE" | "REVOKED";
  readonly id: string;
  readonly trust: TrustTier;
  readonly publicKey: string;
  readonly encryptionKey: Json | null;
  readonly since: Instant;
}

export interface TerminalLife {
  readonly serialNumber: string;
  /** Which device of this serial number it is: 1, and one more for each that was registered after a removal. */
  readonly device: number;
  readonly revision: number;
  readonly status: "REGISTERED" | "ACTIVE" | "SUSPENDED" | "REVOKED";
  readonly locationId: string | null;
  readonly profile: Profile;
  readonly enrollment: Enrollment;
  readonly credential: Credential | null;
  readonly createdAt: string;
  readonly createdBy: ActorRef;
  readonly modifiedAt: string;
  readonly modifiedBy: ActorRef;
  /** What it was, over all devices of the serial number. */
  readonly past: readonly PastStanding[];
  /** Lists it was sent to decide by, the newest last. */
  readonly lists: readonly SentList[];
  /** The running numbers of its reports. */
  readonly numbers: readonly Stretch[];
  /** When it told something last; null: never. */
  readonly reportedAt: string | null;
}

export type TerminalState = TerminalLife | null;

/** What the panel and the reference's clients see. */
export function isPaired(state: TerminalLife): boolean {
  return state.credential?.status === "ACTIVE";
}

/** What the device's request ids belong to: another one under the same serial number has ids of its own. */
export function deviceName({ serialNumber, device }: TerminalLife): string {
  return device === 1 ? serialNumber : `${serialNumber}\t${String(device)}`;
}

/** Whether what happened at this serial number at that time happened at this device, and not at one before it. */
export function isOfThisDevice({ device, createdAt }: TerminalLife, at: Instant): boolean {
  return device === 1 || at > instant(createdAt);
}

type Event<Type extends TerminalEvent["type"]> = Extract<TerminalEvent, { type: Type }>;

function evolve(state: TerminalState, event: TerminalEvent): TerminalLife {
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
    case "TerminalPaired": {
      const { credentialId: id, trust, publicKey, encryptionKey } = event.data;
      const credential = { id, trust, publicKey, encryptionKey, since: instant(at) };
      const { enrollment } = state;
      return {
        ...next,
        status: "ACTIVE",
        credential: { status: "ACTIVE", ...credential },
        enrollment: enrollment.status === "NONE" ? enrollment : { ...enrollment, status: "CONSUMED" },
      };
    }
    case "TerminalSuspended":
      return { ...next, status: "SUSPENDED", modifiedAt: at, modifiedBy: event.data.by };
    case "TerminalResumed": {
      const status = isPaired(state) ? "ACTIVE" : "REGISTERED";
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
    credential: null,
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

function withoutKey(
  { status, credential }: TerminalLife,
  { type }: Event<"TerminalUnpaired" | "TerminalRemoved">,
): Pick<TerminalLife, "status" | "credential" | "enrollment"> {
  // Without its key it is suspended all the same, until somebody resumes it.
  const kept = status === "SUSPENDED" ? "SUSPENDED" : "REGISTERED";
  return {
    status: type === "TerminalRemoved" ? "REVOKED" : kept,
    credential: credential === null ? null : { ...credential, status: "REVOKED" },
    enrollment: { status: "NONE" },
  };
}

interface By {
  readonly now: Instant;
  readonly by: ActorRef;
}

interface Reasoned extends By {
  readonly reason: string | null;
}

export type TerminalCommand =
  | ({
      readonly type: "Register";
      readonly serialNumber: string;
      readonly locationId: string | null;
      readonly profile: Profile;
    } & By)
  | ({
      readonly type: "Change";
      readonly locationId: string | null;
      readonly profile: Profile;
      readonly expected: Expected;
    } & By)
  | ({ readonly type: "IssueCode"; readonly codeId: string; readonly codeHash: string } & By)
  | {
      readonly type: "Pair";
      readonly now: Instant;
      /** The code that this try was counted on: no other can be used by it. */
      readonly codeId: string;
      readonly codeHash: string;
      readonly credentialId: string;
      readonly publicKey: string;
      readonly encryptionKey: Json | null;
    }
  /** The code named with this serial number was not the right one. */
  | { readonly type: "CountWrongTry"; readonly now: Instant; readonly codeId: string }
  | ({ readonly type: "Suspend" } & Reasoned)
  | ({ readonly type: "Resume" } & Reasoned)
  | ({ readonly type: "Unpair" } & Reasoned)
  | ({ readonly type: "Remove"; readonly expected: Expected } & Reasoned)
  | {
      readonly type: "RecordList";
      readonly now: Instant;
      readonly list: ListKind;
      readonly version: string;
      readonly validUntil: Instant;
    }
  | {
      readonly type: "RecordReports";
      readonly now: Instant;
      readonly reports: Event<"ReportsReceived">["data"]["reports"];
    }
  | {
      readonly type: "RefuseAttempt";
      readonly now: Instant;
      readonly accessId: string;
      readonly requestId: string | null;
      readonly cardId: string;
      readonly entryMode: EntryMode;
    };

export type TerminalRefusal =
  | { readonly code: "NOT_FOUND" }
  | { readonly code: "ALREADY_EXISTS" }
  | { readonly code: "VERSION_CONFLICT"; readonly actual: number }
  | { readonly code: "ALREADY_PAIRED" }
  | { readonly code: "NOT_PAIRED" }
  | { readonly code: "SUSPENDED" }
  | { readonly code: "PAIRING_REFUSED" };

function decide(state: TerminalState, command: TerminalCommand): Decision<TerminalEvent, TerminalRefusal> {
  const at = iso(command.now);
  if (command.type === "Register") {
    if (state !== null && state.status !== "REVOKED") return refuse({ code: "ALREADY_EXISTS" });
    const { by, serialNumber, locationId, profile } = command;
    return accept({ type: "TerminalRegistered", data: { at, by, serialNumber, locationId, profile } });
  }
  if (state === null || state.status === "REVOKED") {
    return refuse({ code: command.type === "Pair" ? "PAIRING_REFUSED" : "NOT_FOUND" });
  }
  switch (command.type) {
    case "Change": {
      if (!isExpected(command.expected, state.revision)) {
        return refuse({ code: "VERSION_CONFLICT", actual: state.revision });
      }
      const { by, locationId, profile } = command;
      return accept({ type: "TerminalChanged", data: { at, by, locationId, profile } });
    }
    case "IssueCode": {
      if (isPaired(state)) return refuse({ code: "ALREADY_PAIRED" });
      if (state.status === "SUSPENDED") return refuse({ code: "SUSPENDED" });
      const { by, codeId, codeHash } = command;
      const expiresAt = iso(command.now + PAIRING_CODE_LIVES);
      return accept({ type: "PairingCodeIssued", data: { at, by, codeId, codeHash, expiresAt } });
    }
    case "Pair":
      return pair(state, command, at);
    case "CountWrongTry":
      return countWrongTry(state, command, at);
    case "Suspend":
      if (state.status === "SUSPENDED") return accept();
      return accept({ type: "TerminalSuspended", data: { at, by: command.by, reason: command.reason } });
    case "Resume":
      if (state.status !== "SUSPENDED") return accept();
      return accept({ type: "TerminalResumed", data: { at, by: command.by, reason: command.reason } });
    case "Unpair":
      if (!isPaired(state)) return refuse({ code: "NOT_PAIRED" });
      return accept({ type: "TerminalUnpaired", data: { at, by: command.by, reason: command.reason } });
    case "Remove":
      if (!isExpected(command.expected, state.revision)) {
        return refuse({ code: "VERSION_CONFLICT", actual: state.revision });
      }
      return accept({ type: "TerminalRemoved", data: { at, by: command.by, reason: command.reason } });
    case "RecordList": {
      const { list, version, validUntil } = command;
      const last = state.lists.findLast((one) => one.list === list);
      // Each answer counts for a little longer: only by the hour is it worth an event.
      const isKnown = last?.version === version && validUntil < last.validUntil + HOUR;
      if (isKnown) return accept();
      return accept({ type: "ListSent", data: { at, list, version, validUntil: iso(validUntil) } });
    }
    case "RecordReports": {
      const reports = command.reports.filter(({ number }) => !isKnownNumber(state.numbers, number));
      return reports.length === 0 ? accept() : accept({ type: "ReportsReceived", data: { at, reports } });
    }
    case "RefuseAttempt": {
      const { accessId, requestId, cardId, entryMode } = command;
      const data = { at, accessId, requestId, cardId, code: "UNKNOWN_DEVICE" as const, entryMode };
      return accept({ type: "AttemptRefused", data });
    }
  }
}

/** One atomic step uses the code up. A lost reply may be asked for again with the same code and keys. */
function pair(
  state: TerminalLife,
  command: Extract<TerminalCommand, { type: "Pair" }>,
  at: string,
): Decision<TerminalEvent, TerminalRefusal> {
  const { enrollment, credential } = state;
  const { codeHash, publicKey, encryptionKey } = command;
  if (
    enrollment.status === "NONE" ||
    enrollment.codeId !== command.codeId ||
    enrollment.codeHash !== codeHash ||
    command.now >= enrollment.expiresAt
  ) {
    return refuse({ code: "PAIRING_REFUSED" });
  }
  if (isPaired(state)) {
    const again =
      enrollment.status === "CONSUMED" &&
      credential?.publicKey === publicKey &&
      JSON.stringify(credential.encryptionKey) === JSON.stringify(encryptionKey);
    return again ? accept() : refuse({ code: "PAIRING_REFUSED" });
  }
  if (enrollment.status !== "PENDING" || state.status === "SUSPENDED")
    return refuse({ code: "PAIRING_REFUSED" });
  const { credentialId } = command;
  const { codeId } = enrollment;
  return accept({
    type: "TerminalPaired",
    data: { at, codeId, credentialId, trust: "KEY", publicKey, encryptionKey },
  });
}

/** Only a code that could still be guessed counts tries, so that nobody can fill the stream. */
function countWrongTry(
  state: TerminalLife,
  { now, codeId }: Extract<TerminalCommand, { type: "CountWrongTry" }>,
  at: string,
): Decision<TerminalEvent, TerminalRefusal> {
  const { enrollment } = state;
  if (enrollment.status !== "PENDING" || enrollment.codeId !== codeId || now >= enrollment.expiresAt) {
    return accept();
  }
  const tries = enrollment.tries + 1;
  const data = { at, codeId: enrollment.codeId, tries, locked: tries >= PAIRING_TRIES };
  return accept({ type: "PairingRefused", data });
}

export const terminal: Decider<TerminalState, TerminalEvent, TerminalCommand, TerminalRefusal> = {
  initial: null,
  evolve,
  decide,
};
