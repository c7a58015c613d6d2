import { z } from "zod";
import { saysNumber } from "../../domain/cardNumbers.ts";
import { checkEntry } from "../../engine/entry/check.ts";
import { cancelEntry } from "../../engine/entry/cancel.ts";
import { confirmEntry } from "../../engine/entry/confirm.ts";
import { quoteEntry } from "../../engine/entry/quote.ts";
import type { EntryLookup } from "../../engine/entry/lookup.ts";
import type { Asker } from "../../engine/entry/request.ts";
import { messageFor } from "../../engine/messages/shown.ts";
import type { Services } from "../../engine/services.ts";
import { type Reply, reply } from "../http/answer.ts";
import { invalid, type Problem } from "../http/problems.ts";
import { type AnyRoute, route } from "../http/route.ts";
import { NO_CARD_NUMBER } from "../http/text.ts";
import { registrationRoute } from "../ipp/register.ts";
import { type Answered, cancellationOf, checkAnswerOf, confirmationOf, quoteOf } from "./answers.ts";
import { readCard } from "./card.ts";
import { fallbackBinRanges, whitelistedPans } from "./lists.ts";
import { certificateRoutes, setUpAtListener } from "./certificates/routes.ts";
import { claimRoutes } from "./claim/routes.ts";
import { connectRoute } from "./connect/route.ts";
import { findEntry, showEntry } from "./lookups.ts";
import { languageOf } from "./language.ts";
import { pairTerminal } from "./pair.ts";
import { rejectionInProfile } from "./rejection.ts";
import * as schemas from "./schemas.ts";
import { offlineReports } from "./reports.ts";
import { rotateKey } from "./rotateKey.ts";
import { type PosKit, posKit } from "./terminalRoute.ts";

/** The routes of the wire contract's section "POS", and those by which devices come in. */
export function posRoutes(services: Services, entries: EntryLookup): readonly AnyRoute[] {
  const kit = posKit(services, entries);
  return [
    pair(kit),
    check(kit),
    quote(kit),
    confirm(kit),
    cancel(kit),
    showEntry(kit),
    findEntry(kit),
    fallbackBinRanges(kit),
    offlineReports(kit),
    whitelistedPans(kit),
    rotateKey(kit),
    registrationRoute(services),
    ...claimRoutes(kit),
    ...certificateRoutes(kit),
    connectRoute(kit),
  ];
}

/** What is reached at the port that wants certificates: everything of terminals, and how one gets its certificate. */
export function listenerRoutes(services: Services, pos: readonly AnyRoute[]): readonly AnyRoute[] {
  return [setUpAtListener(services), ...pos.filter(({ security }) => security === "terminal")];
}

function pair({ services }: PosKit): AnyRoute {
  return route({
    method: "POST",
    path: "/pos/pair",
    summary: "Pair a terminal with a code",
    refusals: ["PAIRING_REFUSED", "TOO_MANY_TRIES"],
    sends: ["Position"],
    tag: "POS",
    security: "none",
    body: schemas.pairBody,
    answers: { 200: schemas.pairAnswer },
    handle: async ({ body, remote, traceId, identify }) => {
      const answer = await pairTerminal(services, body, { remote, traceId });
      if (answer.kind === "reply") identify(`terminal ${body.serialNumber}`);
      return answer;
    },
  });
}

function check({ services, authenticator, terminalRoute }: PosKit): AnyRoute {
  return terminalRoute(
    {
      method: "POST",
      path: "/pos/check_entry",
      summary: "May this card enter?",
      refusals: ["REQUEST_ID_REUSED"],
      reads: ["Accept-Language"],
      sends: ["Position"],
      rejection: schemas.referenceRejection,
      documentedBody: schemas.documentedCheckBody,
      body: schemas.checkBody.extend({ card: schemas.cardInput.or(z.unknown()) }),
      answers: { 200: schemas.checkAnswer },
    },
    async (call, terminal) => {
      const card = await readCard(services.keyring, call.body.card);
      if (card.kind === "problem") return card;
      const { traceId, patience } = call;
      const requestId = call.body.requestId ?? null;
      const numbers = [card.card.pan, card.card.tokenOf ?? card.card.pan];
      if (requestId !== null && numbers.some((pan) => saysNumber(requestId, pan))) {
        return invalid("/requestId", NO_CARD_NUMBER);
      }
      const input = { terminal, requestId, card: card.card, traceId, patience };
      const checked = await checkEntry(services, authenticator, input);
      if (checked.kind === "problem") return checked;
      const { verdict } = checked;
      const language = languageOf(call.header("accept-language"));
      const message = await messageFor(services, verdict.event, language);
      return (
        rejectionInProfile(verdict, terminal.life.profile, message) ??
        reply(200, checkAnswerOf(verdict, message), { Position: verdict.position })
      );
    },
  );
}

