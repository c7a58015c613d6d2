import { location, type LocationBody } from "../../domain/location/events.ts";
import { merchant, type MerchantBody } from "../../domain/merchant/events.ts";
import type { RecordLife } from "../../domain/record.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import { seesPlace, type Visibility } from "../../domain/user/access.ts";
import { recentHeads } from "../gate/heads.ts";
import type { Services } from "../services.ts";
import type { Projections } from "../../projections/index.ts";
import { findRecord, type RecordKind } from "./records.ts";

/** Which merchant, location and terminal belong together, as of now; and who sees them. */

export function merchantKind(services: Services): RecordKind<MerchantBody> {
  return { streams: services.streams.merchant, decider: merchant };
}

export function locationKind(services: Services): RecordKind<LocationBody> {
  return { streams: services.streams.location, decider: location };
}

export function seesLocation(visibility: Visibility, { id, body }: RecordLife<LocationBody>): boolean {
  return seesPlace(visibility, { locationId: id, merchantId: body.merchantId });
}

/** The location if it is there and in sight. */
export async function visibleLocation(
  services: Services,
  visibility: Visibility,
  id: string,
): Promise<RecordLife<LocationBody> | null> {
  const life = await findRecord(locationKind(services), id);
  return life !== null && seesLocation(visibility, life) ? life : null;
}

/** As of now, if it is there and its place is in sight. */
export async function visibleTerminal(
  services: Services,
  visibility: Visibility,
  serial: string,
): Promise<TerminalLife | null> {
  const { state } = await services.streams.terminal.refresh(terminalStream(serial));
  if (state === null || state.status === "REVOKED") return null;
  return (await isInSight(services, visibility, state)) ? state : null;
}

/** Whether the terminal's place is in sight. One without a place is in sight of those who see all. */
export async function isInSight(
  services: Services,
  visibility: Visibility,
  { locationId }: TerminalLife,
): Promise<boolean> {
  if (visibility.places === null) return true;
  if (locationId === null) return false;
  const place = await visibleLocation(services, visibility, locationId);
  return place !== null || seesPlace(visibility, { locationId, merchantId: null });
}

/** A merchant is in sight by itself, or by a location of it. */
export async function seesMerchant(services: Services, visibility: Visibility, id: string): Promise<boolean> {
  const { places } = visibility;
  if (places === null || places.merchantIds.includes(id)) return true;
  for (const locationId of places.locationIds) {
    const life = await findRecord(locationKind(services), locationId);
    if (life?.body.merchantId === id) return true;
  }
  return false;
}

/** How far back a change may not be in the read model yet; far more than it ever lags. */
const RECENT_MINUTES = 15;
const ALL = { places: null, icas: null };

/** Whether a terminal stands at the location: by the read model, and by what changed too lately to be there. */
export async function hasTerminals(
  services: Services,
  { projections }: { readonly projections: Projections },
  locationId: string,
): Promise<boolean> {
  for (const { stream, revision } of await recentHeads(services.db, "terminal-", RECENT_MINUTES)) {
    const { state } = await services.streams.terminal.load(stream, revision);
    if (state !== null && state.status !== "REVOKED" && state.locationId === locationId) return true;
  }
  const { items } = await projections.directory.terminals({ locationId }, ALL, { limit: 500 });
  for (const { serialNumber } of items) {
    const { state } = await services.streams.terminal.refresh(terminalStream(serialNumber));
    if (state !== null && state.status !== "REVOKED" && state.locationId === locationId) return true;
  }
  return false;
}

/** Whether a location belongs to the merchant, found in the same way. */
export async function hasLocations(
  services: Services,
  { projections }: { readonly projections: Projections },
  merchantId: string,
): Promise<boolean> {
  for (const { stream, revision } of await recentHeads(services.db, "location-", RECENT_MINUTES)) {
    const { state } = await services.streams.location.load(stream, revision);
    if (state !== null && !state.deleted && state.body.merchantId === merchantId) return true;
  }
  const { items } = await projections.directory.list("location", { merchantId }, ALL, { limit: 500 });
  for (const { id } of items) {
    const life = await findRecord(locationKind(services), id);
    if (life?.body.merchantId === merchantId) return true;
  }
  return false;
}
