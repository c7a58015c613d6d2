import { type Description, device, type DeviceLife } from "../../domain/device/device.ts";
import { deviceStream } from "../../domain/device/events.ts";
import { terminalStream } from "../../domain/terminal/events.ts";
import { isPaired, type TerminalLife } from "../../domain/terminal/life.ts";
import { terminal } from "../../domain/terminal/terminal.ts";
import { seesPlace, type Visibility } from "../../domain/user/access.ts";
import type { Position } from "../../eventlog/log.ts";
import type { Projections } from "../../projections/index.ts";
import { exclusively, LOCKS } from "../exclusively.ts";
import { byOf, execute, type Write } from "../management/commands.ts";
import { locationKind, merchantKind, seesMerchant } from "../management/hierarchy.ts";
import { findRecord } from "../management/records.ts";
import { isPlaceInSight, locationProblem } from "../management/terminalsInSight.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { sameBesidesZeros } from "../terminals/serialNumbers.ts";
import { DEVICE_ID, deviceIdOf } from "./ids.ts";

/** A terminal as a vendor's clients know it. */
export interface KnownDevice {
  readonly kind: "device";
  readonly device: DeviceLife;
  readonly terminal: TerminalLife;
  /** Whose it is by where it stands. */
  readonly merchantId: string;
  /** It takes sales. */
  readonly isEnabled: boolean;
  /** Where what was just written stands. */
  readonly position: Position | null;
}

export interface NewDevice {
  readonly serialNumber: string;
  readonly model: string;
  /** Null: the merchant's only location, or none yet. */
  readonly locationId: string | null;
  readonly described: Description;
}

/** A device by its id, as of now, if it is there and in sight. */
export async function visibleDevice(
  services: Services,
  visibility: Visibility,
  id: string,
): Promise<KnownDevice | null> {
  if (!DEVICE_ID.test(id)) return null;
  const { state } = await services.streams.device.refresh(deviceStream(id));
  return state === null ? null : await seen(services, visibility, state);
}

/** Of this terminal; null where no vendor's client knows it. */
export async function deviceOfTerminal(services: Services, life: TerminalLife): Promise<DeviceLife | null> {
  return (await services.streams.device.refresh(deviceStream(deviceIdOf(life)))).state;
}

async function seen(
  services: Services,
  visibility: Visibility,
  life: DeviceLife,
  position: Position | null = null,
): Promise<KnownDevice | null> {
  const { state: own } = await services.streams.terminal.refresh(terminalStream(life.serialNumber));
  // Removed since, or another device under the same serial number.
  if (own === null || own.status === "REVOKED" || deviceIdOf(own) !== life.id) return null;
  const { locationId } = own;
  const isInSight =
    locationId === null
      ? seesPlace(visibility, { locationId: null, merchantId: life.merchantId })
      : await isPlaceInSight(services, visibility, locationId);
  if (!isInSight) return null;
  const place = locationId === null ? null : await findRecord(locationKind(services), locationId);
  const merchantId = place?.body.merchantId ?? life.merchantId;
  const isEnabled = isEnabledAt(life, own);
  return { kind: "device", device: life, terminal: own, merchantId, isEnabled, position };
}

/** Activated, and able to show a credential. */
export function isEnabledAt({ enabled }: DeviceLife, life: TerminalLife): boolean {
  return enabled && isPaired(life) && life.status === "ACTIVE";
}

/**
 * Makes a terminal known as a device of a merchant. One that is registered already is taken if it stands at a place of that
 * merchant, or nowhere yet; else it is registered.
 */
export async function createDevice(
  services: Services,
  { projections }: { readonly projections: Projections },
  write: Write,
  visibility: Visibility,
  merchantId: string,
  asked: NewDevice,
): Promise<KnownDevice | Problem> {
  return await exclusively(services, LOCKS.places, async () => {
    const owner = await findRecord(merchantKind(services), merchantId);
    if (owner === null || !(await seesMerchant(services, visibility, merchantId)))
      return problem("NOT_FOUND", "There is no such merchant.");
    const locationId = asked.locationId ?? (await onlyLocation(projections, visibility, merchantId));
    const wrong = await placeProblem(services, visibility, merchantId, locationId);
    if (wrong !== null) return wrong;
    const own = await registered(services, write, merchantId, asked.serialNumber, locationId);
    if (own.kind === "problem") return own;
    const { serialNumber, model, described } = asked;
    const id = deviceIdOf(own.life);
    const done = await execute(services, services.streams.device, write, {
      stream: deviceStream(id),
      operation: "create-device",
      decide: (state) =>
        device.decide(state, {
          type: "Create",
          ...{ now: write.now, by: byOf(write), deviceId: id, serialNumber, merchantId, model, described },
        }),
    });
    if (done.kind === "refused") return taken();
    return there(await seen(services, visibility, made(done.folded.state), done.position));
  });
}

