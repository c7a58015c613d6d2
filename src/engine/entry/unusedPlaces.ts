import type { CardEvent } from "../../domain/card/events.ts";
import { type CardState, openEntry } from "../../domain/card/state.ts";
import { releasePlace } from "../budget/release.ts";
import { giveBackPlace } from "../budget/settle.ts";
import type { Services } from "../services.ts";
import type { Stored } from "../streams.ts";
import { type Attempt, placeOf, type Verdict } from "./attempt.ts";

/** Places that this verdict, or the lapse of the entry before, leaves unused. */
export async function giveBackUnused(
  services: Services,
  attempt: Attempt,
  before: CardState,
  events: readonly CardEvent[],
  reserved: string | null,
  verdict: Stored<Verdict>,
): Promise<void> {
  const { event } = verdict;
  const place = placeOf(services, attempt, attempt.accessId);
  if (reserved !== null) {
    if (event.type !== "EntryGranted") await releasePlace(services, reserved, place, "REJECTED", null);
    else if (event.data.accessId !== attempt.accessId || event.data.ruleset.id !== reserved) {
      await releasePlace(services, reserved, place, "GRANTED_OTHERWISE", null);
    }
  }
  const lapsed = openEntry(before);
  if (lapsed !== null && events.some((one) => one.type === "EntryLapsed")) {
    await giveBackPlace(services, lapsed.rulesetId, placeOf(services, attempt, lapsed.accessId), "LAPSED");
  }
}
