import { z } from "zod";
import { actorRef } from "../actor.ts";
import { trustTier } from "../codes.ts";
import { jsonValue } from "../json.ts";
import { about } from "./about.ts";
import { proof } from "./credential.ts";
import { listKind, profile } from "./events.ts";
import type { TerminalState } from "./life.ts";
import { TERMINAL_STATUSES } from "./status.ts";

const pending = {
  codeId: z.string(),
  codeHash: z.string(),
  issuedAt: z.number(),
  expiresAt: z.number(),
  tries: z.number(),
};

const credential = z.object({
  status: z.enum(["ACTIVE", "REVOKED"]),
  id: z.string(),
  trust: trustTier,
  proof,
  encryptionKey: jsonValue.nullable(),
  since: z.number(),
});

const life = z.object({
  serialNumber: z.string(),
  device: z.number(),
  revision: z.number(),
  status: z.enum(TERMINAL_STATUSES),
  locationId: z.string().nullable(),
  profile,
  enrollment: z.discriminatedUnion("status", [
    z.object({ status: z.literal("NONE") }),
    z.object({ status: z.enum(["PENDING", "LOCKED", "CONSUMED"]), ...pending }),
  ]),
  claim: z.discriminatedUnion("status", [
    z.object({ status: z.literal("NONE") }),
    z.object({
      status: z.enum(["PENDING", "CLAIMED", "ATTESTED", "ACTIVATED"]),
      codeId: z.string(),
      codeHash: z.string(),
      publicKey: z.string(),
      issuedAt: z.number(),
      expiresAt: z.number(),
    }),
  ]),
  setUp: z.discriminatedUnion("status", [
    z.object({ status: z.literal("NONE") }),
    z.object({
      status: z.enum(["PENDING", "CONSUMED"]),
      codeId: z.string(),
      codeHash: z.string(),
      issuedAt: z.number(),
      expiresAt: z.number(),
    }),
  ]),
  credential: credential.nullable(),
  retiring: z.object({ credential, until: z.number() }).nullable(),
  about: about.nullable(),
  createdAt: z.string(),
  createdBy: actorRef,
  modifiedAt: z.string(),
  modifiedBy: actorRef,
  past: z.array(
    z.object({
      at: z.number(),
      status: z.enum(TERMINAL_STATUSES),
      locationId: z.string().nullable(),
    }),
  ),
  lists: z.array(z.object({ list: listKind, version: z.string(), at: z.number(), validUntil: z.number() })),
  numbers: z.array(z.tuple([z.number(), z.number()])),
  reportedAt: z.string().nullable(),
});

/**
 * A terminal's state as a disposable cache: refused taps of a terminal without a place make its stream long. `version` is
 * raised whenever the fold or the shape changes.
 */
export const terminalSnapshots = {
  version: 6,
  every: 256,
  write: (state: TerminalState): string => JSON.stringify(state),
  *read(text: string): Generator<undefined, TerminalState> {
    yield;
    return life.nullable().parse(JSON.parse(text));
  },
};
