import { z } from "zod";
import { codeLives, deviceName, metadataInput } from "../../domain/enrollment/input.ts";
import { ENROLLMENT_STATUSES, type EnrollmentLife, statusAt } from "../../domain/enrollment/enrollment.ts";
import { ulid } from "../../domain/codes.ts";
import { ENROLLMENT_CODE_LIVES } from "../../domain/policies.ts";
import { about, metadata } from "../../domain/terminal/about.ts";
import { serialNumber } from "../../domain/terminal/input.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import { type Instant, iso } from "../../domain/time.ts";

/** The shapes of enroll-device.md, as the wire contract names their members: snake_case, times in milliseconds of life. */

export const enrollmentBody = z.strictObject({
  location_id: ulid.nullable().default(null),
  metadata: metadataInput.default({}),
  expires_in: codeLives.default(ENROLLMENT_CODE_LIVES).describe("Milliseconds: a second to 30 days."),
});

export const enrollmentShape = z.object({
  enrollment_id: z.string(),
  enrollment_code: z.string().nullable().describe("Shown once, when it is made; null afterwards."),
  status: z.enum(ENROLLMENT_STATUSES),
  expires_at: z.string(),
  location_id: z.string().nullable(),
  metadata,
});
export type Enrollment = z.infer<typeof enrollmentShape>;

export function enrollmentView(life: EnrollmentLife, now: Instant, code: string | null = null): Enrollment {
  return {
    enrollment_id: life.id,
    enrollment_code: code,
    status: statusAt(life, now),
    expires_at: iso(life.expiresAt),
    location_id: life.locationId,
    metadata: life.metadata,
  };
}

/** What an app on a device sends: the code is all that it has. */
export const registrationBody = z.strictObject({
  enrollment_code: z.string().min(1).max(64),
  hardware_id: serialNumber,
  name: deviceName.nullable().default(null),
  platform: z.string().trim().min(1).max(50).nullable().default(null),
  public_key: z
    .string()
    .min(1)
    .max(16_384)
    .optional()
    .describe("As at /pos/pair: then the device signs its tokens itself, and is given none."),
  encryption_key: z.record(z.string(), z.unknown()).optional(),
});

const { name, platform } = about.shape;

export const deviceShape = z.object({
  id: z.string(),
  hardware_id: z.string(),
  merchant_id: z.string().nullable(),
  location_id: z.string().nullable(),
  name,
  platform,
  metadata,
  created_at: z.string(),
});
export type Device = z.infer<typeof deviceShape>;

export const registeredShape = deviceShape.extend({
  token: z
    .string()
    .nullable()
    .describe("Shown this once: `Authorization: Bearer` at /pos. Null for a device with a key of its own."),
});

/** Null for a terminal that came in another way. */
export function deviceView(
  { about: device, ...life }: TerminalLife,
  merchantId: string | null,
): Device | null {
  if (device === null) return null;
  return {
    id: device.enrollmentId,
    hardware_id: life.serialNumber,
    merchant_id: merchantId,
    location_id: life.locationId,
    name: device.name,
    platform: device.platform,
    metadata: device.metadata,
    created_at: life.createdAt,
  };
}

/** What is absent stays as it is. */
export const deviceChange = z.strictObject({
  name: deviceName.nullable().optional(),
  location_id: ulid.nullable().optional(),
  metadata: metadataInput.optional(),
});
