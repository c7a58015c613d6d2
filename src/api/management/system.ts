import { z } from "zod";
import { iso } from "../../domain/time.ts";
import { VAULT_KEY_STATES, vaultKeysInUse } from "../../engine/vaultKeys/inUse.ts";
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

const vaultKey = z.object({
  version: z.int().describe("Which key of the keyring's."),
  state: z
    .enum(VAULT_KEY_STATES)
    .describe(
      "`WAITING` until every instance has it; `WRITTEN`: what cards are written by; `OLDER`: cards are found by it until they come again.",
    ),
  numbers: z
    .int()
    .nullable()
    .describe("Numbers that are found by it alone; null for those that are not older. At 0 it may retire."),
});

const systemShape = z.object({
  version: z.string(),
  businessTime: z.string(),
  testClock: z.boolean(),
  ready: z.boolean(),
  parts: z.array(partStatus),
  head: z.string(),
  readModels: z.array(readModel),
  vault: z
    .object({
      keys: z.array(vaultKey).describe("The newest first."),
      lacking: z.int().describe("Instances that serve without the newest key: the vault waits for them."),
    })
    .describe("By which keys cards are found."),
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
      const [parts, head, status, vault] = await Promise.all([
        partsNow(),
        services.log.head(),
        deps.projections.status(),
        vaultKeysInUse(services),
      ]);
      return reply(200, {
        version,
        businessTime: iso(write.now),
        testClock: services.testClock,
        ready: parts.every(({ ready }) => ready),
        parts: [...parts],
        head,
        readModels: status.map((one) => ({ ...one, lagEvents: one.lagEvents ?? null })),
        vault: { keys: [...vault.keys], lacking: vault.lacking },
        settings: [...settings],
      });
    },
  });
  return [show];
}