function quote({ services, authenticator, entries, terminalRoute }: PosKit): AnyRoute {
  return terminalRoute(
    {
      method: "POST",
      path: "/pos/quote_entry",
      summary: "What would this entry cost with these guests?",
      refusals: [
        "NOT_FOUND",
        "ENTRY_CANCELLED",
        "ENTRY_EXPIRED",
        "ENTRY_COMPLETED",
        "TOO_MANY_GUESTS",
        "FREE_CHILDREN_NOT_ALLOWED",
      ],
      body: schemas.quoteBody,
      answers: { 200: schemas.quoteAnswer },
    },
    async (call, terminal) => {
      const { accessId } = call.body;
      const guests = schemas.guestCountsOf(call.body.guests);
      const input = { terminal, requestId: null, accessId, guests, ...askerOf(call) };
      return answered(quoteOf(await quoteEntry(services, authenticator, entries.cardOf, input)));
    },
  );
}

function confirm({ services, authenticator, entries, terminalRoute }: PosKit): AnyRoute {
  return terminalRoute(
    {
      method: "POST",
      path: "/pos/confirm_entry",
      summary: "The visit took place",
      refusals: [
        "NOT_FOUND",
        "REQUEST_ID_REUSED",
        "ENTRY_CANCELLED",
        "ENTRY_EXPIRED",
        "CONFIRMED_DIFFERENTLY",
        "NOT_COMPLETED",
        "TOO_MANY_GUESTS",
        "FREE_CHILDREN_NOT_ALLOWED",
        "PAYMENT_AMOUNT_MISMATCH",
      ],
      sends: ["Position"],
      body: schemas.confirmBody,
      answers: { 200: schemas.confirmAnswer },
    },
    async (call, terminal) => {
      const { accessId, requestId = null, payment } = call.body;
      const guests = schemas.guestCountsOf(call.body.guests);
      const paid = payment === undefined ? null : { ...payment, reference: payment.reference ?? null };
      const input = { terminal, requestId, accessId, guests, payment: paid, ...askerOf(call) };
      return answered(confirmationOf(await confirmEntry(services, authenticator, entries.cardOf, input)));
    },
  );
}

function cancel({ services, authenticator, entries, terminalRoute }: PosKit): AnyRoute {
  return terminalRoute(
    {
      method: "POST",
      path: "/pos/cancel_entry",
      summary: "The visit did not take place",
      refusals: ["NOT_FOUND", "REQUEST_ID_REUSED", "ENTRY_CANCELLED", "ENTRY_EXPIRED", "ENTRY_COMPLETED"],
      sends: ["Position"],
      body: schemas.cancelBody,
      answers: { 200: schemas.cancelAnswer },
    },
    async (call, terminal) => {
      const { accessId, requestId = null, reason = null } = call.body;
      const input = { terminal, requestId, accessId, reason, ...askerOf(call) };
      return answered(cancellationOf(await cancelEntry(services, authenticator, entries.cardOf, input)));
    },
  );
}

function askerOf({ traceId, patience }: Asker): Asker {
  return { traceId, patience };
}

function answered<Body>(answer: Answered<Body> | Problem): Reply<200, Body> | Problem {
  return answer.kind === "problem"
    ? answer
    : reply<200, Body>(200, answer.body, answer.position === null ? {} : { Position: answer.position });
}
