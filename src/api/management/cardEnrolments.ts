import { z } from "zod";
import { saysNumber } from "../../domain/cardNumbers.ts";
import { aref, enrolmentInput } from "../../domain/card/input.ts";
import { ulid } from "../../domain/codes.ts";
import { seesIca } from "../../domain/user/access.ts";
import { cardByAref } from "../../engine/enrolledCards/byAref.ts";
import {
  type Enrolled,
  enrolCards,
  type Enrolling,
  type EnrolRefusal,
} from "../../engine/enrolledCards/enrol.ts";
import { enrolmentOfCard } from "../../engine/enrolledCards/enrolment.ts";
import { recordImport } from "../../engine/imports/records.ts";
import { type CardsInSight, cardsInSight } from "../../engine/management/cardsInSight.ts";
import { versionConflict } from "../../engine/management/commands.ts";
import type { Services } from "../../engine/services.ts";
import { findCardsOfPans, findVaultCard, knownCards } from "../../engine/vaultCards.ts";
import { reply } from "../http/answer.ts";
import { type FieldError, fieldErrors, invalid, type Problem, problem } from "../http/problems.ts";
import { NO_CARD_NUMBER } from "../http/text.ts";
import { plainCard } from "../pos/schemas.ts";
import { enrolmentShape } from "./cardView.ts";
import { readCsv, type ReadRow } from "./csv.ts";
import { fileName } from "./imports/fileName.ts";
import { badLinesOf, countIn } from "./imports/outcomes.ts";
import { yesOrNo } from "./page.ts";
import { positionHeader } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** Cards that the reward system knows: enrolled one by one or from a file, and looked up. */

const tag = "Cards";
const path = "/api/cards/enrolments";
const MOST_LINES = 1_000;
const MOST_BYTES = 1024 * 1024;

const wanted = z
  .strictObject({
    pan: plainCard.shape.pan.optional(),
    cardRef: ulid.optional(),
    ...enrolmentInput,
    reason: z.string().trim().max(500).default(""),
  })
  .refine(({ pan, cardRef }) => (pan === undefined) !== (cardRef === undefined), {
    path: ["pan"],
    error: "either pan or cardRef is wanted",
  })
  .refine(({ pan, ...said }) => pan === undefined || !saysNumber(said.aref, pan), {
    path: ["aref"],
    error: NO_CARD_NUMBER,
  });
type Wanted = z.infer<typeof wanted>;

const COLUMNS = [
  { name: "pan", optional: true },
  { name: "cardRef", optional: true },
  { name: "aref" },
  { name: "ica", optional: true },
  { name: "productCode", optional: true },
  { name: "since", optional: true },
];

const REFUSED: Readonly<Record<EnrolRefusal, { readonly member: string; readonly says: string }>> = {
  OUT_OF_SIGHT: { member: "ica", says: "a card of an ICA of your scope is wanted" },
  ICA_UNKNOWN: { member: "ica", says: "no account range holds the card: its ICA is wanted" },
  ICA_DIFFERS: { member: "ica", says: "the account ranges know the card as another ICA's" },
  PRODUCT_UNKNOWN: { member: "productCode", says: "no account range holds the card: its product is wanted" },
  SINCE_IN_FUTURE: { member: "since", says: "an enrolment does not lie ahead" },
  AREF_TAKEN: { member: "aref", says: "another card is enrolled by this AREF" },
  ENROLLED_OTHERWISE: { member: "aref", says: "the card is enrolled with other details: take it out first" },
  CARD_REPLACED: { member: "pan", says: "another card goes on for this one" },
};
const REFUSAL_CODES = z.enum([
  "OUT_OF_SIGHT",
  "ICA_UNKNOWN",
  "ICA_DIFFERS",
  "PRODUCT_UNKNOWN",
  "SINCE_IN_FUTURE",
  "AREF_TAKEN",
  "ENROLLED_OTHERWISE",
  "CARD_REPLACED",
]);

const lineShape = z.object({
  line: z.int().describe("Of the file; its header is line 1."),
  aref: z.string(),
  outcome: z.enum(["ENROLLED", "UNCHANGED", "REFUSED"]),
  cardId: z
    .string()
    .nullable()
    .describe("Null for what was refused, and in a dry run for a number that is no card yet."),
  code: REFUSAL_CODES.nullable().describe("Why it was refused."),
  pointer: z.string().nullable().describe("The line and the column that are amiss."),
  message: z.string().nullable(),
});

