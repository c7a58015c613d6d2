import { z } from "zod";
import { metadata } from "../../domain/terminal/about.ts";
import { serialNumber } from "../../domain/terminal/input.ts";
import { ulid } from "../../domain/codes.ts";
import type { KnownDevice } from "../../engine/devices/devices.ts";
import { DEVICE_ID } from "../../engine/devices/ids.ts";
import { ORDERS } from "../../engine/devices/orders.ts";
import { configurationInput, configurationShape, configurationView } from "./configuration.ts";
import { linksOf } from "./envelope.ts";

/** The document's Device, in its own casing. */

export const deviceId = z.string().regex(DEVICE_ID, "a device's id is wanted: DV and 24 letters or digits");

export const tagsInput = z
  .record(z.string().min(1).max(40), z.string().max(500))
  .refine((tags) => Object.keys(tags).length <= 50, "50 at most");

const name = z.string().trim().min(1).max(100);
const description = z.string().trim().max(500).nullable();

export const deviceBody = z.strictObject({
  serial_number: serialNumber,
  model: z.string().regex(/^[A-Z0-9][A-Z0-9_-]{0,49}$/, "a model such as PAX_A800 is wanted"),
  name,
  description: description.default(null),
  configuration_details: configurationInput.optional(),
  tags: tagsInput.default({}),
  location: ulid
    .nullable()
    .default(null)
    .describe(
      "Not in the vendor's document: where the device stands. Absent: the merchant's location, where it has one only.",
    ),
});

export const deviceChange = z
  .strictObject({
    action: z.enum(ORDERS).optional().describe("What the device is to do; then nothing else is changed."),
    name: name.optional(),
    description: description.optional(),
    configuration_details: configurationInput.optional(),
    tags: tagsInput.optional(),
  })
  .refine(({ action, ...rest }) => action === undefined || Object.keys(rest).length === 0, {
    path: ["action"],
    error: "an action stands alone",
  });

const text = z.string().nullable();

export const deviceShape = z.object({
  id: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  configuration_details: configurationShape,
  connection: z
    .enum(["Open", "Closed"])
    .optional()
    .describe("With `include_connection=true`: whether the device is connected."),
  description: text,
  enabled: z.boolean(),
  idle_message: text,
  merchant: z.string(),
  model: z.string(),
  name: z.string(),
  serial_number: z.string(),
  tags: metadata,
  _links: linksOf("self", "merchant", "transfers", "authorizations"),
});
export type Device = z.infer<typeof deviceShape>;

export function deviceView(known: KnownDevice, base: string, connection?: Device["connection"]): Device {
  const { device, merchantId, isEnabled } = known;
  const configuration = configurationView(device.configuration);
  return {
    id: device.id,
    created_at: device.createdAt,
    updated_at: device.modifiedAt,
    configuration_details: configuration,
    ...(connection === undefined ? {} : { connection }),
    description: device.description,
    enabled: isEnabled,
    idle_message: configuration.idle_message,
    merchant: merchantId,
    model: device.model,
    name: device.name,
    serial_number: device.serialNumber,
    tags: device.tags,
    _links: {
      self: { href: `${base}/devices/${device.id}` },
      merchant: { href: `${base}/merchants/${merchantId}` },
      transfers: { href: `${base}/transfers?device=${device.id}` },
      authorizations: { href: null },
    },
  };
}
