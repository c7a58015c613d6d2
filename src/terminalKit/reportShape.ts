import { z } from "zod";
import { OFFLINE_REFUSALS } from "./decide.ts";

/** What a terminal says of its own decisions, and what the server answers: `POST /pos/offline_reports` in docs/terminals.md. */

const money = z.object({ amount: z.string(), currency: z.string() });

export const report = z.object({
  reportId: z.string().regex(/^[\x20-\x7e]{1,64}$/),
  /** The terminal's own running number. */
  number: z.int().min(1),
  /** A grant that this terminal has got online, and whose confirmation could not be sent. */
  accessId: z.exactOptional(z.string()),
  occurredAt: z.iso.datetime(),
  /** How far `occurredAt` may be off. */
  uncertaintySeconds: z.int().min(0),
  listVersion: z.exactOptional(z.string()),
  mode: z.enum(["BIN_RANGE", "WHITELIST"]),
  /** The terms that the card was let in under. */
  ruleset: z.exactOptional(z.object({ id: z.string(), version: z.int() })),
  refusal: z.exactOptional(z.enum(OFFLINE_REFUSALS)),
  /** Never the number itself: encrypted to the server's key, or as the whitelist has it. */
  card: z.union([z.strictObject({ jwe: z.string() }), z.strictObject({ hash: z.string() })]),
  guests: z.object({ adults: z.int(), children: z.int(), freeChildren: z.int() }),
  /** What the terminal has taken. */
  payment: z.exactOptional(
    z.object({
      collectedBy: z.literal("TERMINAL"),
      reference: z.exactOptional(z.string()),
      amount: money,
    }),
  ),
  outcome: z.enum(["ADMITTED", "REFUSED"]),
});
export type Report = z.infer<typeof report>;

/** The body of `POST /pos/offline_reports`. */
export interface ReportsBody {
  readonly reports: readonly Report[];
}

const outcomeOfReport = z.object({
  /** Null where the server could not read it: the place in the answer says which report is meant. */
  reportId: z.string().nullable(),
  number: z.int().nullable(),
  /** Whichever it is, the server has the report. */
  outcome: z.enum(["ACCEPTED", "DUPLICATE", "INVALID"]),
  accessId: z.string().nullable(),
  flags: z.array(z.string()),
  /** What is wrong with one that is INVALID. */
  why: z.string().nullable(),
});
/** What became of a report that is known by its names. */
export type ReportOutcome = z.infer<typeof outcomeOfReport> & {
  readonly reportId: string;
  readonly number: number;
};

export const reportsAnswer = z.object({
  reports: z.array(outcomeOfReport),
  /** Running numbers of this terminal that never came, below the highest that did; both ends included. */
  missing: z.array(z.object({ from: z.int(), to: z.int() })),
});
export type ReportsAnswer = z.infer<typeof reportsAnswer>;
export type Missing = ReportsAnswer["missing"];
