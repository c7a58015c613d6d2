import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import { terminal } from "../../domain/terminal/terminal.ts";
import { mayWritePlaces, type Visibility } from "../../domain/user/access.ts";
import { enrollmentNow } from "../../engine/enrollments/register.ts";
import { exclusively, LOCKS } from "../../engine/exclusively.ts";
import { byOf, execute } from "../../engine/management/commands.ts";
import { locationKind } from "../../engine/management/hierarchy.ts";
import { findRecord } from "../../engine/management/records.ts";
import { locationProblem, visibleTerminal } from "../../engine/management/terminalsInSight.ts";
import type { Services } from "../../engine/services.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { notYourPlaces } from "../management/places.ts";
import { gone, shown } from "../management/records.ts";
import type { Kit, SecuredAnyRoute } from "../management/secured.ts";
import { refusedTerminal } from "../management/terminalCodes.ts";
import { catchUp } from "../../engine/waitFor.ts";
import { numbered, numberedOf, numberedQuery } from "./pages.ts";
import { type Device, deviceChange, deviceShape, deviceView } from "./shapes.ts";

const tag = "Enrollment";
const path = "/ipp/v1/devices";
const params = z.strictObject({ id: ulid });

export function deviceRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [listDevices(kit), showDevice(kit), changeDevice(kit), removeDevice(kit)];
}

function listDevices({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path,
    summary: "Devices that came by an enrollment",
    tag,
    permission: "terminals:read",
    query: numberedQuery,
    answers: { 200: numberedOf(deviceShape) },
    handle: async ({ query, visibility }) => {
      await catchUp(services.log, deps.projections);
      const { page_number: number, page_size: size, metadata } = query;
      const { items, total } = await deps.projections.directory.numbered(
        "terminal",
        { isEnrolled: true, metadata },
        visibility,
        { number, size },
      );
      const devices = items.flatMap(({ state, merchant_id }) => deviceView(state, merchant_id) ?? []);
      return reply(200, numbered(devices, total, query));
    },
  });
}

function showDevice({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "A device that came by an enrollment",
    tag,
    permission: "terminals:read",
    params,
    answers: { 200: deviceShape },
    handle: async ({ params: { id }, visibility }) => {
      const life = await visibleDevice(services, visibility, id);
      return life === null ? problem("NOT_FOUND") : shown(await viewOf(services, life), life.revision);
    },
  });
}

function changeDevice({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "PUT",
    path: `${path}/{id}`,
    summary: "Name a device, move it, or change its metadata; what is absent stays",
    tag,
    permission: "terminals:write",
    params,
    body: deviceChange,
    answers: { 200: deviceShape },
    handle: async ({ params: { id }, body, write, visibility }) =>
      await exclusively(services, LOCKS.places, async () => {
        const life = await visibleDevice(services, visibility, id);
        if (life?.about == null) return problem("NOT_FOUND");
        if (!mayWritePlaces(visibility)) return notYourPlaces();
        const { name = life.about.name, metadata = life.about.metadata } = body;
        const { location_id: locationId = life.locationId } = body;
        const wrong = await locationProblem(services, visibility, locationId, "/location_id");
        if (wrong !== null) return wrong;
        const { now, expected } = write;
        const done = await execute(services, services.streams.terminal, write, {
          stream: terminalStream(life.serialNumber),
          operation: "describe",
          decide: (state) =>
            terminal.decide(state, {
              type: "Describe",
              ...{ name, metadata, locationId, expected, now, by: byOf(write) },
            }),
        });
        if (done.kind === "refused") return refusedTerminal(done.refusal);
        const changed = done.folded.state;
        if (changed === null) throw new Error("a device that was written is there");
        return shown(await viewOf(services, changed), changed.revision, done.position);
      }),
  });
}

function removeDevice({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "DELETE",
    path: `${path}/{id}`,
    summary: "Deregister a device; its token is void at once",
    tag,
    permission: "terminals:write",
    params,
    answers: { 204: null },
    handle: async ({ params: { id }, write, visibility }) => {
      const serial = (await enrollmentNow(services, id))?.device?.serialNumber;
      const there = await visibleDevice(services, visibility, id);
      if (serial === undefined || (there === null && !write.resumed)) return problem("NOT_FOUND");
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const { now, expected } = write;
      const done = await execute(services, services.streams.terminal, write, {
        stream: terminalStream(serial),
        operation: "remove",
        decide: (state) =>
          terminal.decide(state, { type: "Remove", expected, reason: null, now, by: byOf(write) }),
      });
      return done.kind === "refused" ? refusedTerminal(done.refusal) : gone(done.position);
    },
  });
}

/** A device by its id, which is its enrollment's: as of now, if it is there and in sight. */
async function visibleDevice(
  services: Services,
  visibility: Visibility,
  id: string,
): Promise<TerminalLife | null> {
  const device = (await enrollmentNow(services, id))?.device ?? null;
  const life = device === null ? null : await visibleTerminal(services, visibility, device.serialNumber);
  // Another device may have come in under the same serial number since.
  return life?.about?.enrollmentId === id ? life : null;
}

async function viewOf(services: Services, life: TerminalLife): Promise<Device> {
  const view = deviceView(life, await merchantOf(services, life.locationId));
  if (view === null) throw new Error("a device that was enrolled is one");
  return view;
}

/** Whose place it is, as of now. */
export async function merchantOf(services: Services, locationId: string | null): Promise<string | null> {
  if (locationId === null) return null;
  return (await findRecord(locationKind(services), locationId))?.body.merchantId ?? null;
}
