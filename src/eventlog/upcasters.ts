/** Data of one version to data of the next. Pure: the same bytes must mean the same for ever. */
export type Upcaster = (data: unknown) => unknown;

/**
 * For each event type the steps from its versions to the next ones: the first from 1 to 2, and so on.
 * A type that never changed has none. The current version is one more than the number of steps.
 */
export type UpcasterRegistry = Readonly<Record<string, readonly Upcaster[]>>;

/** The event was written by a newer release, or is none of ours: nothing can be decided from it. */
export class UnknownEventError extends Error {
  override readonly name = "UnknownEventError";
}

/**
 * The version that events of this type are written in.
 * @throws UnknownEventError for a type that isn't registered
 */
export function latestVersion(type: string, registry: UpcasterRegistry): number {
  return stepsOf(type, registry).length + 1;
}

/**
 * The data as the current version has it.
 * @throws UnknownEventError for a type that isn't registered, or a version newer than the current one
 */
export function upcast(type: string, version: number, data: unknown, registry: UpcasterRegistry): unknown {
  const steps = stepsOf(type, registry);
  if (!Number.isInteger(version) || version < 1 || version > steps.length + 1) {
    throw new UnknownEventError(`${type} version ${version}: known are 1 to ${steps.length + 1}`);
  }
  return steps.slice(version - 1).reduce((older, step) => step(older), data);
}

function stepsOf(type: string, registry: UpcasterRegistry): readonly Upcaster[] {
  // A type named like something every object inherits is no type of ours.
  const steps = Object.hasOwn(registry, type) ? registry[type] : undefined;
  if (steps === undefined) throw new UnknownEventError(`unknown event type ${type}`);
  return steps;
}
