import { location as locationStream, type LocationBody } from "../../domain/location/events.ts";
import type { Services } from "../../engine/services.ts";
import { LANGUAGES } from "./messages.ts";

/** What a terminal is told of its place and of how it should behave. */

const LIST_REFRESH_HOURS = 24;

export interface LocationAnswer {
  readonly body: LocationBody;
  readonly view: {
    readonly id: string;
    readonly name: string;
    readonly countryCode: string;
    readonly service: string;
  };
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

export function settingsAnswer(location: LocationBody | null): {
  readonly listRefreshHours: number;
  readonly offlineAllowed: boolean;
  readonly languages: readonly string[];
} {
  return {
    listRefreshHours: LIST_REFRESH_HOURS,
    offlineAllowed: location?.offlineAllowed ?? false,
    languages: [...LANGUAGES],
  };
}
