import type { Texts } from "../../texts/texts.ts";
import { openPages } from "../page/navigation.ts";
import type { Preferences } from "../preferences.ts";
import type { Hit, SearchAnswer } from "./queries.ts";

type Recent = Preferences["recent"];

/** Where something that was found leads. */
interface FoundLink {
  readonly to: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly search?: Readonly<Record<string, string>>;
}

export interface Found {
  readonly key: string;
  readonly name: string;
  readonly hint: string | null;
  readonly link: FoundLink;
  /** For what is kept of what was opened. */
  readonly hit?: Recent[number];
}

interface FoundGroup {
  readonly key: string;
  readonly title: string;
  readonly items: readonly Found[];
}

/** The names by which lists that can be narrowed down by a name are asked. */
const LISTS: Readonly<Record<string, { readonly to: string; readonly filter: string }>> = {
  ruleset: { to: "/rulesets", filter: "name" },
  location: { to: "/locations", filter: "name" },
  merchant: { to: "/merchants", filter: "name" },
  terminal: { to: "/terminals", filter: "serialNumber" },
};

/** Pages and kinds of things; without anything to look for, what was opened last and the pages. */
export function groupsOf(texts: Texts, q: string, answer: SearchAnswer | undefined): readonly FoundGroup[] {
  const { search } = texts;
  const recent = q === "" ? (answer?.recent ?? []) : [];
  const kinds = q === "" ? [] : (answer?.kinds ?? []);
  const groups: readonly FoundGroup[] = [
    { key: "recent", title: search.recent, items: recent.map((hit) => foundOf(hit, search.kinds[hit.kind])) },
    { key: "pages", title: search.pages, items: pagesOf(texts, q) },
    ...kinds.map(({ kind, total, totalExact, items }) => {
      const list = LISTS[kind];
      const more: readonly Found[] =
        list === undefined || total <= items.length
          ? []
          : [
              {
                key: `all-${kind}`,
                name: search.all(total, totalExact),
                hint: null,
                link: { to: list.to, search: { [list.filter]: q } },
              },
            ];
      return {
        key: kind,
        title: search.kinds[kind],
        items: [...items.map((hit) => foundOf(hit, hit.hint)), ...more],
      };
    }),
  ];
  return groups.filter(({ items }) => items.length > 0);
}

/** What was opened now comes first. */
export function recentWith(before: Recent, { kind, id }: Recent[number]): Recent {
  const others = before.filter((one) => one.kind !== kind || one.id !== id);
  return [{ kind, id }, ...others].slice(0, 8);
}

function pagesOf({ shell }: Texts, q: string): readonly Found[] {
  const wanted = plain(q);
  const account = { to: "/account", label: "account" } as const;
  return [...openPages(), account]
    .map(({ to, label }) => ({ key: to, name: shell.pages[label], hint: null, link: { to } }))
    .filter(({ name }) => plain(name).includes(wanted));
}

/** As names are compared: without case and accents. */
function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function foundOf(hit: Hit, hint: string | null): Found {
  const { kind, id, name } = hit;
  return { key: `${kind} ${id}`, name, hint, link: linkOf(hit), hit: { kind, id } };
}

function linkOf({ kind, id }: Hit): FoundLink {
  switch (kind) {
    case "operation":
      return { to: "/operations/$accessId", params: { accessId: id } };
    case "card":
      return { to: "/cards/$cardId", params: { cardId: id } };
    case "ruleset":
      return { to: "/rulesets/$id", params: { id } };
    case "location":
      return { to: "/locations/$id", params: { id } };
    case "merchant":
      return { to: "/merchants/$id", params: { id } };
    case "terminal":
      return { to: "/terminals/$serial", params: { serial: id } };
    case "user":
      return { to: "/users/$id", params: { id } };
  }
}
