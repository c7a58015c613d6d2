import { z } from "zod";
import type { ActorRef } from "../../domain/actor.ts";
import { terminalStream, type TerminalEvent } from "../../domain/terminal/events.ts";
import { serialNumber } from "../../domain/terminal/input.ts";
import { iso } from "../../domain/time.ts";
import { visibleTerminal } from "../../engine/management/terminalsInSight.ts";
import type { Stored } from "../../engine/streams.ts";
import { failuresOf, PAIRING_FAILURES } from "../../engine/terminals/pairingFailures.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { actorNames, actorShape } from "./actors.ts";
import { historyPage, historyQuery } from "./history.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** What became of a terminal, from its own stream, and why it does not come in. */

export const TERMINAL_ACTS = [
  "REGISTERED",
  "MOVED",
  "DESCRIBED",
  "CODE_ISSUED",
  "WRONG_CODE",
  "PAIRED",
  "ENROLLED",
  "CLAIM_CODE_ISSUED",
  "CLAIMED",
  "ATTESTED",
  "ACTIVATED",
  "KEY_ROTATED",
  "SETUP_CODE_ISSUED",
  "CERTIFICATE_ISSUED",
  "CERTIFICATE_RENEWED",
  "CERTIFICATE_REVOKED",
  "SUSPENDED",
  "RESUMED",
  "UNPAIRED",
  "REMOVED",
] as const;

const act = z.object({
  revision: z.int(),
  at: z.string(),
  act: z.enum(TERMINAL_ACTS),
  by: actorShape.nullable().describe("Null for what the device did by itself."),
  reason: z.string().nullable(),
  locationId: z.string().nullable().describe("Where it stood from then on; null: nowhere, or it stayed."),
  credentialId: z.string().nullable().describe("The credential that it came by; null for anything else."),
});
type Act = z.infer<typeof act>;
/** Before it is known who that is. */
type Recorded = Omit<Act, "by"> & { readonly by: ActorRef | null };

const failure = z.object({
  why: z.enum(PAIRING_FAILURES).describe("What stood in the way."),
  at: z.string().describe("The last time that it did."),
});

const params = z.strictObject({ serialNumber });

export function terminalHistory({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: "/api/terminals/{serialNumber}/history",
    summary: "What became of a terminal: codes, keys, places, and by whom; the newest first",
    description:
      "From the terminal's own stream. An answer may be empty and yet not be the last: `nextCursor` tells.",
    tag: "Terminals",
    permission: "terminals:read",
    params,
    query: historyQuery,
    answers: { 200: z.object({ items: z.array(act), nextCursor: z.string().nullable() }) },
    handle: async ({ params: { serialNumber: serial }, query: { cursor }, visibility }) => {
      const life = await visibleTerminal(services, visibility, serial);
      if (life === null) return problem("NOT_FOUND");
      const from = { stream: terminalStream(serial), revision: life.revision, cursor };
      const who = actorNames(services, visibility);
      return reply(200, await historyPage(services.streams.terminal, from, actOf, who));
    },
  });
}

export function pairingFailures({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: "/api/terminals/{serialNumber}/pairing-failures",
    summary: "Why a terminal that is to be paired was not, since its newest code; the latest first",
    description:
      "The device itself is told nothing of this. Of each cause the last time is kept. `CODE_USED`: the code was used, or the terminal is paired. `KEY_REFUSED`: the key is unsound, so that the code was not used up. `CALLER_WAITS`: too many wrong tries came from its address, or from everywhere.",
    tag: "Terminals",
    permission: "terminals:read",
    params,
    answers: {
      200: z.object({ items: z.array(failure) }),
    },
    handle: async ({ params: { serialNumber: serial }, visibility }) => {
      const life = await visibleTerminal(services, visibility, serial);
      if (life === null) return problem("NOT_FOUND");
      const failures = await failuresOf(services, life);
      return reply(200, { items: failures.map(({ why, at }) => ({ why, at: iso(at) })) });
    },
  });
}

function actOf({ event, revision }: Stored<TerminalEvent>): readonly Recorded[] {
  const { at } = event.data;
  const own = { revision, at, by: null, reason: null, locationId: null, credentialId: null };
  switch (event.type) {
    case "TerminalRegistered":
      return [{ ...own, by: event.data.by, locationId: event.data.locationId, act: "REGISTERED" }];
    case "TerminalChanged":
      return [{ ...own, by: event.data.by, locationId: event.data.locationId, act: "MOVED" }];
    case "TerminalDescribed":
      return [{ ...own, by: event.data.by, act: "DESCRIBED" }];
    case "PairingCodeIssued":
      return [{ ...own, by: event.data.by, act: "CODE_ISSUED" }];
    case "PairingRefused":
      return [{ ...own, act: "WRONG_CODE" }];
    case "TerminalPaired":
      return [{ ...own, credentialId: event.data.credentialId, act: "PAIRED" }];
    case "TerminalEnrolled":
      return [{ ...own, credentialId: event.data.credentialId, act: "ENROLLED" }];
    case "ClaimCodeIssued":
      return [{ ...own, act: "CLAIM_CODE_ISSUED" }];
    case "TerminalClaimed":
      return [{ ...own, by: event.data.by, act: "CLAIMED" }];
    case "TerminalAttested":
      return [{ ...own, act: "ATTESTED" }];
    case "TerminalActivated":
      return [{ ...own, credentialId: event.data.credentialId, act: "ACTIVATED" }];
    case "TerminalKeyRotated":
      return [{ ...own, credentialId: event.data.credentialId, act: "KEY_ROTATED" }];
    case "SetupCodeIssued":
      return [{ ...own, by: event.data.by, act: "SETUP_CODE_ISSUED" }];
    case "CertificateIssued":
      return [{ ...own, credentialId: event.data.credentialId, act: "CERTIFICATE_ISSUED" }];
    case "CertificateRenewed":
      return [{ ...own, act: "CERTIFICATE_RENEWED" }];
    case "CertificateRevoked":
      return [{ ...own, by: event.data.by, reason: event.data.reason, act: "CERTIFICATE_REVOKED" }];
    case "TerminalSuspended":
      return [{ ...own, by: event.data.by, reason: event.data.reason, act: "SUSPENDED" }];
    case "TerminalResumed":
      return [{ ...own, by: event.data.by, reason: event.data.reason, act: "RESUMED" }];
    case "TerminalUnpaired":
      return [{ ...own, by: event.data.by, reason: event.data.reason, act: "UNPAIRED" }];
    case "TerminalRemoved":
      return [{ ...own, by: event.data.by, reason: event.data.reason, act: "REMOVED" }];
    case "AttemptRefused":
    case "ListSent":
    case "ReportsReceived":
      return [];
  }
}
