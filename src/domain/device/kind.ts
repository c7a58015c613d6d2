import { type StreamKind, typesOf } from "../streamKind.ts";
import { device, type DeviceState } from "./device.ts";
import { deviceEvent, type DeviceEvent } from "./events.ts";

export const deviceKind: StreamKind<DeviceState, DeviceEvent> = {
  decider: device,
  event: deviceEvent,
  types: typesOf(deviceEvent),
};
