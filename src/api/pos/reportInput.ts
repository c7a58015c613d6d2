import { z } from "zod";
import { offlineMode, offlineOutcome } from "../../domain/card/offline/events.ts";
import { saysNumber } from "../../domain/cardNumbers.ts";
import { ulid } from "../../domain/codes.ts";
import { type Instant, instant } from "../../domain/time.ts";
import type { InvalidReport, ReadReport, ReportedCard } from "../../engine/offline/reports/report.ts";
import type { Keyring } from "../../vault/keyring.ts";
import { fieldErrors } from "../http/problems.ts";
import { NO_CARD_NUMBER, refusedText } from "../http/text.ts";
import { readCard } from "./card.ts";
import { accessId, cardInput, confirmBody, guestCountsOf, guestsInput, requestId } from "./schemas.ts";

/** A report as a terminal sends it. Each is read by itself: what is wrong with one is no business of the others. */

const MOST_NUMBER = 2_147_483_647;
const number = z.int().min(1).max(MOST_NUMBER);
/** Before payment cards, and after whatever a date can say, is no time of an entry. */
const FIRST: Instant = instant("2000-01-01T00:00:00Z");
const LAST: Instant = instant("9999-01-01T00:00:00Z");

const hashedCard = z.strictObject({
  hash: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/, "16 bytes in base64url are wanted")
    .describe("The card's entry in the whitelist, 16 bytes in base64url."),
});

export const reportedCard = z.union([cardInput, hashedCard]);

export const reportInput = z.object({
  reportId: requestId.describe("Made by the terminal, once for each tap, and kept for every repetition."),
  number: number.describe(
    "The terminal's own running number of the report, from 1. A gap is a report that is missing.",
  ),
  accessId: accessId
    .optional()
    .describe("The grant that could not be confirmed: the report is its late confirmation."),
  occurredAt: z.iso
    .datetime({ offset: true })
    .refine((text) => instant(text) >= FIRST && instant(text) < LAST, "a time from 2000 to 9998 is wanted"),
  uncertaintySeconds: z
    .int()
    .min(0)
    .max(31_536_000)
    .default(0)
    .describe("How far the terminal's clock may have been off."),
  listVersion: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, "the version of a list is wanted")
    .nullish()
    .describe("Of the list that it decided by."),
  mode: offlineMode,
  ruleset: z
    .object({ id: ulid, version: z.int().min(1) })
    .nullish()
    .describe("What the list named to let the card in under."),
  refusal: z
    .string()
    .regex(/^[A-Z_]{1,40}$/, "a code of capital letters is wanted")
    .nullish()
    .describe("Why the terminal refused."),
  card: z.unknown(),
  guests: guestsInput.default(0),
  payment: confirmBody.shape.payment.nullish().describe("What the terminal took."),
  outcome: offlineOutcome,
});

/** What a report should say; the card is looked at by itself. */
export const documentedReport = reportInput.extend({ card: reportedCard });

export async function readReport(
  keyring: Keyring,
  index: number,
  given: unknown,
): Promise<ReadReport | InvalidReport> {
  const invalid = (why: string): InvalidReport => ({ kind: "invalid", index, ...named(given), why });
  const text = refusedText(given);
  if (text !== null) return invalid(`${text.pointer}: ${text.message}`);
  const form = reportInput.safeParse(given);
  if (!form.success) {
    const [first] = fieldErrors(form.error, "");
    return invalid(first === undefined ? "it can't be read" : `${first.pointer}: ${first.message}`);
  }
  const { data } = form;
  const card = await cardOf(keyring, data.card);
  if (typeof card === "string") return invalid(card);
  if (card.kind === "number" && saysNumber(data.reportId, card.card.pan))
    return invalid(`/reportId: ${NO_CARD_NUMBER}`);
  return {
    kind: "report",
    index,
    reportId: data.reportId,
    number: data.number,
    occurredAt: instant(data.occurredAt),
    uncertaintySeconds: data.uncertaintySeconds,
    listVersion: data.listVersion ?? null,
    mode: data.mode,
    outcome: data.outcome,
    refusal: data.refusal ?? null,
    grant: data.accessId ?? null,
    guests: guestCountsOf(data.guests),
    payment: data.payment == null ? null : { ...data.payment, reference: data.payment.reference ?? null },
    ruleset: data.ruleset ?? null,
    card,
  };
}

/** A text where it can't be read: why. */
async function cardOf(keyring: Keyring, input: unknown): Promise<ReportedCard | string> {
  const hashed = hashedCard.safeParse(input);
  if (hashed.success) return { kind: "hash", hash: hashed.data.hash };
  const read = await readCard(keyring, input);
  if (read.kind === "card") return { kind: "number", card: read.card };
  const [first] = read.errors;
  return first === undefined ? "/card: it can't be read" : `${first.pointer}: ${first.message}`;
}

/** What names a report that can't be read, as far as that can. */
function named(given: unknown): Pick<InvalidReport, "reportId" | "number"> {
  const names = z.object({
    reportId: requestId.nullable().catch(null),
    number: number.nullable().catch(null),
  });
  const read = names.safeParse(given);
  if (!read.success) return { reportId: null, number: null };
  const isHeld = refusedText({ reportId: read.data.reportId }) !== null;
  return { reportId: isHeld ? null : read.data.reportId, number: read.data.number };
}
