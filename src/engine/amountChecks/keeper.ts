import { Rounds } from "../rounds.ts";
import type { Services } from "../services.ts";
import { reconcileAmounts } from "./reconcile.ts";

/** Gives back, every second, what is due. Any number of instances may. */
export function amountKeeper(services: Pick<Services, "db" | "acquirer" | "logger" | "now">): Rounds {
  return new Rounds(services, "amounts", async () => await reconcileAmounts(services, services.now()));
}
