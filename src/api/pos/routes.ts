import { accessId as accessIdSchema } from "./schemas.ts";
import { z as zod } from "zod";
import { saysNumber } from "../../domain/cardNumbers.ts";
import { iso } from "../../domain/time.ts";
import type { RejectionCode } from "../../domain/codes.ts";
import type { TerminalLife } from "../../domain/terminal/terminal.ts";
import type { Profile } from "../../domain/terminal/events.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import { type Reply, reply } from "../http/answer.ts";
import { headerOf } from "../http/context.ts";
import { type AnyRoute, type Call, guardedRoute, type Route, route } from "../http/route.ts";
import { NO_CARD_NUMBER, refusedText } from "../http/text.ts";
import { REQUEST_LIVES_MS } from "../../engine/patience.ts";
import type { Services } from "../../engine/services.ts";
import type { Stored } from "../../engine/streams.ts";
import { type Answered, answerOf, checkAnswerOf, entryAnswerOf } from "./answers.ts";
import type { Verdict } from "../../engine/entry/attempt.ts";
import { type AuthenticatedTerminal, TerminalAuthenticator } from "../../engine/terminals/authenticate.ts";
import { readCard } from "./card.ts";
import { checkEntry } from "../../engine/entry/check.ts";
import { cancelEntry, confirmEntry, quoteEntry } from "../../engine/entry/endings.ts";
import type { Attempted, EntryLookup } from "../../engine/entry/lookup.ts";
import { type Language, languageOf } from "./messages.ts";
import { pairTerminal } from "./pair.ts";
import { type Asker, openPosRequest } from "../../engine/entry/request.ts";
import * as schemas from "./schemas.ts";
import { settingsAnswer, viewOf } from "./status.ts";

function askerOf({ traceId, patience }: Asker): Asker {
  return { traceId, patience };
}

const NOTHING = { request: null, accessId: null, card: null };

