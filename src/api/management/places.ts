import { z } from "zod";
import { location, type LocationBody, storedLocation } from "../../domain/location/events.ts";
import { locationInput } from "../../domain/location/input.ts";
import { storedMerchant } from "../../domain/merchant/events.ts";
import { merchantInput } from "../../domain/merchant/input.ts";
import { isUnlimited, mayWritePlaces, seesPlace, type Visibility } from "../../domain/user/access.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import type { Services } from "../../engine/services.ts";
import { exclusively, LOCKS } from "../../engine/exclusively.ts";
import { filterText } from "./page.ts";
import { type RecordCall, readingRoutes, recordQuery, writingRoutes } from "./recordRoutes.ts";
import {
  changeRecord,
  createRecord,
  deleteRecord,
  findRecord,
  type Written,
} from "../../engine/management/records.ts";
import {
  hasLocations,
  hasTerminals,
  locationKind,
  merchantKind,
  seesMerchant,
  visibleLocation,
} from "../../engine/management/hierarchy.ts";
import { recordedShape } from "./records.ts";
import type { Kit, ManagementDeps, SecuredAnyRoute } from "./secured.ts";

export function merchantRoutes({ services, deps, secure }: Kit): readonly SecuredAnyRoute[] {
  const kind = merchantKind(services);
  const common = {
    tag: "Merchants",
    path: "/api/merchants",
    answer: recordedShape(storedMerchant),
    permissions: { read: "merchants:read", write: "merchants:write" },
    find: async (id: string, visibility: Visibility) =>
      (await seesMerchant(services, visibility, id)) ? await findRecord(kind, id) : null,
  } as const;
  const [list, details] = readingRoutes(services, secure, {
    ...common,
    summaries: { list: "Merchants", details: "A merchant" },
    query: z.strictObject({ ...recordQuery, name: filterText.optional() }),
    list: async (filter, visibility, page) =>
      await deps.projections.directory.list("merchant", filter, visibility, page),
  });
  const [create, change, remove] = writingRoutes(services, secure, {
    ...common,
    summaries: {
      create: "Create a merchant",
      change: "Change a merchant",
      remove: "Delete a merchant that owns no location",
    },
    refusals: { remove: ["IN_USE"] },
    input: merchantInput,
    create: async (body, { write, visibility }) =>
      isUnlimited(visibility)
        ? await createRecord(services, kind, write, body)
        : problem("FORBIDDEN", "Your scope names its merchants one by one."),
    change: async (id, body, { write, visibility }) =>
      (await merchantWriteProblem(services, visibility, id)) ??
      (await changeRecord(services, kind, write, id, body)),
    remove: async (id, { write, visibility }) =>
      await exclusively(services, LOCKS.places, async () => {
        const refused = await merchantWriteProblem(services, visibility, id);
        if (refused !== null) return refused;
        if (await hasLocations(services, deps, id)) {
          return problem("IN_USE", "The merchant has locations: delete them, or give them to another one.");
        }
        return await deleteRecord(services, kind, write, id);
      }),
  });
  return [create, list, details, change, remove];
}

export function locationRoutes({ services, deps, secure }: Kit): readonly SecuredAnyRoute[] {
  const kind = locationKind(services);
  const common = {
    tag: "Locations",
    path: "/api/locations",
    answer: recordedShape(storedLocation),
    permissions: { read: "locations:read", write: "locations:write" },
    find: async (id: string, visibility: Visibility) => await visibleLocation(services, visibility, id),
  } as const;
  const [list, details] = readingRoutes(services, secure, {
    ...common,
    summaries: { list: "Locations", details: "A location" },
    query: locationQuery,
    list: async ({ countryCode: country, ...filter }, visibility, page) =>
      await deps.projections.directory.list("location", { ...filter, country }, visibility, page),
  });
  const [create, change, remove] = writingRoutes(services, secure, {
    ...common,
    summaries: {
      create: "Create a location",
      change: "Change a location",
      remove: "Delete a location without terminals",
    },
    refusals: { remove: ["IN_USE"] },
    input: locationInput,
    create: async (body, { write, visibility }) =>
      await exclusively(
        services,
        LOCKS.places,
        async () =>
          (await merchantProblem(services, visibility, null, body.merchantId)) ??
          (await createRecord(services, kind, write, body)),
      ),
    change: async (id, body, { write, visibility }) =>
      await exclusively(services, LOCKS.places, async () => {
        if ((await visibleLocation(services, visibility, id)) === null) return problem("NOT_FOUND");
        return (
          (await merchantProblem(services, visibility, id, body.merchantId)) ??
          (await changeRecord(services, kind, write, id, body))
        );
      }),
    remove: async (id, call) => await removeLocation(services, deps, id, call),
  });
  return [create, list, details, change, remove];
}

const locationQuery = z.strictObject({
  ...recordQuery,
  name: filterText.optional(),
  countryCode: filterText.optional(),
  service: filterText.optional(),
  city: filterText.optional(),
  merchantId: filterText.optional(),
});

async function removeLocation(
  services: Services,
  deps: ManagementDeps,
  id: string,
  { write, visibility }: RecordCall,
): Promise<Written<LocationBody> | Problem> {
  return await exclusively(services, LOCKS.places, async () => {
    const { state } = await services.streams.location.refresh(location.stream(id));
    // A repeat that takes over finds it deleted already: the command itself knows.
    const inSight =
      state !== null && seesPlace(visibility, { locationId: id, merchantId: state.body.merchantId });
    if (!inSight) return problem("NOT_FOUND");
    if (!mayWritePlaces(visibility)) return notYourPlaces();
    if (await hasTerminals(services, deps, id)) {
      return problem("IN_USE", "Terminals stand at the location: delete them, or move them elsewhere.");
    }
    return await deleteRecord(services, locationKind(services), write, id);
  });
}

export function notYourPlaces(): Problem {
  return problem("FORBIDDEN", "Your scope names ICAs only, and no places.");
}

/** One that is seen by a location of it is not theirs as a whole. */
async function merchantWriteProblem(
  services: Services,
  visibility: Visibility,
  id: string,
): Promise<Problem | null> {
  if (!(await seesMerchant(services, visibility, id))) return problem("NOT_FOUND");
  if (!mayWritePlaces(visibility)) return notYourPlaces();
  const { places } = visibility;
  if (places === null || places.merchantIds.includes(id)) return null;
  return problem("FORBIDDEN", "Your scope names some of its locations, and not the merchant.");
}

/** The merchant must be there; and whoever is limited to places must see the location afterwards. */
async function merchantProblem(
  services: Services,
  visibility: Visibility,
  locationId: string | null,
  merchantId: string | null,
): Promise<Problem | null> {
  if (merchantId !== null) {
    const there = await findRecord(merchantKind(services), merchantId);
    if (there === null || !(await seesMerchant(services, visibility, merchantId))) {
      return invalid("/merchantId", "there is no such merchant");
    }
  }
  if (!mayWritePlaces(visibility)) return notYourPlaces();
  if (seesPlace(visibility, { locationId, merchantId })) return null;
  return invalid("/merchantId", "a merchant of your scope is wanted");
}
