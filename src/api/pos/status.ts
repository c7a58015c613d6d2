import { location as locationStream, type LocationBody } from "../../domain/location/events.ts";
import type { Services } from "../../engine/services.ts";
import type { Answer } from "../http/answer.ts";
import type { posLocation, posSettings } from "./schemas.ts";
import { LANGUAGES } from "../../domain/messages/codes.ts";

/** What a terminal is told of its place and of how it should behave. */

const LIST_REFRESH_HOURS = 24;

export interface LocationAnswer {
  readonly body: LocationBody;
  readonly view: NonNullable<Answer<typeof posLocation>>;
}

export async function locationAnswer(services: Services, id: string | null): Promise<LocationAnswer | null> {
  if (id === null) return null;
  const { state } = await services.streams.location.refresh(locationStream.stream(id));
  return state === null || state.deleted ? null : viewOf(state.id, state.body);
}

export function viewOf(id: string, body: LocationBody): LocationAnswer {
  const { name, countryCode, service } = body;
  return { body, view: { id, name, countryCode, service } };
}

export function settingsAnswer(location: LocationBody | null): Answer<typeof posSettings> {
  return {
    listRefreshHours: LIST_REFRESH_HOURS,
    offlineAllowed: location?.offlineAllowed ?? false,
    languages: [...LANGUAGES],
  };
}
