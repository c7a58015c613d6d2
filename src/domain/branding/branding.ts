import type { ActorRef } from "../actor.ts";
import { accept, type Decider, type Decision } from "../decider.ts";
import { type StreamKind, typesOf } from "../streamKind.ts";
import { type Instant, iso } from "../time.ts";
import { type BrandingBody, brandingEvent, type BrandingEvent } from "./events.ts";

/** What the panel looks like, in one stream. Null: as the product comes. */

export interface BrandingState {
  readonly body: BrandingBody;
  readonly modifiedAt: string;
  readonly modifiedBy: ActorRef;
}

export interface ChangeBranding {
  readonly type: "ChangeBranding";
  readonly body: BrandingBody;
  readonly now: Instant;
  readonly by: ActorRef;
}

function evolve(_: BrandingState | null, { data }: BrandingEvent): BrandingState {
  return { body: data.body, modifiedAt: data.at, modifiedBy: data.by };
}

/** What is so already is not written. */
function decide(
  state: BrandingState | null,
  { body, now, by }: ChangeBranding,
): Decision<BrandingEvent, never> {
  if (state !== null && JSON.stringify(state.body) === JSON.stringify(body)) return accept();
  return accept({ type: "BrandingChanged", data: { at: iso(now), by, body } });
}

export const branding: Decider<BrandingState | null, BrandingEvent, ChangeBranding, never> = {
  initial: null,
  evolve,
  decide,
};

export const brandingKind: StreamKind<BrandingState | null, BrandingEvent> = {
  decider: branding,
  event: brandingEvent,
  types: typesOf(brandingEvent),
};

export const BRANDING_STREAM = "branding-panel";
