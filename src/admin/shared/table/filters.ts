import type { Named } from "./named/queries.ts";

/** A filter of a list: its name is the API's own parameter, and the URL's. */
export type Filter =
  | (FilterBase & {
      readonly kind: "text";
      /** What is written otherwise is shown as ignored. */
      readonly pattern?: RegExp;
      /** What is wanted, in a few words: `6 digits`. */
      readonly hint?: string;
      /** Several may be given, with commas between them. */
      readonly isMultiple?: boolean;
    })
  | (FilterBase & {
      /** Its values are ids, and are chosen by name. */
      readonly kind: "named";
      readonly of: Named;
      readonly isMultiple?: boolean;
    })
  | (FilterBase & { readonly kind: "time" })
  | (FilterBase & {
      readonly kind: "choice";
      readonly options: readonly Choice[];
      readonly isMultiple?: boolean;
    });

interface FilterBase {
  readonly name: string;
  readonly label: string;
  /** Shown without being asked for. */
  readonly isFirst?: boolean;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A list's search parameters: texts, and several where a filter takes several values. */
export type ListSearch = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a list's URL may say beside its filters. */
const OWN = ["cursor", "limit", "sort", "cols", "do", "view"];

/** For `validateSearch`: takes texts as they are. What the list does not know stays, to be shown as ignored. */
export function listSearch(search: Readonly<Record<string, unknown>>): ListSearch {
  const taken: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(search)) {
    const values = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
    const [first] = values;
    if (first !== undefined) taken[name] = values.length > 1 ? values : first;
  }
  return taken;
}

/** The values of a filter, none, one or several. */
export function valuesOf(search: ListSearch, name: string): readonly string[] {
  const value = search[name];
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

/** One value; undefined where there is none. */
export function valueOf(search: ListSearch, name: string): string | undefined {
  return valuesOf(search, name)[0];
}

export interface SortedOut {
  /** Filters that hold, each with its values. */
  readonly active: readonly { readonly filter: Filter; readonly values: readonly string[] }[];
  /** What this list does not know, and does not send. */
  readonly ignored: readonly { readonly name: string; readonly value: string }[];
}

export function sortOut(search: ListSearch, filters: readonly Filter[]): SortedOut {
  const active = filters.flatMap((filter) => {
    const values = valuesOf(search, filter.name).filter((value) => isKnown(filter, value));
    return values.length === 0 ? [] : [{ filter, values: isSeveral(filter) ? values : values.slice(0, 1) }];
  });
  const sent = new Map(active.map(({ filter, values }) => [filter.name, values]));
  const ignored = Object.keys(search).flatMap((name) =>
    OWN.includes(name)
      ? []
      : valuesOf(search, name).flatMap((value) =>
          sent.get(name)?.includes(value) === true ? [] : [{ name, value }],
        ),
  );
  return { active, ignored };
}

export function isSeveral(filter: Filter): boolean {
  return filter.kind !== "time" && filter.isMultiple === true;
}

function isKnown(filter: Filter, value: string): boolean {
  switch (filter.kind) {
    case "named":
      return value !== "";
    case "text":
      return value !== "" && filter.pattern?.test(value) !== false;
    case "time":
      return !Number.isNaN(Date.parse(value));
    case "choice":
      return filter.options.some((option) => option.value === value);
  }
}
