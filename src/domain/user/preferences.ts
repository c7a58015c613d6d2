import { z } from "zod";
import { isTimeZone } from "../calendar.ts";
import { type Role, role, ROLES } from "./access.ts";

/** How the panel looks to a person. Nothing that is decided goes by it. */

/** A list of the panel, or a column of one. */
const name = z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{0,39}$/);
export const listName = name;

/** What a search finds, and leads to. */
export const FINDABLE = ["operation", "card", "ruleset", "location", "merchant", "terminal", "user"] as const;
export type Findable = (typeof FINDABLE)[number];

const MOST_LISTS = 50;
export const MOST_RECENT = 8;

export const PREFERENCES = {
  language: z.enum(["en", "pl"]),
  scheme: z.enum(["light", "dark"]),
  density: z.enum(["compact", "comfortable"]),
  /** An IANA name. */
  zone: z.string().max(60).refine(isTimeZone, "the name of a time zone is wanted, for example Europe/Warsaw"),
  /** Whether single keys do something. */
  shortcuts: z.boolean(),
  /** By list: the columns that are shown. */
  columns: z
    .record(name, z.array(name).max(100))
    .refine((lists) => Object.keys(lists).length <= MOST_LISTS, `at most ${String(MOST_LISTS)} lists`),
  /** What was opened from the search, the last one first. */
  recent: z.array(z.strictObject({ kind: z.enum(FINDABLE), id: z.string().min(1).max(64) })).max(MOST_RECENT),
} as const;

export const PREFERENCE_NAMES = [
  "language",
  "scheme",
  "density",
  "zone",
  "shortcuts",
  "columns",
  "recent",
] as const;

const each = z.strictObject(PREFERENCES);

/** What was chosen; what was not is left out. */
export const chosenPreferences = each.partial();
export type ChosenPreferences = z.infer<typeof chosenPreferences>;

/** A change: what is named becomes so, null takes a choice back, what is not named stays. */
export const preferencesChange = z.strictObject({
  language: PREFERENCES.language.nullable().optional(),
  scheme: PREFERENCES.scheme.nullable().optional(),
  density: PREFERENCES.density.nullable().optional(),
  zone: PREFERENCES.zone.nullable().optional(),
  shortcuts: PREFERENCES.shortcuts.nullable().optional(),
  columns: PREFERENCES.columns.nullable().optional(),
  recent: PREFERENCES.recent.nullable().optional(),
});
export type PreferencesChange = z.infer<typeof preferencesChange>;

/** A list with its filters, columns and order, under a name. */
export const savedViewInput = z.strictObject({
  list: listName,
  name: z.string().trim().min(1).max(60),
  /** As the list's address says it, without `?`. */
  search: z.string().max(2_000),
  /** Roles whose people see the view, use it, and don't change it. */
  sharedWith: z
    .array(role)
    .max(ROLES.length)
    .refine((roles) => new Set(roles).size === roles.length, "each role once")
    .default([]),
});

/** A view as it is answered to one of those who see it. */
export const shownView = z.object({
  ...savedViewInput.shape,
  id: z.string(),
  sharedWith: z.array(role),
  /** False: somebody else's, shared with one's role. */
  isOwn: z.boolean(),
});
export type ShownView = z.infer<typeof shownView>;

/** Who may share a view. It gives nobody a right: what a list shows goes by whoever looks at it. */
const SHARING: readonly Role[] = ["ADMIN", "USER"];
export function mayShareViews(who: Role): boolean {
  return SHARING.includes(who);
}
export type SavedViewInput = z.infer<typeof savedViewInput>;