export function enrolmentRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [enrolOne(kit), importEnrolments(kit), verifyEnrolment(kit)];
}

function enrolOne({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Enrol a card that the reward system knows; the same again changes nothing",
    description:
      "By its number or, as `cardRef`, by its id. ICA and product may be left out where an account range holds the number; an ICA that says otherwise than the account ranges is refused. No two enrolled cards have the same `aref`.",
    refusals: ["NOT_FOUND", "ALREADY_EXISTS", "CARD_REPLACED"],
    tag,
    permission: "cards:write",
    body: wanted,
    sends: ["Position"],
    answers: {
      200: enrolmentShape.extend({ cardId: z.string(), outcome: z.enum(["ENROLLED", "UNCHANGED"]) }),
    },
    handle: async ({ body, visibility, write }) => {
      const inSight = await cardsInSight(services, deps.projections, visibility);
      const isKnown = await isThere(body, inSight, await cardsNamed(services, [body]));
      if (!isKnown) return problem("NOT_FOUND");
      const [done] = await enrolCards(services, write, [enrolling(body)], {
        mayEnrol: (of) => seesIca(visibility, of),
        isDryRun: false,
      });
      if (done === undefined) throw new Error("one card was to be enrolled");
      if (done.kind === "conflict") return versionConflict(done);
      if (done.kind === "refused") return refusalOf(done.code);
      const { cardId, isNew, enrolment, position } = done;
      if (cardId === null) throw new Error("a number that is enrolled is a card");
      const { issuer: _known, ...details } = enrolment;
      return reply(
        200,
        { ...details, cardId, outcome: isNew ? ("ENROLLED" as const) : ("UNCHANGED" as const) },
        positionHeader(position),
      );
    },
  });
}

function importEnrolments({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/import`,
    summary: "Enrol cards from CSV, at most 1,000 lines; each line says what became of it",
    description:
      "Columns: `pan` or `cardRef`, `aref`, and where wanted `ica`, `productCode`, `since`. What can't be read is refused as a whole; else each line is enrolled by itself. With `dryRun` nothing is stored, and no card is made.",
    refusals: ["MALFORMED_REQUEST", "UNAVAILABLE"],
    tag,
    permission: "cards:write",
    streams: "text/csv",
    query: z.strictObject({ dryRun: yesOrNo.optional(), fileName: fileName.optional() }),
    answers: {
      200: z.object({
        lines: z.int().describe("Lines of the file, the header apart."),
        enrolled: z.int().describe("Cards that were not enrolled so before."),
        unchanged: z.int().describe("Lines that change nothing."),
        refused: z.int().describe("Lines that were refused."),
        outcomes: z.array(lineShape).describe("Of each line, in the file's order."),
      }),
    },
    handle: async (call) => {
      const { query, visibility } = call;
      const csv = await readCsv(call, COLUMNS, rowReader(), MOST_BYTES);
      if (csv.kind === "problem") return csv;
      return await call.once(csv.digest, async (write) => {
        const inSight = await cardsInSight(services, deps.projections, visibility);
        const named = await cardsNamed(services, csv.items);
        const errors: FieldError[] = [];
        for (const [index, one] of csv.items.entries()) {
          if (await isThere(one, inSight, named)) continue;
          errors.push({ pointer: pointerOf(csv.lines[index], one), message: NOT_THERE });
        }
        if (errors.length > 0) return problem("INVALID_REQUEST", "Nothing was stored.", { errors });
        const rules = { mayEnrol: (of: string) => seesIca(visibility, of), isDryRun: query.dryRun === true };
        const done = await enrolCards(services, write, csv.items.map(enrolling), rules);
        const outcomes = done.map((became, index) =>
          lineOf(csv.lines[index] ?? 0, csv.items[index]?.aref ?? "", became),
        );
        const count = countIn(outcomes);
        const counts = { lines: csv.items.length, unchanged: count("UNCHANGED"), refused: count("REFUSED") };
        const enrolled = count("ENROLLED");
        if (query.dryRun !== true) {
          await recordImport(services, write, {
            ...{ kind: "ENROLMENTS", fileName: query.fileName ?? null, badLines: badLinesOf(outcomes) },
            ...{ lines: counts.lines, accepted: enrolled, known: counts.unchanged, bad: counts.refused },
          });
        }
        return reply(200, { ...counts, enrolled, outcomes });
      });
    },
  });
}

/** Whether a card is enrolled, by its number or by what the reward system knows it by. */
function verifyEnrolment({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/verify`,
    summary: "Whether a card is enrolled: by its number, or by its AREF; no card is made",
    tag,
    permission: "cards:lookup",
    refusals: ["NOT_FOUND"],
    body: z
      .strictObject({ pan: plainCard.shape.pan.optional(), aref: aref.optional() })
      .refine(({ pan, aref: of }) => (pan === undefined) !== (of === undefined), {
        path: ["pan"],
        error: "either pan or aref is wanted",
      }),
    sends: [],
    answers: {
      200: z.object({
        enrolled: z.boolean(),
        cardId: z.string().nullable(),
        maskedPan: z.string().nullable(),
        enrolment: enrolmentShape.nullable(),
      }),
    },
    handle: async ({ body: { pan, aref: of }, visibility }) => {
      const inSight = await cardsInSight(services, deps.projections, visibility);
      if (pan !== undefined && !(await inSight.byPan(pan))) return problem("NOT_FOUND");
      const cardId =
        pan !== undefined
          ? ((await findCardsOfPans(services, [pan])).get(pan) ?? null)
          : await cardByAref(services, of ?? "");
      if (cardId === null || (pan === undefined && !(await inSight.byId(cardId)))) {
        return pan === undefined
          ? problem("NOT_FOUND")
          : reply(200, { enrolled: false, cardId: null, maskedPan: null, enrolment: null });
      }
      const known = await findVaultCard(services, cardId);
      const standing = await enrolmentOfCard(services, cardId);
      return reply(200, { cardId, maskedPan: known?.maskedPan ?? null, ...standing });
    },
  });
}

