import { z } from "zod";
import type { Visibility } from "../../domain/user/access.ts";
import { trustTier } from "../../domain/codes.ts";
import { about } from "../../domain/terminal/about.ts";
import { listKind, profile } from "../../domain/terminal/events.ts";
import { newestLists } from "../../domain/terminal/past.ts";
import { missingNumbers, MOST_GAPS_SHOWN } from "../../domain/terminal/runningNumbers.ts";
import { endOf } from "../../domain/terminal/credential.ts";
import { isPaired, provenTrust, type TerminalLife, WAYS_IN, wayIn } from "../../domain/terminal/life.ts";
import { TERMINAL_STATUSES } from "../../domain/terminal/status.ts";
import { iso, isoOrNull } from "../../domain/time.ts";
import type { ListedTerminal } from "../../projections/index.ts";
import { connectionOf } from "../../engine/devices/connections.ts";
import type { Services } from "../../engine/services.ts";
import { lastSeenOf } from "../../engine/terminals/sightings.ts";
import { type Sign, signer } from "./signatures.ts";
import { recordShape } from "./records.ts";

/** A terminal as it is answered: never its pairing code's hash, nor its keys. */

export const terminalShape = z.object({
  ...recordShape,
  serialNumber: z.string(),
  locationId: z.string().nullable(),
  profile,
  /** What the panel and the reference's clients see. */
  status: z.enum(["PAIRED", "NOT_PAIRED"]),
  state: z.enum(TERMINAL_STATUSES),
  /** As far as the read models have come; null for never. */
  lastAttemptAt: z.string().nullable(),
  lastSeenAt: z
    .string()
    .nullable()
    .describe(
      "By real time, to 15 seconds: when it asked for something last, or was seen at its live connection; null for never.",
    ),
  /** The code that was issued last. */
  pairingCode: z
    .object({
      status: z.enum(["PENDING", "LOCKED", "CONSUMED"]),
      issuedAt: z.string(),
      expiresAt: z.string(),
    })
    .nullable(),
  offline: z
    .object({
      lists: z.array(
        z.object({
          list: listKind,
          version: z.string(),
          sentAt: z.string(),
          validUntil: z.string(),
        }),
      ),
      reportedAt: z.string().nullable().describe("When it told something last."),
      missing: z
        .array(z.object({ from: z.int(), to: z.int() }))
        .describe("Running numbers of reports that never came: 100 stretches at most."),
      missingReports: z.int().describe("How many reports never came."),
    })
    .describe("What it may decide by while its line is down, and what it told of it."),
  cameBy: z
    .enum(WAYS_IN)
    .nullable()
    .describe("By which way it came in, or is coming; null for one that is only registered."),
  connection: z
    .enum(["OPEN", "CLOSED"])
    .nullable()
    .describe("Whether it holds a live connection; null for one that never had one."),
  about: about
    .nullable()
    .describe("What an enrolled device says of itself; null for one registered by hand."),
  trust: trustTier.nullable().describe("Null for one that has proven nothing by now."),
  credential: z
    .object({
      id: z.string(),
      status: z.enum(["ACTIVE", "REVOKED"]),
      trust: trustTier,
      since: z.string(),
      formerUntil: z
        .string()
        .nullable()
        .describe("The key before it counts until then; null: there was none."),
      endsAt: z
        .string()
        .nullable()
        .describe(
          "By real time, when its certificate runs out: after that it takes a set-up code. Null for one of another kind.",
        ),
    })
    .nullable(),
});

export async function listedView(listed: ListedTerminal, sign: Sign): Promise<z.infer<typeof terminalShape>> {
  const { serialNumber, revision, status, paired, locationId, enrollment, credential } = listed;
  return {
    id: serialNumber,
    serialNumber,
    locationId,
    profile: listed.profile,
    status: paired ? "PAIRED" : "NOT_PAIRED",
    state: status,
    lastAttemptAt: listed.lastAttemptAt,
    lastSeenAt: listed.lastSeenAt,
    pairingCode: enrollment.status === "NONE" ? null : enrollment,
    about: listed.about,
    cameBy: listed.cameBy,
    connection: listed.connection,
    trust: provenTrust(status, credential),
    credential,
    offline: offlineView(listed),
    revision,
    ...(await sign(listed)),
  };
}

export async function terminalView(
  services: Services,
  life: TerminalLife,
  visibility: Visibility,
): Promise<z.infer<typeof terminalShape>> {
  const { serialNumber, revision, status, locationId, enrollment, credential } = life;
  const known = await connectionOf(services, serialNumber);
  return {
    id: serialNumber,
    serialNumber,
    locationId,
    profile: life.profile,
    status: isPaired(life) ? "PAIRED" : "NOT_PAIRED",
    state: status,
    lastAttemptAt: await lastAttemptAt(services, serialNumber),
    lastSeenAt: isoOrNull((await lastSeenOf(services.db, life))?.getTime() ?? null),
    pairingCode:
      enrollment.status === "NONE"
        ? null
        : {
            status: enrollment.status,
            issuedAt: iso(enrollment.issuedAt),
            expiresAt: iso(enrollment.expiresAt),
          },
    about: life.about,
    cameBy: wayIn(life),
    connection: known === null ? null : known.isOpen ? "OPEN" : "CLOSED",
    trust: provenTrust(status, credential),
    credential:
      credential === null
        ? null
        : {
            id: credential.id,
            status: credential.status,
            trust: credential.trust,
            since: iso(credential.since),
            formerUntil: isoOrNull(life.retiring?.until ?? null),
            endsAt: endOf(credential.proof),
          },
    offline: offlineView(life),
    revision,
    ...(await signer(services, visibility)(life)),
  };
}

async function lastAttemptAt({ db }: Services, serialNumber: string): Promise<string | null> {
  const last = await db
    .selectFrom("operations")
    .select("at")
    .where("terminal", "=", serialNumber)
    .orderBy("at", "desc")
    .limit(1)
    .executeTakeFirst();
  return isoOrNull(last?.at.getTime() ?? null);
}

function offlineView({
  lists,
  numbers,
  reportedAt,
}: Pick<TerminalLife, "lists" | "numbers" | "reportedAt">): z.infer<typeof terminalShape>["offline"] {
  const missing = missingNumbers(numbers);
  return {
    lists: newestLists(lists).map(({ list, version, at, validUntil }) => ({
      list,
      version,
      sentAt: iso(at),
      validUntil: iso(validUntil),
    })),
    reportedAt,
    missing: missing.slice(0, MOST_GAPS_SHOWN),
    missingReports: missing.reduce((sum, { from, to }) => sum + to - from + 1, 0),
  };
}
