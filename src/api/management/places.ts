import { z } from "zod";
import { location, storedLocation } from "../../domain/location/events.ts";
import { locationInput } from "../../domain/location/input.ts";
import { storedMerchant } from "../../domain/merchant/events.ts";
import { merchantInput } from "../../domain/merchant/input.ts";
import { isUnlimited, mayWritePlaces, seesPlace, type Visibility } from "../../domain/user/access.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import type { Services } from "../../engine/services.ts";
import { exclusively, LOCKS } from "../../engine/exclusively.ts";
import { answerPage, filterText, listOf, paging } from "./page.ts";
import { signer } from "./signatures.ts";
import { created, gone, idParams, recordShape, recordView, shown } from "./records.ts";
import { changeRecord, createRecord, deleteRecord, findRecord } from "../../engine/management/records.ts";
import {
  hasLocations,
  hasTerminals,
  locationKind,
  merchantKind,
  seesMerchant,
  visibleLocation,
} from "../../engine/management/references.ts";
import type { ManagementDeps, Secure, SecuredAnyRoute } from "./secured.ts";

const sort = z.enum(["name", "-name", "modifiedAt", "-modifiedAt"]).optional();

export function merchantRoutes(
  services: Services,
  deps: ManagementDeps,
  secure: Secure,
): readonly SecuredAnyRoute[] {
  const tag = "Merchants";
  const path = "/api/merchants";
  const kind = merchantKind(services);
  const answer = storedMerchant.extend(recordShape);

  const create = secure({
    method: "POST",
    path,
    summary: "Create a merchant",
    tag,
    permission: "merchants:write",
    body: merchantInput,
    answers: { 201: answer },
    handle: async ({ body, write, visibility }) => {
      if (!isUnlimited(visibility)) return problem("FORBIDDEN", "Your scope names its merchants one by one.");
      const done = await createRecord(services, kind, write, body);
      if (done.kind === "problem") return done;
      const { life, position } = done;
      return created(path, life.id, await recordView(life, signer(services)), life.revision, position);
    },
  });

  const list = secure({
    method: "GET",
    path,
    summary: "Merchants",
    tag,
    permission: "merchants:read",
    query: z.strictObject({ ...paging, sort, name: filterText.optional() }),
    answers: { 200: listOf(answer) },
    handle: async ({ query, visibility }) => {
      const { sort: order, cursor, limit, ...filter } = query;
      const sign = signer(services);
      return await answerPage(
        cursor,
        async () =>
          await deps.projections.directory.list("merchant", filter, visibility, {
            sort: order,
            cursor,
            limit,
          }),
        async (life) => await recordView(life, sign),
      );
    },
  });

  const details = secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "A merchant",
    tag,
    permission: "merchants:read",
    params: idParams,
    answers: { 200: answer },
    handle: async ({ params, visibility }) => {
      const life = await findRecord(kind, params.id);
      if (life === null || !(await seesMerchant(services, visibility, params.id)))
        return problem("NOT_FOUND");
      return shown(await recordView(life, signer(services)), life.revision);
    },
  });

  const change = secure({
    method: "PUT",
    path: `${path}/{id}`,
    summary: "Change a merchant",
    tag,
    permission: "merchants:write",
    params: idParams,
    body: merchantInput,
    answers: { 200: answer },
    handle: async ({ params, body, write, visibility }) => {
      const refused = await merchantWriteProblem(services, visibility, params.id);
      if (refused !== null) return refused;
      const done = await changeRecord(services, kind, write, params.id, body);
      if (done.kind === "problem") return done;
      return shown(await recordView(done.life, signer(services)), done.life.revision, done.position);
    },
  });

  const remove = secure({
    method: "DELETE",
    path: `${path}/{id}`,
    summary: "Delete a merchant that owns no location",
    refusals: ["IN_USE"],
    tag,
    permission: "merchants:write",
    params: idParams,
    answers: { 204: null },
    handle: async ({ params, write, visibility }) =>
      await exclusively(services, LOCKS.places, async () => {
        const refused = await merchantWriteProblem(services, visibility, params.id);
        if (refused !== null) return refused;
        if (await hasLocations(services, deps, params.id)) {
          return problem("IN_USE", "The merchant has locations: delete them, or give them to another one.");
        }
        const done = await deleteRecord(services, kind, write, params.id);
        return done.kind === "problem" ? done : gone(done.position);
      }),
  });

  return [create, list, details, change, remove];
}