async function cardsNamed(services: Services, items: readonly Wanted[]): Promise<ReadonlySet<string>> {
  return await knownCards(
    services,
    items.flatMap(({ cardRef }) => (cardRef === undefined ? [] : [cardRef])),
  );
}

async function isThere(
  { pan, cardRef }: Wanted,
  inSight: CardsInSight,
  named: ReadonlySet<string>,
): Promise<boolean> {
  if (pan !== undefined) return await inSight.byPan(pan);
  return cardRef !== undefined && named.has(cardRef) && (await inSight.byId(cardRef));
}

function enrolling({ pan, cardRef = "", ...said }: Wanted): Enrolling {
  return { ...said, card: pan === undefined ? { cardId: cardRef } : { pan } };
}

function refusalOf(code: EnrolRefusal): Problem {
  const { member, says } = REFUSED[code];
  switch (code) {
    case "AREF_TAKEN":
    case "ENROLLED_OTHERWISE":
      return problem("ALREADY_EXISTS", `${says}.`, { errors: [{ pointer: `/${member}`, message: says }] });
    case "CARD_REPLACED":
      return problem("CARD_REPLACED");
    case "ICA_DIFFERS":
    case "ICA_UNKNOWN":
    case "PRODUCT_UNKNOWN":
    case "SINCE_IN_FUTURE":
    case "OUT_OF_SIGHT":
      return invalid(`/${member}`, says);
  }
}

const NOT_THERE = "there is no such card, or it is none of yours";

function pointerOf(line: number | undefined, { pan }: Wanted): string {
  return `/${String(line ?? 0)}/${pan === undefined ? "cardRef" : "pan"}`;
}

function lineOf(line: number, of: string, became: Enrolled): z.infer<typeof lineShape> {
  switch (became.kind) {
    case "enrolled": {
      const outcome = became.isNew ? "ENROLLED" : "UNCHANGED";
      return { line, aref: of, outcome, cardId: became.cardId, code: null, pointer: null, message: null };
    }
    case "refused": {
      const { code } = became;
      const { member, says: message } = REFUSED[code];
      return {
        line,
        aref: of,
        outcome: "REFUSED",
        cardId: null,
        code,
        pointer: `/${String(line)}/${member}`,
        message,
      };
    }
    case "conflict":
      throw new Error("a file names no revision");
  }
}

function rowReader(): ReadRow<Wanted> {
  let lines = 0;
  return (fields) => {
    if (lines === MOST_LINES)
      return { errors: [{ pointer: "", message: `at most ${String(MOST_LINES)} lines are taken at once` }] };
    lines += 1;
    const parsed = wanted.safeParse(fields);
    return parsed.success ? { item: parsed.data } : { errors: fieldErrors(parsed.error) };
  };
}
