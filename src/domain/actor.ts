import { z } from "zod";

/** Who did something from the panel or by an API key. */
export const actorRef = z.object({ id: z.string(), role: z.string() });
export type ActorRef = z.infer<typeof actorRef>;
