import { guardParameter, isCardNumberFor } from "./cardNumberGuard.ts";

/** A leading zero, a number, `true`: what is written is what is read; but a card number is not taken from an address. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (isCardNumberFor(name, value)) continue;
    const before = found[name];
    if (before === undefined) found[name] = value;
    else found[name] = [...(typeof before === "string" ? [before] : before), value];
  }
  return found;
}

/** @throws CardNumberInAddressError */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== "string" || one === "") continue;
      guardParameter(name, one);
      params.append(name, one);
    }
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}
