import type { RulesetBody } from "../../../../domain/ruleset/events.ts";

export type Ranked = Pick<RulesetBody, "name" | "priority" | "criteria"> & { readonly id: string };

export interface Neighbours {
  /** The last of those that are looked at before it. */
  readonly above: readonly Ranked[];
  readonly same: readonly Ranked[];
  /** The first of those that are looked at after it. */
  readonly below: readonly Ranked[];
}

/** Which rules stand directly around a priority, of those that are for one of the same services. */
export function neighboursOf(
  own: { readonly id: string | null; readonly priority: number; readonly services: readonly string[] },
  rules: readonly Ranked[],
): Neighbours {
  const others = rules.filter(({ id, criteria }) => id !== own.id && share(own.services, criteria?.services));
  const at = (priority: number): readonly Ranked[] => others.filter((one) => one.priority === priority);
  const priorities = others.map(({ priority }) => priority);
  return {
    above: at(Math.max(...priorities.filter((one) => one < own.priority))),
    same: at(own.priority),
    below: at(Math.min(...priorities.filter((one) => one > own.priority))),
  };
}

/** None is any. */
function share(one: readonly string[], other: readonly string[] | null | undefined): boolean {
  if (one.length === 0 || other == null || other.length === 0) return true;
  return one.some((service) => other.includes(service));
}
