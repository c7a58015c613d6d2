import type { ActorRef } from "../actor.ts";
import type { TrustTier } from "../codes.ts";
import { type Instant, instant } from "../time.ts";
import type { About } from "./about.ts";
import type { SetUp } from "./certificate.ts";
import type { Claim } from "./claimState.ts";
import type { Credential } from "./credential.ts";
import type { Profile } from "./events.ts";
import type { PastStanding, SentList } from "./past.ts";
import type { Stretch } from "./runningNumbers.ts";
import type { TerminalStatus } from "./status.ts";

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

export interface TerminalLife {
  readonly serialNumber: string;
  /** Which device of this serial number it is: 1, and one more for each that was registered after a removal. */
  readonly device: number;
  readonly revision: number;
  readonly status: TerminalStatus;
  readonly locationId: string | null;
  readonly profile: Profile;
  readonly enrollment: Enrollment;
  readonly claim: Claim;
  readonly setUp: SetUp;
  readonly credential: Credential | null;
  /** The key before the present one, as long as it counts as well. */
  readonly retiring: { readonly credential: Credential; readonly until: Instant } | null;
  /** Null for one that was registered by hand. */
  readonly about: About | null;
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

export const WAYS_IN = ["PAIRING", "ENROLLMENT", "CLAIM", "CERTIFICATE"] as const;
export type WayIn = (typeof WAYS_IN)[number];

/** By which way it came in, or is coming; null for one that is only registered. */
export function wayIn({ about, claim, credential }: TerminalLife): WayIn | null {
  if (about !== null) return "ENROLLMENT";
  if (credential?.proof.kind === "CERTIFICATE") return "CERTIFICATE";
  if (claim.status !== "NONE" && claim.status !== "PENDING") return "CLAIM";
  return credential === null ? null : "PAIRING";
}

/** What the device's request ids belong to: another one under the same serial number has ids of its own. */
export function deviceName({ serialNumber, device }: TerminalLife): string {
  return device === 1 ? serialNumber : `${serialNumber}\t${String(device)}`;
}

/** Whether what happened at this serial number at that time happened at this device, and not at one before it. */
export function isOfThisDevice({ device, createdAt }: TerminalLife, at: Instant): boolean {
  return device === 1 || at > instant(createdAt);
}

/** What a terminal has proven of itself by now: one that was claimed has shown its code and nothing more. */
export function provenTrust(
  status: TerminalLife["status"],
  credential: Pick<Credential, "status" | "trust"> | null,
): TrustTier | null {
  if (status === "CLAIMED") return "CODE";
  return credential?.status === "ACTIVE" ? credential.trust : null;
}
