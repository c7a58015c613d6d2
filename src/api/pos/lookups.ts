import { z } from "zod";
import { iso } from "../../domain/time.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import type { Attempted } from "../../engine/entry/lookup.ts";
import { NOTHING_ASKED, openPosRequest } from "../../engine/entry/request.ts";
import { messageFor } from "../../engine/messages/shown.ts";
import type { AuthenticatedTerminal } from "../../engine/terminals/authenticate.ts";
import { type Answer, type Reply, reply } from "../http/answer.ts";
import { type Problem, problem } from "../http/problems.ts";
import type { AnyRoute, Call } from "../http/route.ts";
import { entryAnswerOf } from "./answers.ts";
import { languageOf } from "./language.ts";
import { rejectionInProfile } from "./rejection.ts";
import * as schemas from "./schemas.ts";
import { settingsAnswer, viewOf } from "./status.ts";
import type { PosKit } from "./terminalRoute.ts";

/** What a terminal may look at. */

export function showEntry(kit: PosKit): AnyRoute {
  const { entries, terminalRoute } = kit;
  return terminalRoute(
    {
      method: "GET",
      path: "/pos/entries/{accessId}",
      summary: "What became of an entry",
      reads: ["Wait-For", "Accept-Language"],
      rejection: schemas.referenceRejection,
      params: z.strictObject({ accessId: schemas.accessId }),
      answers: { 200: schemas.entryAnswer },
    },
    async (call, terminal) =>
      await lookUp(
        kit,
        call,
        terminal,
        async (life, now) => await entries.byAccessId(life, call.params.accessId, now),
      ),
  );
}

export function findEntry(kit: PosKit): AnyRoute {
  const { entries, terminalRoute } = kit;
  return terminalRoute(
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
        kit,
        call,
        terminal,
        async (life, now) => await entries.byRequestId(life, call.query.requestId, now),
      ),
  );
}

async function lookUp<Body, Query, Params>(
  { services, entries, authenticator }: PosKit,
  call: Call<Body, Query, Params>,
  terminal: AuthenticatedTerminal,
  find: (terminal: TerminalLife, now: number) => Promise<Attempted | null | Problem>,
): Promise<Reply<200, Answer<typeof schemas.entryAnswer>> | Problem> {
  const wanted = call.header("wait-for");
  const behind = wanted === null ? null : await entries.waitFor(wanted);
  if (behind !== null) return behind;
  const request = await openPosRequest(services, authenticator, terminal, NOTHING_ASKED);
  if (request.kind === "problem") return request;
  const found = await find(terminal.life, request.now);
  if (found === null) return problem("NOT_FOUND", "This terminal has no such entry.");
  if ("kind" in found) return found;
  const { verdict } = found;
  const message = await messageFor(services, verdict.event, languageOf(call.header("accept-language")));
  const asChecked = rejectionInProfile(verdict, terminal.life.profile, message);
  return asChecked ?? reply(200, entryAnswerOf(found));
}

export function showStatus({ services, authenticator, terminalRoute }: PosKit): AnyRoute {
  return terminalRoute(
    {
      method: "GET",
      path: "/pos/status",
      summary: "The terminal's place, the time and its settings",
      answers: { 200: schemas.statusAnswer },
    },
    async (call, terminal) => {
      const request = await openPosRequest(services, authenticator, terminal, NOTHING_ASKED);
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
}
