import { z } from "zod";
import type { Json } from "../../domain/json.ts";
import type { Configuration } from "../../domain/device/events.ts";

/** What a device is told of how to behave (source document, "Create a Device"). It is kept, and sent back; nothing here goes by it. */

const methods = z.array(z.enum(["EMAIL", "SMS", "PRINT"])).nullable();
const cents = z.int().min(0).max(99_999_999);
const percents = z.int().min(0).max(100);

const tipping = z.strictObject({
  percent_tipping_threshold: cents.describe("Minor units; below it amounts are offered, not percents."),
  percent_options: z.array(percents).max(10).describe("Tips that are offered, in percent."),
  fixed_options: z.array(cents).max(10).describe("Tips that are offered, in minor units."),
});

export const configurationShape = z.strictObject({
  allow_debit: z.boolean(),
  check_for_duplicate_transactions: z.boolean(),
  prompt_amount_confirmation: z.boolean(),
  prompt_manual_entry: z.boolean(),
  signature_threshold_amount: cents,
  bypass_device_on_capture: z.boolean(),
  prompt_receipt_confirmation: z.boolean(),
  display_tip_on_receipt: z.boolean(),
  prompt_tip_on_screen: z.boolean(),
  allow_standalone_authorizations: z.boolean(),
  allow_standalone_sales: z.boolean(),
  allow_standalone_refunds: z.boolean(),
  tipping_details: tipping.nullable(),
  idle_message: z.string().max(200).nullable(),
  idle_image_file_id: z.string().max(64).nullable(),
  automatic_receipt_delivery_methods: methods,
  available_receipt_methods: methods,
  prompt_for_signature: z.enum(["ALWAYS", "NEVER", "THRESHOLD"]),
  surcharge_basis_points: z.int().min(0).max(10_000).nullable(),
});
type DeviceConfiguration = z.infer<typeof configurationShape>;

/** As the source document shows a new device. */
const DEFAULTS: DeviceConfiguration = {
  allow_debit: true,
  check_for_duplicate_transactions: true,
  prompt_amount_confirmation: true,
  prompt_manual_entry: false,
  signature_threshold_amount: 10_000,
  bypass_device_on_capture: true,
  prompt_receipt_confirmation: true,
  display_tip_on_receipt: false,
  prompt_tip_on_screen: false,
  allow_standalone_authorizations: false,
  allow_standalone_sales: false,
  allow_standalone_refunds: false,
  tipping_details: {
    percent_tipping_threshold: 0,
    percent_options: [18, 20, 22],
    fixed_options: [100, 150, 200],
  },
  idle_message: null,
  idle_image_file_id: null,
  automatic_receipt_delivery_methods: null,
  available_receipt_methods: null,
  prompt_for_signature: "NEVER",
  surcharge_basis_points: null,
};

/** As it is written: what is absent is left as it was. */
export const configurationInput = configurationShape.partial();
export type ConfigurationInput = z.infer<typeof configurationInput>;

/** What is kept, with what was asked for on top. */
export function withConfiguration(
  before: Configuration,
  input: ConfigurationInput | undefined,
): Configuration {
  const merged: Record<string, Json> = { ...DEFAULTS, ...before };
  for (const [name, value] of Object.entries(input ?? {})) if (value !== undefined) merged[name] = value;
  return merged;
}

/** What is kept as it is answered; of what another release wrote there, what is understood here. */
export function configurationView(kept: Configuration): DeviceConfiguration {
  const known = Object.fromEntries(
    Object.entries(configurationShape.shape).flatMap(([name, schema]) => {
      const read = schema.safeParse(kept[name]);
      return read.success ? [[name, read.data]] : [];
    }),
  );
  return configurationShape.parse({ ...DEFAULTS, ...known });
}
