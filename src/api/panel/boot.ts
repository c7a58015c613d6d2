import { MAY } from "../../domain/user/access.ts";
import { user } from "../../domain/user/events.ts";
import { businessNow } from "../../engine/businessClock.ts";
import { brandingNow } from "../../engine/branding/branding.ts";
import { preferencesOf } from "../../engine/accounts/preferences.ts";
import { savedViewsOf } from "../../engine/accounts/savedViews.ts";
import { consentingOf } from "../../engine/terms/consents.ts";
import type { Services } from "../../engine/services.ts";
import { authenticate } from "../management/authenticate.ts";
import type { Boot } from "./bootShape.ts";

export interface InstallationMarks {
  readonly version: string;
  readonly demo: boolean;
  readonly testClock: boolean;
}

/** @param header of the request for the page */
export async function bootOf(
  services: Services,
  marks: InstallationMarks,
  header: (name: string) => string | null,
): Promise<Boot> {
  const businessTime = new Date(await businessNow(services)).toISOString();
  const virtualTerminal = marks.demo || marks.testClock;
  const [session, branding] = await Promise.all([sessionOf(services, header), brandingNow(services)]);
  return {
    session,
    branding: branding.state?.body ?? null,
    installation: { ...marks, virtualTerminal, businessTime },
  };
}

async function sessionOf(
  services: Services,
  header: (name: string) => string | null,
): Promise<Boot["session"]> {
  // A page is for people: a key in the header opens none.
  const caller = await authenticate(services, (name) => (name === "cookie" ? header(name) : null));
  if (caller.kind === "problem" || caller.session === null) return null;
  const { state } = await services.streams.user.load(user.stream(caller.principal.id));
  if (state === null) return null;
  const { email, firstName, lastName } = state.body;
  const { id, role: own, scope: limits } = caller.principal;
  const [consenting, preferences, views] = await Promise.all([
    consentingOf(services, caller),
    preferencesOf(services, id),
    savedViewsOf(services, caller.principal),
  ]);
  return {
    csrfToken: caller.session.csrf,
    user: { id, email, firstName, lastName, role: own, scope: limits },
    permissions: [...MAY[own]],
    consentRequired: consenting.isWanted,
    preferences,
    views: [...views],
  };
}
