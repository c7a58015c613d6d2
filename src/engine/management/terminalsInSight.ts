import { terminalStream } from "../../domain/terminal/events.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import { seesPlace, type Visibility } from "../../domain/user/access.ts";
import { invalid, type Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { visibleLocation } from "./hierarchy.ts";

/** A terminal as of now, if it is there and its place is in sight. */
export async function visibleTerminal(
  services: Services,
  visibility: Visibility,
  serial: string,
): Promise<TerminalLife | null> {
  const { state } = await services.streams.terminal.refresh(terminalStream(serial));
  if (state === null || state.status === "REVOKED") return null;
  return (await isPlaceInSight(services, visibility, state.locationId)) ? state : null;
}

/** Where a terminal stands, or will. Without a place it is in sight of those whose scope has no bounds. */
export async function isPlaceInSight(
  services: Services,
  visibility: Visibility,
  locationId: string | null,
): Promise<boolean> {
  if (visibility.places === null) return true;
  if (locationId === null) return false;
  const place = await visibleLocation(services, visibility, locationId);
  return place !== null || seesPlace(visibility, { locationId, merchantId: null });
}

/** Why a terminal may not be put there; null where it may. */
export async function locationProblem(
  services: Services,
  visibility: Visibility,
  locationId: string | null,
  at = "/locationId",
): Promise<Problem | null> {
  if (locationId === null) {
    return visibility.places === null ? null : invalid(at, "a location of your scope is wanted");
  }
  const place = await visibleLocation(services, visibility, locationId);
  return place === null ? invalid(at, "there is no such location") : null;
}
