import type { RulesetField } from "./fields.ts";

/** What is different in one field: lists are compared as sets. */
export interface FieldChange {
  readonly key: string;
  readonly label: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Field by field what became of one rule in the other; what is the same is left out. */
export function diffOf(
  before: readonly RulesetField[],
  after: readonly RulesetField[],
): readonly FieldChange[] {
  const was = new Map(before.map((field) => [field.key, field]));
  const is = new Map(after.map((field) => [field.key, field]));
  // A field that only one of them has stands where that one has it.
  const fields = [...after, ...before.filter(({ key }) => !is.has(key))];
  return fields.flatMap(({ key, label }) => {
    const old = was.get(key)?.values ?? [];
    const now = is.get(key)?.values ?? [];
    const removed = old.filter((value) => !now.includes(value));
    const added = now.filter((value) => !old.includes(value));
    return removed.length + added.length === 0 ? [] : [{ key, label, removed, added }];
  });
}
