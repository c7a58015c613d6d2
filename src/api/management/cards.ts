import { z } from "zod";
import { card, type CardCommand } from "../../domain/card/card.ts";
import { cardStream } from "../../domain/card/events.ts";
import { ulid } from "../../domain/codes.ts";
import type { Position } from "../../eventlog/log.ts";
import { type Problem, problem } from "../http/problems.ts";
import { reply } from "../http/answer.ts";
import { plainCard } from "../pos/schemas.ts";
import type { Services } from "../../engine/services.ts";
import { cardsInSight } from "../../engine/management/cardsInSight.ts";
import { adjustmentInput, noVisits } from "./adjustments/routes.ts";
import { adjustableRuleset } from "./adjustments/sight.ts";
import { cardFilter, cardSort } from "./cardFilter.ts";
import { enrolmentRoutes } from "./cardEnrolments.ts";
import { cardHistory } from "./cardHistory.ts";
import { replacementRoute } from "./cardReplacement.ts";
import { visibleCard } from "./cardInSight.ts";
import { showHash, verifyAtRewards } from "./cardVerification.ts";
import { exportCards } from "./exports/cards.ts";
import { cardShape, cardView, listedCardShape } from "./cardView.ts";
import { byOf, execute, versionConflict, type Write } from "../../engine/management/commands.ts";
import { positionHeader, shown } from "./records.ts";
import { listPage } from "./listPage.ts";
import { paging } from "./page.ts";
import type { Kit, ManagementCall, SecuredAnyRoute } from "./secured.ts";
import { keepExportHashes } from "../../engine/enrolledCards/exportHashes.ts";
import { takeOut } from "../../engine/enrolledCards/enrolment.ts";
import { forgetCardholder, heldOf } from "../../engine/cardholder.ts";
import { cardOfPan, type VaultCard } from "../../engine/vaultCards.ts";

const tag = "Cards";
const path = "/api/cards";
const params = z.strictObject({ cardId: ulid });
const reason = z.string().trim().max(500);
const looked = z.object({ cardId: z.string(), maskedPan: z.string().nullable() });

export function cardRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [
    lookUpCard(kit),
    ...enrolmentRoutes(kit),
    listCards(kit),
    showCard(kit),
    cardHistory(kit),
    exportCards(kit),
    changeByHand(kit, "freeze", "FreezeCard", "Refuse a card everywhere until it is unfrozen"),
    changeByHand(kit, "unfreeze", "UnfreezeCard", "Let a frozen card go on"),
    changeByHand(kit, "enroll", "EnrollCard", "Enrol a card in the programme"),
    changeByHand(kit, "unenroll", "UnenrollCard", "Take a card out of the programme"),
    replacementRoute(kit),
    verifyAtRewards(kit),
    showHash(kit),
    adjustVisits(kit),
    erase(kit),
    held(kit),
  ];
}

function lookUpCard({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/lookup`,
    summary: "The card of a number; the number goes nowhere else",
    refusals: ["NOT_FOUND"],
    tag,
    permission: "cards:lookup",
    body: z.strictObject({ pan: plainCard.shape.pan }),
    answers: { 200: looked },
    handle: async ({ body: { pan }, visibility }) => {
      const inSight = await cardsInSight(services, deps.projections, visibility);
      if (!(await inSight.byPan(pan))) return problem("NOT_FOUND");
      const found = await cardOfPan(services, pan);
      await keepExportHashes(services, [[pan, found.cardId]]);
      return reply(200, found);
    },
  });
}

function listCards(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path,
    summary: "Cards that were tapped or changed, the newest first",
    tag,
    permission: "cards:read",
    query: z.strictObject({
      ...paging,
      sort: cardSort.optional(),
      ...cardFilter,
    }),
    load: async (filter, page, { visibility }) =>
      await kit.deps.projections.cards.list(filter, visibility, page),
    item: listedCardShape,
    view: (one) => one,
  });
}

function showCard({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{cardId}`,
    summary: "A card: what is left of each ruleset's limits, and where it has to wait",
    tag,
    permission: "cards:read",
    params,
    answers: { 200: cardShape },
    handle: async (call) => {
      const known = await visibleCard(services, deps, call.params.cardId, call.visibility);
      return known === null ? problem("NOT_FOUND") : await answerCard(services, known, call, null);
    },
  });
}

