import { REQUEST_LIVES_MS } from "../../engine/patience.ts";
import type { EntryLookup } from "../../engine/entry/lookup.ts";
import type { Services } from "../../engine/services.ts";
import { type AuthenticatedTerminal, TerminalAuthenticator } from "../../engine/terminals/authenticate.ts";
import type { Profile } from "../../domain/terminal/events.ts";
import type { Answers, Reply, ReplyOf } from "../http/answer.ts";
import { headerOf } from "../http/context.ts";
import { shownBy } from "../http/shownBy.ts";
import { invalid, type Problem } from "../http/problems.ts";
import { type AnyRoute, type Call, guardedRoute, type Route } from "../http/route.ts";
import { refusedText } from "../http/text.ts";

/** Makes a route of authenticated terminals. */
export type TerminalRoute = <Body, Query, Params, Declared extends Answers>(
  definition: Omit<Route<Body, Query, Params, Declared>, "handle" | "security" | "tag"> & {
    /** The handler looks for card numbers in what it keeps by itself. */
    readonly looksAtTexts?: boolean;
  },
  handle: (
    call: Call<Body, Query, Params>,
    terminal: AuthenticatedTerminal,
  ) => Promise<ReplyOf<Declared> | Problem>,
) => AnyRoute;

/** What the terminals' routes are made with. */
export interface PosKit {
  readonly services: Services;
  readonly entries: EntryLookup;
  readonly authenticator: TerminalAuthenticator;
  readonly terminalRoute: TerminalRoute;
}

export function posKit(services: Services, entries: EntryLookup): PosKit {
  const authenticator = new TerminalAuthenticator(services);
  return { services, entries, authenticator, terminalRoute: terminalRoutes(authenticator) };
}

/** Lets authenticated terminals in before anything is read, and answers those of the reference profile in their own way. */
function terminalRoutes(authenticator: TerminalAuthenticator): TerminalRoute {
  return ({ looksAtTexts = false, ...definition }, handle) =>
    guardedRoute(
      { livesMs: REQUEST_LIVES_MS, ...definition, tag: "POS", security: "terminal" },
      async (raw, parse) => {
        const authorization = headerOf(raw.context, "authorization") ?? null;
        const shown = shownBy(raw.context.env.incoming.socket);
        if (shown === "nothing") return authenticator.refused("A certificate is wanted at this port.");
        const terminal = await authenticator.authenticate(authorization, shown);
        if (terminal.kind === "problem")
          return inProfile(await authenticator.profileOf(authorization, shown), terminal);
        raw.identify(`terminal ${terminal.life.serialNumber}`);
        const answer = await parse(raw, async (call) => {
          const text = refusedText(call.query, "/query") ?? (looksAtTexts ? null : refusedText(call.body));
          if (text !== null) return invalid(text.pointer, text.message);
          return await handle(call, terminal);
        });
        return inProfile(terminal.life.profile, answer);
      },
    );
}

/** The `reference` profile: what the source document says, spelling included. A failed authentication is 403. */
export function inProfile<Answer extends Reply | Problem>(profile: Profile, answer: Answer): Answer {
  const isForbidden =
    profile === "reference" && answer.kind === "problem" && answer.code === "UNAUTHENTICATED";
  return isForbidden ? { ...answer, code: "FORBIDDEN" } : answer;
}
