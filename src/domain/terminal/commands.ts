import type { ActorRef } from "../actor.ts";
import type { ScreenFacts } from "../card/shapes.ts";
import type { EntryMode } from "../codes.ts";
import type { Expected } from "../decider.ts";
import type { Json } from "../json.ts";
import type { Instant } from "../time.ts";
import type { About, Metadata } from "./about.ts";
import type { Certificate } from "./certificate.ts";
import type { Proof } from "./credential.ts";
import type { ListKind, Profile, TerminalEvent } from "./events.ts";

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
  | {
      readonly type: "Enroll";
      readonly now: Instant;
      /** Whoever made the enrollment. */
      readonly by: ActorRef;
      readonly serialNumber: string;
      readonly locationId: string | null;
      readonly about: About;
      readonly credentialId: string;
      readonly proof: Proof;
      readonly encryptionKey: Json | null;
    }
  | ({
      readonly type: "Describe";
      readonly name: string | null;
      readonly metadata: Metadata;
      readonly locationId: string | null;
      readonly expected: Expected;
    } & By)
  /** A device that has proven that it holds the key. */
  | {
      readonly type: "AskClaimCode";
      readonly now: Instant;
      readonly codeId: string;
      readonly codeHash: string;
      readonly publicKey: string;
    }
  | ({ readonly type: "Claim"; readonly codeHash: string } & By)
  | { readonly type: "Attest"; readonly now: Instant; readonly publicKey: string }
  | {
      readonly type: "Activate";
      readonly now: Instant;
      readonly credentialId: string;
      readonly publicKey: string;
      readonly encryptionKey: Json | null;
    }
  | {
      readonly type: "RotateKey";
      readonly now: Instant;
      /** The credential that the request was proven by. */
      readonly provenBy: string;
      readonly credentialId: string;
      readonly publicKey: string;
      /** Null: the one that it has stays. */
      readonly encryptionKey: Json | null;
      /** Until then the key before counts as well, by real time like every token. */
      readonly retiresAt: Instant;
    }
  | ({
      readonly type: "IssueSetupCode";
      readonly codeId: string;
      readonly codeHash: string;
      /** Real time, which certificates run out by. */
      readonly real: Instant;
    } & By)
  | {
      readonly type: "SetUp";
      readonly now: Instant;
      readonly real: Instant;
      readonly codeHash: string;
      readonly credentialId: string;
      readonly posId: string;
      readonly certificate: Certificate;
      readonly keyMadeBy: "DEVICE" | "SERVER";
      readonly encryptionKey: Json | null;
    }
  | {
      readonly type: "RenewCertificate";
      readonly now: Instant;
      /** The serial number of the certificate that asks. */
      readonly replaces: string;
      readonly certificate: Certificate;
      /** Real time. */
      readonly retiresAt: Instant;
    }
  | ({ readonly type: "RevokeCertificate"; readonly serialNumber: string } & Reasoned)
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
      readonly reports: Extract<TerminalEvent, { type: "ReportsReceived" }>["data"]["reports"];
    }
  | {
      readonly type: "RefuseAttempt";
      readonly now: Instant;
      readonly accessId: string;
      readonly requestId: string | null;
      readonly cardId: string;
      readonly entryMode: EntryMode;
      /** Absent: the screen is told by what the product comes with. */
      readonly screen?: ScreenFacts;
    };

export type TerminalRefusal =
  | { readonly code: "NOT_FOUND" }
  | { readonly code: "ALREADY_EXISTS" }
  | { readonly code: "VERSION_CONFLICT"; readonly actual: number }
  | { readonly code: "ALREADY_PAIRED" }
  | { readonly code: "NOT_PAIRED" }
  | { readonly code: "KEY_RETIRED" }
  | { readonly code: "NO_KEY" }
  | { readonly code: "SUSPENDED" }
  | { readonly code: "PAIRING_REFUSED" }
  | { readonly code: "CLAIM_REFUSED" }
  | { readonly code: "CODE_EXPIRED" }
  | { readonly code: "CODE_USED" }
  | { readonly code: "NOT_CLAIMED" }
  | { readonly code: "NOT_ATTESTED" }
  | { readonly code: "CERTIFICATE_REPLACED" };