/** The routes of the wire contract's section "POS". */
export function posRoutes(services: Services, entries: EntryLookup): readonly AnyRoute[] {
  const authenticator = new TerminalAuthenticator(services);

  /** Lets authenticated terminals in before anything is read, and answers those of the reference profile in their own way. */
  function terminalRoute<Body, Query, Params>(
    definition: Omit<Route<Body, Query, Params>, "handle" | "security" | "tag">,
    handle: (call: Call<Body, Query, Params>, terminal: AuthenticatedTerminal) => Promise<Reply | Problem>,
  ): AnyRoute {
    return guardedRoute(
      { ...definition, tag: "POS", security: "terminal", livesMs: REQUEST_LIVES_MS },
      async (raw, parse) => {
        const authorization = headerOf(raw.context, "authorization") ?? null;
        const terminal = await authenticator.authenticate(authorization);
        if (terminal.kind === "problem")
          return inProfile(await authenticator.profileOf(authorization), terminal);
        raw.identify(`terminal ${terminal.life.serialNumber}`);
        const answer = await parse(raw, async (call) => {
          const text = refusedText(call.query, "/query") ?? refusedText(call.body);
          if (text !== null) return invalid(text.pointer, text.message);
          return await handle(call, terminal);
        });
        return inProfile(terminal.life.profile, answer);
      },
    );
  }

  const answered = (answer: Answered | Problem): Reply | Problem =>
    answer.kind === "problem"
      ? answer
      : reply(200, answer.body, answer.position === null ? {} : { Position: answer.position });

  const pair = route({
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

  const check = terminalRoute(
    {
      method: "POST",
      path: "/pos/check_entry",
      summary: "May this card enter?",
      refusals: ["REQUEST_ID_REUSED"],
      reads: ["Accept-Language"],
      sends: ["Position"],
      rejection: schemas.referenceRejection,
      documentedBody: schemas.documentedCheckBody,
      body: schemas.checkBody.extend({ card: schemas.cardInput.or(zod.unknown()) }),
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
      return (
        rejectionInProfile(verdict, terminal.life.profile, language) ??
        reply(200, checkAnswerOf(verdict, language), { Position: verdict.position })
      );
    },
  );

  const quote = terminalRoute(
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
      return answered(answerOf(await quoteEntry(services, authenticator, entries.cardOf, input)));
    },
  );

  const confirm = terminalRoute(
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
      return answered(answerOf(await confirmEntry(services, authenticator, entries.cardOf, input)));
    },
  );

  const cancel = terminalRoute(
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
      return answered(answerOf(await cancelEntry(services, authenticator, entries.cardOf, input)));
    },
  );

  const entry = terminalRoute(
    {
      method: "GET",
      path: "/pos/entries/{accessId}",
      summary: "What became of an entry",
      reads: ["Wait-For", "Accept-Language"],
      rejection: schemas.referenceRejection,
      params: zod.strictObject({ accessId: accessIdSchema }),
      answers: { 200: schemas.entryAnswer },
    },
    async (call, terminal) =>
      await lookUp(
        call,
        terminal,
        async (life, now) => await entries.byAccessId(life, call.params.accessId, now),
      ),
  );

  const entryByRequest = terminalRoute(
    {
      method: "GET",
      path: "/pos/entries",
      summary: "What became of a check, by its request id",
      refusals: ["NOT_FOUND"],
      reads: ["Wait-For", "Accept-Language"],
      rejection: schemas.referenceRejection,
      query: schemas.entriesQuery,
      answers: { 200: schemas.entryAnswer },
    },
    async (call, terminal) =>
      await lookUp(
        call,
        terminal,
        async (life, now) => await entries.byRequestId(life, call.query.requestId, now),
      ),
  );

  async function lookUp<Body, Query, Params>(
    call: Call<Body, Query, Params>,
    terminal: AuthenticatedTerminal,
    find: (terminal: TerminalLife, now: number) => Promise<Attempted | null | Problem>,
  ): Promise<Reply | Problem> {
    const wanted = call.header("wait-for");
    const behind = wanted === null ? null : await entries.waitFor(wanted);
    if (behind !== null) return behind;
    const request = await openPosRequest(services, authenticator, terminal, NOTHING);
    if (request.kind === "problem") return request;
    const found = await find(terminal.life, request.now);
    if (found === null) return problem("NOT_FOUND", "This terminal has no such entry.");
    if ("kind" in found) return found;
    const asChecked = rejectionInProfile(
      found.verdict,
      terminal.life.profile,
      languageOf(call.header("accept-language")),
    );
    return asChecked ?? reply(200, entryAnswerOf(found));
  }

  const status = terminalRoute(
    {
      method: "GET",
      path: "/pos/status",
      summary: "The terminal's place, the time and its settings",
      answers: { 200: schemas.statusAnswer },
    },
    async (call, terminal) => {
      const request = await openPosRequest(services, authenticator, terminal, NOTHING);
      if (request.kind === "problem") return request;
      const { serialNumber, profile } = request.terminal.life;
      const place = request.location === null ? null : viewOf(request.location.id, request.location.body);
      return reply(200, {
        terminal: { serialNumber, status: "PAIRED", profile, location: place?.view ?? null },
        connection: "CLOSED",
        serverTime: iso(services.now()),
        businessTime: iso(request.now),
        settings: settingsAnswer(place?.body ?? null),
      });
    },
  );

  return [pair, check, quote, confirm, cancel, entry, entryByRequest, status];
}

/** The `reference` profile: what the source document says, spelling included. A failed authentication is 403. */
function inProfile(profile: Profile, answer: Reply | Problem): Reply | Problem {
  const isForbidden =
    profile === "reference" && answer.kind === "problem" && answer.code === "UNAUTHENTICATED";
  return isForbidden ? { ...answer, code: "FORBIDDEN" } : answer;
}

/**
 * How a rejection is told to a terminal of the `reference` profile: as a problem with HTTP 403 and the members of the
 * ordinary answer, made of the stored event alone, its trace id included. Null for all else.
 */
function rejectionInProfile(verdict: Stored<Verdict>, profile: Profile, language: Language): Problem | null {
  if (profile === "standard" || verdict.event.type === "EntryGranted") return null;
  const rejected = schemas.rejectedAnswer.parse(checkAnswerOf(verdict, language));
  const code = REFERENCE_CODES.get(rejected.code) ?? rejected.code;
  const members = { ...rejected, code, traceId: verdict.correlationId };
  return problem("FORBIDDEN", rejected.message, { members, headers: { Position: verdict.position } });
}

const REFERENCE_CODES: ReadonlyMap<string, string> = new Map<RejectionCode, string>([
  ["TEMPORARILY_BLOCKED", "TEMPORARILT_BLOCKED"],
]);
