/** A part of a form that is taken from one or from the other as a whole. */
export interface Unit<Form> {
  readonly label: string;
  readonly read: (form: Form) => unknown;
  /** What stands there, for people. */
  readonly words: (form: Form) => string;
  readonly take: (into: Form, from: Form) => Form;
}

export type Side = "mine" | "theirs";

/** A part in which two forms differ. */
export interface Difference<Form> {
  readonly unit: Unit<Form>;
  /** Whoever changed it; where both have, what was typed here. */
  readonly first: Side;
}

/** @param seen what both began with */
export function differencesOf<Form>(
  units: readonly Unit<Form>[],
  { seen, mine, theirs }: { readonly seen: Form; readonly mine: Form; readonly theirs: Form },
): readonly Difference<Form>[] {
  const isSame = (unit: Unit<Form>, a: Form, b: Form): boolean =>
    JSON.stringify(unit.read(a)) === JSON.stringify(unit.read(b));
  return units
    .filter((unit) => !isSame(unit, mine, theirs))
    .map((unit) => ({ unit, first: isSame(unit, mine, seen) ? "theirs" : "mine" }));
}

/** Theirs, with what was chosen of mine. */
export function mergedOf<Form>(
  differences: readonly Difference<Form>[],
  { mine, theirs }: { readonly mine: Form; readonly theirs: Form },
  sideOf: (difference: Difference<Form>) => Side,
): Form {
  return differences
    .filter((difference) => sideOf(difference) === "mine")
    .reduce((merged, { unit }) => unit.take(merged, mine), theirs);
}

/** One for each member of a flat form. @param labels of the members; what has none is no unit */
export function unitsOf<Form extends object>(
  form: Form,
  labels: Readonly<Record<string, string>>,
  words: (name: string, value: unknown) => string | null,
): readonly Unit<Form>[] {
  return Object.entries(labels).flatMap(([name, label]) => {
    if (!isMember(form, name)) return [];
    return [
      {
        label,
        read: (one: Form) => one[name],
        words: (one: Form) => words(name, one[name]) ?? plain(one[name]),
        take: (into: Form, from: Form) => ({ ...into, [name]: from[name] }),
      },
    ];
  });
}

function isMember<Form extends object>(form: Form, name: string): name is Extract<keyof Form, string> {
  return name in form;
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}
