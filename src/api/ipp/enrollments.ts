import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import { mayWritePlaces, type Visibility } from "../../domain/user/access.ts";
import type { EnrollmentLife } from "../../domain/enrollment/enrollment.ts";
import { cancelEnrollment, makeEnrollment } from "../../engine/enrollments/make.ts";
import { enrollmentNow } from "../../engine/enrollments/register.ts";
import { isPlaceInSight } from "../../engine/management/terminalsInSight.ts";
import type { Services } from "../../engine/services.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { notYourPlaces } from "../management/places.ts";
import { created, gone, shown } from "../management/records.ts";
import type { Kit, SecuredAnyRoute } from "../management/secured.ts";
import { catchUp } from "../../engine/waitFor.ts";
import { numbered, numberedOf, numberedQuery } from "./pages.ts";
import { enrollmentBody, enrollmentShape, enrollmentView } from "./shapes.ts";

const tag = "Enrollment";
const path = "/ipp/v1/enrollments";
const params = z.strictObject({ id: ulid });

export function enrollmentRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [createEnrollment(kit), listEnrollments(kit), showEnrollment(kit), removeEnrollment(kit)];
}

function createEnrollment({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Make a code by which one device may come in; it is shown this once",
    tag,
    permission: "terminals:write",
    body: enrollmentBody,
    answers: { 201: enrollmentShape },
    handle: async ({ body, write, visibility }) => {
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const { location_id: locationId, metadata, expires_in: expiresIn } = body;
      const made = await makeEnrollment(
        services,
        write,
        visibility,
        { locationId, metadata, expiresIn },
        "/location_id",
      );
      if (made.kind === "problem") return made;
      const { life, code, position } = made;
      return created(path, life.id, enrollmentView(life, write.now, code), life.revision, position);
    },
  });
}

function listEnrollments({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path,
    summary: "Enrollments that wait, or by which a device came",
    tag,
    permission: "terminals:read",
    query: numberedQuery,
    answers: { 200: numberedOf(enrollmentShape) },
    handle: async ({ query, visibility, write: { now } }) => {
      await catchUp(services.log, deps.projections);
      const { page_number: number, page_size: size, metadata } = query;
      const { items, total } = await deps.projections.directory.numbered(
        "enrollment",
        // The document: "CANCELLED and EXPIRED enrollments are excluded from the list results".
        { enrollment: { is: ["PENDING", "CONSUMED"], now }, metadata },
        visibility,
        { number, size },
      );
      const content = items.map(({ state }) => enrollmentView(state, now));
      return reply(200, numbered(content, total, query));
    },
  });
}

function showEnrollment({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "An enrollment, whatever became of it",
    tag,
    permission: "terminals:read",
    params,
    answers: { 200: enrollmentShape },
    handle: async ({ params: { id }, visibility, write }) => {
      const life = await visibleEnrollment(services, visibility, id);
      return life === null ? problem("NOT_FOUND") : shown(enrollmentView(life, write.now), life.revision);
    },
  });
}

function removeEnrollment({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "DELETE",
    path: `${path}/{id}`,
    summary: "Cancel an enrollment that no device has come by",
    refusals: ["IN_USE"],
    tag,
    permission: "terminals:write",
    params,
    answers: { 204: null },
    handle: async ({ params: { id }, write, visibility }) => {
      if ((await visibleEnrollment(services, visibility, id)) === null) return problem("NOT_FOUND");
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const done = await cancelEnrollment(services, write, id);
      return done.kind === "problem" ? done : gone(done.position);
    },
  });
}

/** As of now, if the place where its device would stand is in sight. */
export async function visibleEnrollment(
  services: Services,
  visibility: Visibility,
  id: string,
): Promise<EnrollmentLife | null> {
  const life = await enrollmentNow(services, id);
  return life !== null && (await isPlaceInSight(services, visibility, life.locationId)) ? life : null;
}
