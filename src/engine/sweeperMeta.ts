import type { Services } from "./services.ts";
import type { CommandMeta } from "./streams.ts";

/** What is done by nobody's command. */
export function sweeperMeta(services: Services, operation: string, accessId: string): CommandMeta {
  return {
    actor: { kind: "system", id: "sweeper" },
    correlationId: accessId,
    causationId: "sweeper",
    recordedAt: services.now(),
    identity: { caller: "sweeper", operation, requestId: accessId },
  };
}
