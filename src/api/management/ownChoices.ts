import { z } from "zod";
import { changePreferences, preferencesOf } from "../../engine/accounts/preferences.ts";
import { changeView, deleteView, savedViewsOf, saveView } from "../../engine/accounts/savedViews.ts";
import {
  chosenPreferences,
  preferencesChange,
  savedViewInput,
  shownView,
} from "../../domain/user/preferences.ts";
import type { Services } from "../../engine/services.ts";
import { reply } from "../http/answer.ts";
import { invalid, type Problem } from "../http/problems.ts";
import { type AnyRoute, route } from "../http/route.ts";
import { refusedText } from "../http/text.ts";
import { callerInSession } from "./authenticate.ts";

/** How the panel looks to whoever is signed in, and the views of lists that they have kept, or that are shared with their role. */

const tag = "Session";
const viewPath = "/api/session/views";
const params = z.strictObject({ id: z.string().max(64) });
const security = "management";

export function ownChoiceRoutes(services: Services): readonly AnyRoute[] {
  return [
    show(services),
    change(services),
    listViews(services),
    createView(services),
    renameView(services),
    removeView(services),
  ];
}

function show(services: Services): AnyRoute {
  return route({
    method: "GET",
    path: "/api/session/preferences",
    summary: "How the panel looks to oneself; what was not chosen is left out",
    tag,
    security,
    refusals: ["NOT_FOUND"],
    answers: { 200: chosenPreferences },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "read");
      if (caller.kind === "problem") return caller;
      return reply(200, await preferencesOf(services, caller.principal.id));
    },
  });
}

function change(services: Services): AnyRoute {
  return route({
    method: "PUT",
    path: "/api/session/preferences",
    summary: "Change how the panel looks to oneself",
    description: "What is named becomes so; null takes a choice back; what is not named stays.",
    tag,
    security,
    refusals: ["NOT_FOUND"],
    body: preferencesChange,
    answers: { 200: chosenPreferences },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "write");
      if (caller.kind === "problem") return caller;
      const refused = textProblem(call.body);
      if (refused !== null) return refused;
      await changePreferences(services, caller.principal.id, call.body);
      return reply(200, await preferencesOf(services, caller.principal.id));
    },
  });
}

function listViews(services: Services): AnyRoute {
  return route({
    method: "GET",
    path: viewPath,
    summary: "One's own views of lists, and those that are shared with one's role",
    tag,
    security,
    refusals: ["NOT_FOUND"],
    answers: { 200: z.object({ items: z.array(shownView) }) },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "read");
      if (caller.kind === "problem") return caller;
      return reply(200, { items: [...(await savedViewsOf(services, caller.principal))] });
    },
  });
}

function createView(services: Services): AnyRoute {
  return route({
    method: "POST",
    path: viewPath,
    summary: "Keep a view of a list: its filters, columns and order, under a name",
    tag,
    security,
    refusals: ["NOT_FOUND", "ALREADY_EXISTS"],
    body: savedViewInput,
    answers: { 201: shownView },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "write");
      if (caller.kind === "problem") return caller;
      const refused = textProblem(call.body);
      if (refused !== null) return refused;
      const saved = await saveView(services, caller.principal, call.body);
      return saved.kind === "problem" ? saved : reply(201, saved.view);
    },
  });
}

function renameView(services: Services): AnyRoute {
  return route({
    method: "PUT",
    path: `${viewPath}/{id}`,
    summary: "Change what a view of one's own is called, what it shows, or with whom it is shared",
    tag,
    security,
    refusals: ["ALREADY_EXISTS"],
    params,
    body: savedViewInput
      .omit({ list: true })
      .extend({ sharedWith: savedViewInput.shape.sharedWith.unwrap().optional() }),
    answers: { 200: shownView },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "write");
      if (caller.kind === "problem") return caller;
      const refused = textProblem(call.body);
      if (refused !== null) return refused;
      const changed = await changeView(services, caller.principal, call.params.id, call.body);
      return changed.kind === "problem" ? changed : reply(200, changed.view);
    },
  });
}

function removeView(services: Services): AnyRoute {
  return route({
    method: "DELETE",
    path: `${viewPath}/{id}`,
    summary: "Delete a view of one's own",
    tag,
    security,
    params,
    answers: { 204: null },
    handle: async (call) => {
      const caller = await callerInSession(services, call, "write");
      if (caller.kind === "problem") return caller;
      const refused = await deleteView(services, caller.principal, call.params.id);
      return refused ?? reply(204, null);
    },
  });
}

function textProblem(body: unknown): Problem | null {
  const text = refusedText(body);
  return text === null ? null : invalid(text.pointer, text.message);
}
