import { createRequire } from "node:module";
import type { z } from "zod";

/**
 * A peer from `bench/node_modules`, which `npm ci` at the root does not install: neither the compiler
 * nor the boundary check may want it. What is used of it is described by the schema.
 */
export function load<Module>(name: string, schema: z.ZodType<Module>): Module {
  const loaded: unknown = createRequire(import.meta.url)(name);
  return schema.parse(loaded);
}
