import type { CompiledRuleset } from "../ruleset/evaluate/compile.ts";
import type { Instant } from "../time.ts";
import { DAY } from "../time.ts";
import { windowBounds } from "../window.ts";
import { committedAt, type QuotaState } from "./state.ts";

/**
 * Whether others have used the budget up in some window that holds a visit: then there was no place left for it. Those
 * that took it came after the visit's grant, so that every window that ends with one of them is looked at.
 *
 * @param visitAt the instant of the grant
 */
export function isPlaceTaken(
  state: QuotaState,
  accessId: string,
  visitAt: Instant,
  { budget, validity }: Pick<CompiledRuleset, "budget" | "validity">,
): boolean {
  if (budget === null) return false;
  const { max, window } = budget;
  const own = state.open.get(accessId)?.at ?? committedAt(state, accessId);
  const others = own === undefined ? state.instants : state.instants.without(own);
  const isFull = (at: Instant): boolean => others.within(windowBounds(window, at, validity)) >= max;
  if (isFull(visitAt)) return true;
  if (window?.kind !== "ROLLING") return false;
  const end = visitAt + window.days * DAY;
  for (let index = others.before(visitAt + 1); ; index++) {
    const at = others.at(index);
    if (at === undefined || at >= end) return false;
    if (isFull(at)) return true;
  }
}