/** Changes what is written to a device. */
export async function describeDevice(
  services: Services,
  write: Write,
  visibility: Visibility,
  { device: { id } }: KnownDevice,
  described: (before: Description) => Description,
): Promise<KnownDevice | Problem> {
  const { now, expected } = write;
  const done = await execute(services, services.streams.device, write, {
    stream: deviceStream(id),
    operation: "describe-device",
    decide: (state) => device.decide(state, { type: "Describe", now, by: byOf(write), described, expected }),
  });
  if (done.kind === "refused") return problem("VERSION_CONFLICT", "It was changed meanwhile: read it again.");
  return there(await seen(services, visibility, made(done.folded.state), done.position));
}

/** It takes no sales from now on, whether it hears of it or not. */
export async function disableDevice(services: Services, write: Write, id: string): Promise<void> {
  const { now } = write;
  await execute(
    services,
    services.streams.device,
    { ...write, expected: null },
    {
      stream: deviceStream(id),
      operation: "deactivate-device",
      decide: (state) => device.decide(state, { type: "Deactivate", now, by: byOf(write) }),
    },
  );
}

/** The merchant's one location; null where there are several, or none. */
async function onlyLocation(
  { directory }: Projections,
  visibility: Visibility,
  merchantId: string,
): Promise<string | null> {
  const { items } = await directory.list("location", { merchantId }, visibility, { limit: 2 });
  const [first] = items;
  return items.length === 1 && first !== undefined ? first.id : null;
}

async function placeProblem(
  services: Services,
  visibility: Visibility,
  merchantId: string,
  locationId: string | null,
): Promise<Problem | null> {
  const wrong = await locationProblem(services, visibility, locationId, "/location");
  if (wrong !== null || locationId === null) return wrong;
  const place = await findRecord(locationKind(services), locationId);
  return place?.body.merchantId === merchantId
    ? null
    : invalid("/location", "it is no location of this merchant");
}

async function registered(
  services: Services,
  write: Write,
  merchantId: string,
  serialNumber: string,
  locationId: string | null,
): Promise<{ readonly kind: "registered"; readonly life: TerminalLife } | Problem> {
  const stream = terminalStream(serialNumber);
  const { state: known } = await services.streams.terminal.refresh(stream);
  if (known !== null && known.status !== "REVOKED") {
    const place =
      known.locationId === null ? null : await findRecord(locationKind(services), known.locationId);
    const isTheirs = known.locationId === null || place?.body.merchantId === merchantId;
    if (!isTheirs) return taken();
    if (known.locationId !== null || locationId === null) return { kind: "registered", life: known };
    const { profile } = known;
    const moved = await execute(
      services,
      services.streams.terminal,
      { ...write, expected: null },
      {
        stream,
        operation: "place-device",
        decide: (state) =>
          terminal.decide(state, {
            type: "Change",
            ...{ now: write.now, by: byOf(write), locationId, profile, expected: null },
          }),
      },
    );
    return moved.kind === "refused" ? taken() : { kind: "registered", life: made(moved.folded.state) };
  }
  if (await sameBesidesZeros(services, serialNumber))
    return problem("ALREADY_EXISTS", "The same number is registered with other zeros in front.");
  const done = await execute(services, services.streams.terminal, write, {
    stream,
    operation: "register",
    decide: (state) =>
      terminal.decide(state, {
        type: "Register",
        ...{ now: write.now, by: byOf(write), serialNumber, locationId, profile: "standard" },
      }),
  });
  return done.kind === "refused" ? taken() : { kind: "registered", life: made(done.folded.state) };
}

function taken(): Problem {
  return problem("ALREADY_EXISTS", "A device with this serial number is there already.");
}

function made<State>(state: State | null): State {
  if (state === null) throw new Error("what was written is there");
  return state;
}

function there(known: KnownDevice | null): KnownDevice {
  if (known === null) throw new Error("a device that was written is in sight");
  return known;
}
