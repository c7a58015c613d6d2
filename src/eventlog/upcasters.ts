import type { Upcaster, Upcasters } from "../domain/streamKind.ts";

/** The event was written by a newer release, or is none of ours: nothing can be decided from it. */
export class UnknownEventError extends Error {
  override readonly name = "UnknownEventError";
}

/**
 * The version that events of this type are written in.
 * @throws UnknownEventError for a type that isn't registered
 */
export function latestVersion(type: string, registry: Upcasters): number {
  return stepsOf(type, registry).length + 1;
}

/**
 * The data as the current version has it.
 * @throws UnknownEventError for a type that isn't registered, or a version newer than the current one
 */
export function upcast(type: string, version: number, data: unknown, registry: Upcasters): unknown {
  const steps = stepsOf(type, registry);
  if (!Number.isInteger(version) || version < 1 || version > steps.length + 1) {
    throw new UnknownEventError(`${type} version ${version}: known are 1 to ${steps.length + 1}`);
  }
  return steps.slice(version - 1).reduce((older, step) => step(older), data);
}

function stepsOf(type: string, registry: Upcasters): readonly Upcaster[] {
  // A type named like something every object inherits is no type of ours.
  const steps = Object.hasOwn(registry, type) ? registry[type] : undefined;
  if (steps === undefined) throw new UnknownEventError(`unknown event type ${type}`);
  return steps;
}
