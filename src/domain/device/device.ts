import type { ActorRef } from "../actor.ts";
import { accept, type Decider, type Decision, type Expected, isExpected, refuse } from "../decider.ts";
import type { Metadata } from "../terminal/about.ts";
import { type Instant, iso } from "../time.ts";
import type { Configuration, DeviceEvent } from "./events.ts";

export interface DeviceLife {
  readonly id: string;
  readonly revision: number;
  readonly serialNumber: string;
  /** Of whom it was made; where it stands says whose it is. */
  readonly merchantId: string;
  readonly model: string;
  readonly name: string;
  readonly description: string | null;
  readonly configuration: Configuration;
  readonly tags: Metadata;
  readonly enabled: boolean;
  /** The command by which it was activated last: told again, it does so once. */
  readonly activatedBy: string | null;
  readonly createdAt: string;
  readonly createdBy: ActorRef;
  readonly modifiedAt: string;
}

export type DeviceState = DeviceLife | null;

/** What may be changed of it. */
export type Description = Pick<DeviceLife, "name" | "description" | "configuration" | "tags">;

function evolve(state: DeviceState, event: DeviceEvent): DeviceLife {
  const { at } = event.data;
  if (event.type === "DeviceCreated") {
    const { by, deviceId: id, serialNumber, merchantId, model, ...described } = event.data;
    const { name, description, configuration, tags } = described;
    return {
      ...{ id, revision: 0, serialNumber, merchantId, model },
      ...{ name, description, configuration, tags },
      enabled: false,
      activatedBy: null,
      createdAt: at,
      createdBy: by,
      modifiedAt: at,
    };
  }
  if (state === null) throw new Error(`${event.type} before DeviceCreated`);
  const next = { ...state, revision: state.revision + 1, modifiedAt: at };
  switch (event.type) {
    case "DeviceDescribed": {
      const { name, description, configuration, tags } = event.data;
      return { ...next, name, description, configuration, tags };
    }
    case "DeviceActivated":
      return { ...next, enabled: true, activatedBy: event.data.commandId };
    case "DeviceDeactivated":
      return { ...next, enabled: false };
  }
}

interface Now {
  readonly now: Instant;
}

export type DeviceCommand =
  | ({
      readonly type: "Create";
      readonly by: ActorRef;
      readonly deviceId: string;
      readonly serialNumber: string;
      readonly merchantId: string;
      readonly model: string;
      readonly described: Description;
    } & Now)
  | ({
      readonly type: "Describe";
      readonly by: ActorRef;
      readonly described: (before: Description) => Description;
      readonly expected: Expected;
    } & Now)
  | ({ readonly type: "Activate"; readonly commandId: string } & Now)
  | ({ readonly type: "Deactivate"; readonly by: ActorRef } & Now);

export type DeviceRefusal =
  | { readonly code: "NOT_FOUND" }
  | { readonly code: "ALREADY_EXISTS" }
  | { readonly code: "VERSION_CONFLICT"; readonly actual: number };

function decide(state: DeviceState, command: DeviceCommand): Decision<DeviceEvent, DeviceRefusal> {
  const at = iso(command.now);
  if (command.type === "Create") {
    if (state !== null) return refuse({ code: "ALREADY_EXISTS" });
    const { by, deviceId, serialNumber, merchantId, model, described } = command;
    return accept({
      type: "DeviceCreated",
      data: { at, by, deviceId, serialNumber, merchantId, model, ...described },
    });
  }
  if (state === null) return refuse({ code: "NOT_FOUND" });
  switch (command.type) {
    case "Describe": {
      if (!isExpected(command.expected, state.revision))
        return refuse({ code: "VERSION_CONFLICT", actual: state.revision });
      const { name, description, configuration, tags } = command.described(state);
      return accept({
        type: "DeviceDescribed",
        data: { at, by: command.by, name, description, configuration, tags },
      });
    }
    case "Activate":
      if (state.activatedBy === command.commandId) return accept();
      return accept({ type: "DeviceActivated", data: { at, commandId: command.commandId } });
    case "Deactivate":
      if (!state.enabled) return accept();
      return accept({ type: "DeviceDeactivated", data: { at, by: command.by } });
  }
}

export const device: Decider<DeviceState, DeviceEvent, DeviceCommand, DeviceRefusal> = {
  initial: null,
  evolve,
  decide,
};
