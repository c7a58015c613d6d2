/** Fields whose part of the body is named by what decides on it. */
const DECIDES: Readonly<Record<string, string>> = {
  cardholder: "cardholder.mode",
  criteria: "criteria.issuerCountries",
  "criteria.locations": "criteria.placeMode",
};

/** Of an ICA, and of its ranges: what stands first. */
const ICA = /^criteria\.icas\.\d+$/;
const RANGES = /^criteria\.icas\.\d+\.accountRanges$/;

/** The form's field that a pointer into the body means. */
export function fieldOf(pointer: string): string {
  const path = pointer.split("/").slice(1).join(".");
  return DECIDES[path] ?? path.replace(ICA, "$&.ica").replace(RANGES, "$&.0.low");
}
