import type { Filter } from "../../shared/table/filters.ts";
import type { Texts } from "../../texts/texts.ts";

export function importFilters({ imports: { history } }: Texts): readonly Filter[] {
  const choices = (words: Readonly<Record<string, string>>) =>
    Object.entries(words).map(([value, label]) => ({ value, label }));
  return [
    { kind: "choice", name: "kind", label: history.kind, options: choices(history.kinds), isFirst: true },
    { kind: "choice", name: "state", label: history.state, options: choices(history.states), isFirst: true },
  ];
}
