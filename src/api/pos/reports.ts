import { z } from "zod";
import { CardsByHash } from "../../engine/offline/whitelist/cardsByHash.ts";
import { receiveReports } from "../../engine/offline/reports/receive.ts";
import { reply } from "../http/answer.ts";
import type { AnyRoute } from "../http/route.ts";
import { documentedReport, readReport } from "./reportInput.ts";
import type { PosKit } from "./terminalRoute.ts";

/** What terminals tell afterwards of the time when their line was down (docs/terminals.md). */

const MOST_REPORTS = 1_000;
/** A card that is encrypted has some 700 bytes. */
const MOST_BYTES = 4 * 1_024 * 1_024;
/** A full call is some hundred times as much work as a check. */
const LIVES_MS = 60_000;

const body = z.strictObject({ reports: z.array(z.unknown()).min(1).max(MOST_REPORTS) });

const answer = z.object({
  reports: z.array(
    z.object({
      reportId: z.string().nullable().describe("Null where it could not be read."),
      number: z.int().nullable(),
      outcome: z
        .enum(["ACCEPTED", "DUPLICATE", "INVALID"])
        .describe("Each of them means that the terminal may forget the report."),
      accessId: z.string().nullable().describe("The entry that came of it."),
      flags: z.array(z.string()).describe("What is known to be amiss so far."),
      why: z.string().nullable().describe("Why it could not be taken for an entry."),
    }),
  ),
  missing: z
    .array(z.object({ from: z.int(), to: z.int() }))
    .describe("Running numbers that never came, below the highest that did: 100 stretches at most."),
});

export function offlineReports({ services, authenticator, terminalRoute }: PosKit): AnyRoute {
  const byHash = new CardsByHash(services);
  const cardOfHash = async (locationId: string, hash: string): Promise<string | null> =>
    await byHash.cardOf(locationId, Buffer.from(hash, "base64url"));
  return terminalRoute(
    {
      method: "POST",
      path: "/pos/offline_reports",
      summary: "What happened while the line was down",
      description:
        "Entries that the terminal let in by itself, and those that it refused, in the order of its running numbers. Each report has an outcome of its own; sent again it is answered `DUPLICATE` and changes nothing, however much later. A terminal that was suspended meanwhile may tell as well.",
      maxBytes: MOST_BYTES,
      livesMs: LIVES_MS,
      looksAtTexts: true,
      sends: ["Position"],
      body,
      documentedBody: z.strictObject({ reports: z.array(documentedReport).min(1).max(MOST_REPORTS) }),
      answers: { 200: answer },
    },
    async (call, terminal) => {
      const { traceId, patience } = call;
      const given = await Promise.all(
        call.body.reports.map(async (one, index) => await readReport(services.keyring, index, one)),
      );
      const received = await receiveReports(
        services,
        authenticator,
        cardOfHash,
        { terminal, traceId, patience },
        given,
      );
      if (received.kind === "problem") return received;
      const { outcomes, missing, position } = received;
      return reply(
        200,
        { reports: [...outcomes], missing: [...missing] },
        position === null ? {} : { Position: position },
      );
    },
  );
}
