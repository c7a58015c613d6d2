import { z } from "zod";
import { actorRef } from "../actor.ts";
import { type Json, jsonValue } from "../json.ts";
import { storedMetadata } from "../terminal/about.ts";

/** What a vendor's clients know of a terminal as their device: the stream `device-<id>`. */

const at = z.string();

/** As it was written, default values included. */
const configuration = z.record(z.string(), jsonValue);
export type Configuration = Readonly<Record<string, Json>>;

const described = {
  name: z.string(),
  description: z.string().nullable(),
  configuration,
  tags: storedMetadata,
};

export const deviceCreated = z.object({
  type: z.literal("DeviceCreated"),
  data: z.object({
    at,
    by: actorRef,
    deviceId: z.string(),
    /** The terminal that it is. */
    serialNumber: z.string(),
    merchantId: z.string(),
    model: z.string(),
    ...described,
  }),
});
export const deviceDescribed = z.object({
  type: z.literal("DeviceDescribed"),
  data: z.object({ at, by: actorRef, ...described }),
});
/** It said itself that it takes sales from now on. */
export const deviceActivated = z.object({
  type: z.literal("DeviceActivated"),
  data: z.object({ at, commandId: z.string() }),
});
export const deviceDeactivated = z.object({
  type: z.literal("DeviceDeactivated"),
  data: z.object({ at, by: actorRef }),
});

export const deviceEvent = z.discriminatedUnion("type", [
  deviceCreated,
  deviceDescribed,
  deviceActivated,
  deviceDeactivated,
]);
export type DeviceEvent = z.infer<typeof deviceEvent>;

export function deviceStream(id: string): string {
  return `device-${id}`;
}
