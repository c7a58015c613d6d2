import { type CommandLife, isOpen } from "../../domain/command/life.ts";
import { SALE_LIVES } from "../../domain/policies.ts";
import { SECOND } from "../../domain/time.ts";
import type { DeviceHub } from "../../engine/devices/hub.ts";
import type { Queued } from "../../engine/devices/queue.ts";
import type { Patience } from "../../engine/patience.ts";

/** How long an answer waits for the device, in milliseconds: until the command is over, or as `Prefer` says (RFC 7240). */
export function waitOf(prefer: string | null): number {
  if (/(?:^|[\s,;])respond-async(?:$|[\s,;])/i.test(prefer ?? "")) return 0;
  const wait = /(?:^|[\s,;])wait\s*=\s*"?(\d{1,4})"?(?:$|[\s,;])/i.exec(prefer ?? "")?.[1];
  return wait === undefined ? SALE_LIVES : Math.min(Number(wait) * SECOND, SALE_LIVES);
}

/** What became of a command when it is over, or when the wait is. */
export async function outcomeOf(
  hub: DeviceHub,
  { life }: Queued,
  ms: number,
  patience: Patience,
): Promise<CommandLife> {
  if (isOpen(life) && ms === 0) return life;
  return (await hub.whenOver(life.id, ms, patience)) ?? life;
}
