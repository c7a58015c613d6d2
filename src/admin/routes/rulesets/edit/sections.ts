/** The parts of the form, in the order of the source document. */
export const SECTIONS = [
  "general",
  "criteria",
  "usage",
  "places",
  "cardholder",
  "guests",
  "spend",
  "verification",
  "offline",
] as const;
export type Section = (typeof SECTIONS)[number];

const BY_PREFIX: readonly (readonly [prefix: string, section: Section])[] = [
  ["criteria.services", "usage"],
  ["criteria.locations", "places"],
  ["criteria.placeMode", "places"],
  ["criteria", "criteria"],
  ["totalUsage", "usage"],
  ["externalRule", "places"],
  ["cardholder", "cardholder"],
  ["currency", "cardholder"],
  ["guests", "guests"],
  ["spend", "spend"],
  ["verification", "verification"],
  ["offline", "offline"],
];

/** The part of the form in which a field stands. */
export function sectionOf(field: string): Section {
  const found = BY_PREFIX.find(([prefix]) => field === prefix || field.startsWith(`${prefix}.`));
  return found?.[1] ?? "general";
}
