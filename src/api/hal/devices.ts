import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import { statusAt } from "../../domain/command/life.ts";
import { ACTIVATION_LIVES } from "../../domain/policies.ts";
import { MAY, mayWritePlaces } from "../../domain/user/access.ts";
import { isConnected } from "../../engine/devices/connections.ts";
import {
  createDevice,
  describeDevice,
  type KnownDevice,
  visibleDevice,
} from "../../engine/devices/devices.ts";
import { orderActivation, orderCancellation, orderDeactivation } from "../../engine/devices/orders.ts";
import type { Reply } from "../http/answer.ts";
import { etagOf } from "../http/etag.ts";
import { type Problem, problem } from "../http/problems.ts";
import { notYourPlaces } from "../management/places.ts";
import { positionHeader } from "../management/records.ts";
import type { Kit, ManagementCall, SecuredAnyRoute } from "../management/secured.ts";
import { baseOf } from "./base.ts";
import { withConfiguration } from "./configuration.ts";
import { type Device, deviceBody, deviceChange, deviceShape, deviceView } from "./deviceShape.ts";
import { hal } from "./envelope.ts";
import { type Transfer, transferShape, transferView } from "./transferShape.ts";
import { ofVendor, params } from "./vendor.ts";
import { outcomeOf } from "./waiting.ts";

export function halDeviceRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [create(kit), show(kit), change(kit)];
}

function create({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...ofVendor,
    method: "POST",
    path: "/merchants/{id}/devices",
    summary: "Make a terminal known as a merchant's device",
    refusals: ["ALREADY_EXISTS"],
    permission: "terminals:write",
    params: z.strictObject({ id: ulid }),
    body: deviceBody,
    answers: { 201: deviceShape },
    handle: async (call) => {
      const { body, write, visibility } = call;
      const { id } = call.params;
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const { serial_number: serialNumber, model, name, description, tags, location: locationId } = body;
      const configuration = withConfiguration({}, body.configuration_details);
      const described = { name, description, configuration, tags };
      const asked = { serialNumber, model, locationId, described };
      const made = await createDevice(services, deps, write, visibility, id, asked);
      if (made.kind === "problem") return made;
      const view = deviceView(made, baseOf(deps, call));
      return hal(201, view, { Location: `/devices/${view.id}`, ...versionOf(made) });
    },
  });
}

function show({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...ofVendor,
    method: "GET",
    path: "/devices/{id}",
    summary: "A device, and whether it is connected",
    permission: "terminals:read",
    params,
    query: z.strictObject({
      include_connection: z
        .enum(["true", "false"])
        .default("false")
        .describe("Whether `connection` is answered as well."),
    }),
    answers: { 200: deviceShape },
    handle: async (call) => {
      const { query, visibility } = call;
      const { id } = call.params;
      const known = await visibleDevice(services, visibility, id);
      if (known === null) return problem("NOT_FOUND", "There is no such device.");
      const isAsked = query.include_connection === "true";
      const isOpen = isAsked && (await isConnected(services, known.device.serialNumber));
      const connection = isAsked ? (isOpen ? "Open" : "Closed") : undefined;
      return hal(200, deviceView(known, baseOf(deps, call), connection), versionOf(known));
    },
  });
}

type Change = Omit<ManagementCall<z.infer<typeof deviceChange>, unknown, { readonly id: string }>, "once">;
type Changed = Reply<200, Device> | Reply<200, Transfer> | Problem;

function change(kit: Kit): SecuredAnyRoute {
  return kit.secure({
    ...ofVendor,
    method: "PUT",
    path: "/devices/{id}",
    summary: "Activate or deactivate a device, break off its sale, or change what is written to it",
    description:
      "ACTIVATE waits until the device says that it is ready; it has to be connected. DEACTIVATE counts at once. CANCEL breaks off the sale that the device has in hand and answers its Transfer. Without an `action` the given members are changed, which wants the permission to write terminals.",
    refusals: ["DEVICE_UNREACHABLE", "DEVICE_REFUSED", "DEVICE_BUSY", "NOTHING_TO_CANCEL"],
    permission: "devices:command",
    params,
    body: deviceChange,
    answers: { 200: z.union([deviceShape, transferShape]) },
    handle: async (call) => {
      const { visibility, params: at, body } = call;
      const known = await visibleDevice(kit.services, visibility, at.id);
      if (known === null) return problem("NOT_FOUND", "There is no such device.");
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      switch (body.action) {
        case undefined:
          return await describe(kit, call, known);
        case "ACTIVATE":
          return await activate(kit, call, known);
        case "DEACTIVATE":
          return await deactivate(kit, call, known);
        case "CANCEL":
          return await cancel(kit, call, known);
      }
    },
  });
}

async function describe({ services, deps }: Kit, call: Change, known: KnownDevice): Promise<Changed> {
  const { body, write, visibility, principal } = call;
  if (!MAY[principal.role].has("terminals:write")) return problem("FORBIDDEN");
  const changed = await describeDevice(services, write, visibility, known, (before) => ({
    name: body.name ?? before.name,
    description: body.description === undefined ? before.description : body.description,
    configuration: withConfiguration(before.configuration, body.configuration_details),
    tags: body.tags ?? before.tags,
  }));
  if (changed.kind === "problem") return changed;
  return hal(200, deviceView(changed, baseOf(deps, call)), versionOf(changed));
}

async function activate(kit: Kit, call: Change, { terminal }: KnownDevice): Promise<Changed> {
  const { services, deps } = kit;
  const queued = await orderActivation(services, call.write, terminal);
  if (queued.kind === "problem") return queued;
  const life = await outcomeOf(deps.hub, queued, ACTIVATION_LIVES, call.patience);
  if (life.failure?.code === "DEVICE_UNREACHABLE") return problem("DEVICE_UNREACHABLE");
  switch (statusAt(life, call.write.now)) {
    case "SUCCEEDED":
      return await again(kit, call);
    case "FAILED":
      return problem("DEVICE_REFUSED", `The device did not do it: ${life.failure?.code ?? "no reason"}.`);
    case "QUEUED":
    case "DISPATCHED":
    case "CANCELLED":
    case "TIMED_OUT":
      return problem("DEVICE_UNREACHABLE", "The device did not say in time that it is ready.");
  }
}

async function deactivate(kit: Kit, call: Change, { terminal }: KnownDevice): Promise<Changed> {
  const queued = await orderDeactivation(kit.services, call.write, terminal);
  return queued.kind === "problem" ? queued : await again(kit, call);
}

async function cancel({ services, deps }: Kit, call: Change, { terminal }: KnownDevice): Promise<Changed> {
  const { write } = call;
  const cancelled = await orderCancellation(services, write, terminal);
  if (cancelled.kind === "problem") return cancelled;
  const view = transferView(cancelled.sale, baseOf(deps, call), write.now);
  return hal(200, view, positionHeader(cancelled.position));
}

/** As it is now that it was done. */
async function again({ services, deps }: Kit, call: Change): Promise<Changed> {
  const { params: at, visibility } = call;
  const known = await visibleDevice(services, visibility, at.id);
  if (known === null) return problem("NOT_FOUND", "There is no such device.");
  return hal(200, deviceView(known, baseOf(deps, call)), versionOf(known));
}

function versionOf({ device, position }: KnownDevice): Readonly<Record<string, string>> {
  return { ETag: etagOf(device.revision), ...positionHeader(position) };
}