export function locationRoutes(
  services: Services,
  deps: ManagementDeps,
  secure: Secure,
): readonly SecuredAnyRoute[] {
  const tag = "Locations";
  const path = "/api/locations";
  const kind = locationKind(services);
  const answer = storedLocation.extend(recordShape);

  const create = secure({
    method: "POST",
    path,
    summary: "Create a location",
    tag,
    permission: "locations:write",
    body: locationInput,
    answers: { 201: answer },
    handle: async ({ body, write, visibility }) =>
      await exclusively(services, LOCKS.places, async () => {
        const wrong = await merchantProblem(services, visibility, null, body.merchantId);
        if (wrong !== null) return wrong;
        const done = await createRecord(services, kind, write, body);
        if (done.kind === "problem") return done;
        const { life, position } = done;
        return created(path, life.id, await recordView(life, signer(services)), life.revision, position);
      }),
  });

  const list = secure({
    method: "GET",
    path,
    summary: "Locations",
    tag,
    permission: "locations:read",
    query: z.strictObject({
      ...paging,
      sort,
      name: filterText.optional(),
      countryCode: filterText.optional(),
      service: filterText.optional(),
      city: filterText.optional(),
      merchantId: filterText.optional(),
    }),
    answers: { 200: listOf(answer) },
    handle: async ({ query, visibility }) => {
      const { sort: order, cursor, limit, countryCode: country, ...rest } = query;
      const filter = { ...rest, country };
      const sign = signer(services);
      return await answerPage(
        cursor,
        async () =>
          await deps.projections.directory.list("location", filter, visibility, {
            sort: order,
            cursor,
            limit,
          }),
        async (life) => await recordView(life, sign),
      );
    },
  });

  const details = secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "A location",
    tag,
    permission: "locations:read",
    params: idParams,
    answers: { 200: answer },
    handle: async ({ params, visibility }) => {
      const life = await visibleLocation(services, visibility, params.id);
      return life === null
        ? problem("NOT_FOUND")
        : shown(await recordView(life, signer(services)), life.revision);
    },
  });

  const change = secure({
    method: "PUT",
    path: `${path}/{id}`,
    summary: "Change a location",
    tag,
    permission: "locations:write",
    params: idParams,
    body: locationInput,
    answers: { 200: answer },
    handle: async ({ params, body, write, visibility }) =>
      await exclusively(services, LOCKS.places, async () => {
        if ((await visibleLocation(services, visibility, params.id)) === null) return problem("NOT_FOUND");
        const wrong = await merchantProblem(services, visibility, params.id, body.merchantId);
        if (wrong !== null) return wrong;
        const done = await changeRecord(services, kind, write, params.id, body);
        if (done.kind === "problem") return done;
        return shown(await recordView(done.life, signer(services)), done.life.revision, done.position);
      }),
  });

  const remove = secure({
    method: "DELETE",
    path: `${path}/{id}`,
    summary: "Delete a location without terminals",
    refusals: ["IN_USE"],
    tag,
    permission: "locations:write",
    params: idParams,
    answers: { 204: null },
    handle: async ({ params, write, visibility }) =>
      await exclusively(services, LOCKS.places, async () => {
        const life = await services.streams.location.refresh(location.stream(params.id));
        // A repeat that takes over finds it deleted already: the command itself knows.
        const inSight =
          life.state !== null &&
          seesPlace(visibility, { locationId: params.id, merchantId: life.state.body.merchantId });
        if (!inSight) return problem("NOT_FOUND");
        if (!mayWritePlaces(visibility)) return notYourPlaces();
        if (await hasTerminals(services, deps, params.id)) {
          return problem("IN_USE", "Terminals stand at the location: delete them, or move them elsewhere.");
        }
        const done = await deleteRecord(services, kind, write, params.id);
        return done.kind === "problem" ? done : gone(done.position);
      }),
  });

  return [create, list, details, change, remove];
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