function changeByHand(
  { services, deps, secure }: Kit,
  name: string,
  type: "FreezeCard" | "UnfreezeCard" | "EnrollCard" | "UnenrollCard",
  summary: string,
): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{cardId}/${name}`,
    summary,
    tag,
    permission: "cards:write",
    params,
    body: z.strictObject({
      reason: type === "EnrollCard" || type === "UnenrollCard" ? reason.default("") : reason.min(1),
    }),
    answers: { 200: cardShape },
    refusals: ["CARD_REPLACED"],
    handle: async (call) => {
      const {
        params: { cardId },
        body,
        write,
        visibility,
      } = call;
      const known = await visibleCard(services, deps, cardId, visibility);
      if (known === null) return problem("NOT_FOUND");
      const done = await changeCard(services, write, cardId, name, { type, reason: body.reason });
      if (done.kind === "problem") return done;
      if (type === "UnenrollCard") await takeOut(services, write, cardId, body.reason);
      return await answerCard(services, known, call, done.position);
    },
  });
}

function adjustVisits({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{cardId}/adjustments`,
    summary: "Give a card visits of a ruleset, or take them",
    sends: ["Location", "Position"],
    tag,
    permission: "cards:write",
    params,
    refusals: ["APPROVAL_REQUIRED"],
    body: z.strictObject(adjustmentInput),
    answers: {
      201: z.object({
        id: z.string(),
        cardId: z.string(),
        rulesetId: z.string(),
        free: z.int(),
        paid: z.int(),
      }),
    },
    handle: async ({ params: { cardId }, body, write, visibility }) => {
      if ((await visibleCard(services, deps, cardId, visibility)) === null) return problem("NOT_FOUND");
      if (services.adjustmentsNeedApproval) return problem("APPROVAL_REQUIRED");
      const { rulesetId, free, paid } = body;
      if (free === 0 && paid === 0) return noVisits();
      const ruleset = await adjustableRuleset(services, visibility, rulesetId, write.now);
      if (ruleset.kind === "problem") return ruleset;
      const id = write.seed;
      const done = await changeCard(services, write, cardId, "adjust", {
        type: "AdjustVisits",
        adjustmentId: id,
        ...body,
      });
      if (done.kind === "problem") return done;
      return reply(
        201,
        { id, cardId, rulesetId, free, paid },
        { Location: `${path}/${cardId}`, ...positionHeader(done.position) },
      );
    },
  });
}

function erase({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{cardId}/erase`,
    summary: "Forget the cardholder: the card's number and mask go, its history stays",
    sends: [],
    tag,
    permission: "system:write",
    params,
    body: z.strictObject({}),
    answers: { 200: looked },
    handle: async ({ params: { cardId }, write }) => {
      if (!(await forgetCardholder(services, write, cardId))) return problem("NOT_FOUND");
      return reply(200, { cardId, maskedPan: null });
    },
  });
}

const heldShape = z.object({
  cardId: z.string(),
  maskedPan: z.string().nullable(),
  cards: z.array(z.string()).describe("This card, and those that turned out to be the same account."),
  events: z
    .array(
      z.object({
        stream: z.string().describe("Of which card."),
        revision: z.int(),
        type: z.string(),
        body: z.unknown().describe("As the log has it."),
      }),
    )
    .describe("All that happened to them, in the order of their streams."),
  transactions: z
    .array(
      z.object({
        transactionId: z.string(),
        type: z.string(),
        refersTo: z.string().nullable(),
        minor: z.string().describe("The amount in minor units."),
        currency: z.string(),
        mcc: z.string(),
        transactionAt: z.string(),
        postedAt: z.string().nullable(),
        receivedAt: z.string(),
      }),
    )
    .describe("What was told of its spend."),
  whitelists: z
    .array(
      z.object({
        scope: z.string().describe("The ruleset or the location whose list it is."),
        validFrom: z.string().nullable(),
        validTo: z.string().nullable(),
      }),
    )
    .describe("Lists of terminals that it stands on."),
});

function held({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{cardId}/held`,
    summary: "Everything that is held of a card, for a cardholder who asks",
    sends: ["Content-Disposition"],
    tag,
    permission: "system:write",
    params,
    answers: { 200: heldShape },
    handle: async ({ params: { cardId } }) => {
      const found = await heldOf(services, cardId);
      if (found === null) return problem("NOT_FOUND");
      const { cards, events, transactions, whitelists, ...rest } = found;
      const lists = { cards: [...cards], events: [...events], transactions: [...transactions] };
      return reply(
        200,
        { ...rest, ...lists, whitelists: [...whitelists] },
        { "Content-Disposition": `attachment; filename="card-${cardId}.json"` },
      );
    },
  });
}

async function answerCard(
  services: Services,
  known: VaultCard,
  {
    write,
    visibility,
    principal,
  }: Pick<ManagementCall<unknown, unknown, unknown>, "write" | "visibility" | "principal">,
  position: Position | null,
) {
  const body = await cardView(services, known, write.now, { visibility, role: principal.role });
  return shown(body, body.revision, position);
}

type ByHand<Command> = Command extends { readonly by: unknown } ? Omit<Command, "now" | "by"> : never;
type HandCommand = ByHand<Exclude<CardCommand, { readonly type: "ReverseEntry" | "ReplaceCard" }>>;

/** A command given by hand on a card. */
export async function changeCard(
  services: Services,
  write: Write,
  cardId: string,
  operation: string,
  command: HandCommand,
): Promise<{ readonly kind: "ran"; readonly position: Position | null } | Problem> {
  const done = await execute(services, services.streams.card, write, {
    stream: cardStream(cardId),
    operation,
    // Whoever decides on a card appends at the revision it has read.
    announce: null,
    decide: (state) => card.decide(state, { ...command, now: write.now, by: byOf(write) }),
  });
  if (done.kind === "done") return { kind: "ran", position: done.position };
  if (done.refusal.code === "VERSION_CONFLICT") return versionConflict(done.refusal);
  if (done.refusal.code === "CARD_REPLACED") return problem("CARD_REPLACED");
  throw new Error(`${command.type} is never refused, and was: ${done.refusal.code}`);
}
