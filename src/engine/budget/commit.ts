import type { Services } from "../services.ts";
import { type Place, tellQuota } from "./place.ts";

/** After the card's stream says that the visit took place, before the terminal hears of it. */
export async function commitPlace(
  services: Services,
  rulesetId: string,
  place: Place,
  visitAt: number,
): Promise<void> {
  const { accessId, cardId, now } = place;
  await tellQuota(services, rulesetId, place, "commit", { type: "Commit", accessId, cardId, visitAt, now });
}
