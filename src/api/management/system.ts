import { z } from "zod";
import { iso } from "../../domain/time.ts";
import { reply } from "../http/answer.ts";
import { partStatus } from "../health.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** How the installation is, for those who run it. */

const readModel = z.object({
  name: z.string(),
  position: z.string(),
  /** Null for more than are counted. */
  lagEvents: z.int().nullable(),
  lagSeconds: z.number(),
  running: z.boolean(),
  serves: z.boolean(),
  error: z.string().nullable(),
});

const systemShape = z.object({
  version: z.string(),
  businessTime: z.string(),
  testClock: z.boolean(),
  ready: z.boolean(),
  parts: z.array(partStatus),
  head: z.string(),
  readModels: z.array(readModel),
  settings: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
});

export function systemRoutes({ services, deps, secure }: Kit): readonly SecuredAnyRoute[] {
  const show = secure({
    method: "GET",
    path: "/api/system",
    summary: "The parts, the read models, and the settings of the instance that answers, without secrets",
    tag: "System",
    permission: "system:write",
    answers: { 200: systemShape },
    handle: async ({ write }) => {
      const { version, parts: partsNow, settings } = deps.system;
      const [parts, head, status] = await Promise.all([
        partsNow(),
        services.log.head(),
        deps.projections.status(),
      ]);
      return reply(200, {
        version,
        businessTime: iso(write.now),
        testClock: services.testClock,
        ready: parts.every(({ ready }) => ready),
        parts: [...parts],
        head,
        readModels: status.map((one) => ({ ...one, lagEvents: one.lagEvents ?? null })),
        settings: [...settings],
      });
    },
  });
  return [show];
}
