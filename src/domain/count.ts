import { z } from "zod";

/** A number of units, or no end of them. */
export type Count = number | "UNLIMITED";

/** As it is typed in. */
export const count = z.union([z.int().min(0).max(1_000_000_000), z.literal("UNLIMITED")]);

/** As events keep it. */
export const storedCount = z.union([z.number(), z.literal("UNLIMITED")]);

/** For arithmetic: unlimited is infinity. */
export function asNumber(value: Count | null): number {
  return value === "UNLIMITED" ? Number.POSITIVE_INFINITY : (value ?? 0);
}

/** For events and the wire; less than none is none. */
export function asCount(value: number): Count {
  return value === Number.POSITIVE_INFINITY ? "UNLIMITED" : Math.max(0, value);
}
