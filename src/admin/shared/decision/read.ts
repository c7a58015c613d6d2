/** Reads the values of a trace, which keep whatever a condition of that time has seen. */

export function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map(Object.entries(value)).get(name);
}

export function textIn(value: unknown, name: string): string | null {
  const found = member(value, name);
  return typeof found === "string" ? found : null;
}

/** A count, which may be `UNLIMITED`. */
export function countIn(value: unknown, name: string): number | "UNLIMITED" | null {
  const found = member(value, name);
  return typeof found === "number" || found === "UNLIMITED" ? found : null;
}

export function moneyIn(
  value: unknown,
  name: string,
): { readonly amount: string; readonly currency: string } | null {
  const found = member(value, name);
  const amount = textIn(found, "amount");
  const currency = textIn(found, "currency");
  return amount === null || currency === null ? null : { amount, currency };
}

/** As it stands, where there are no words for it. */
export function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
