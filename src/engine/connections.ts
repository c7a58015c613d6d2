import { OUTSIDE_ANSWER } from "../domain/policies.ts";
import type { Heard, OutsideSystem } from "../integrations/outside/system.ts";
import type { Services } from "./services.ts";

/** The systems outside, for those who look at them. */

export { ASKED, CIRCUIT_STATES, type Heard, type OutsideSystem } from "../integrations/outside/system.ts";

export { SILENCES } from "../integrations/ports.ts";

/** Null where the settings name none. */
export function findSystem({ systems }: Pick<Services, "systems">, name: string): OutsideSystem | null {
  return systems.find((system) => system.name === name) ?? null;
}

/** Asks whether it is there, whatever the state of its circuit. */
export async function testSystem(system: OutsideSystem): Promise<Heard> {
  await system.test(OUTSIDE_ANSWER);
  const heard = system.heard.find(({ asked }) => asked === "TEST");
  if (heard === undefined) throw new Error("a test is heard of");
  return heard;
}
