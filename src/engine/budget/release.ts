import type { ReleaseReason } from "../../domain/quota/events.ts";
import type { Services } from "../services.ts";
import { type Place, tellQuota } from "./place.ts";

/** Only once the card's stream says that the place will not be used. `visitAt`: the instant of the grant, where there was one. */
export async function releasePlace(
  services: Services,
  rulesetId: string,
  place: Place,
  why: ReleaseReason,
  visitAt: number | null,
): Promise<void> {
  const { accessId, now } = place;
  // The revision of the hold is not known here, so that each release of a place is an event of its own.
  const operation = `release-${why}-${String(now)}`;
  await tellQuota(services, rulesetId, place, operation, { type: "Release", accessId, why, visitAt, now });
}
