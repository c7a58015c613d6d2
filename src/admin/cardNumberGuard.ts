import { isPan } from "../domain/pan.ts";

/**
 * The last line before an address: a card number is in none. What machines number passes the check digit by chance, in one
 * of ten, and is let through by its name.
 */
const MACHINES = new Set(["terminal", "serialNumber", "requestId", "low", "high"]);

/** Says where, and never what. */
export class CardNumberInAddressError extends Error {
  override readonly name = "CardNumberInAddressError";

  constructor(where: string) {
    super(`what looks like a card number was about to go into an address (${where})`);
  }
}

/** Whether somebody typed a card number where none belongs; grouped by blanks or dashes it is one as well. */
export function isCardNumberFor(parameter: string, text: string): boolean {
  return !MACHINES.has(parameter) && isPan(text.replaceAll(/[\s-]/g, ""));
}

/** @throws CardNumberInAddressError */
export function guardParameter(name: string, value: string): void {
  if (isCardNumberFor(name, value)) throw new CardNumberInAddressError(name);
}

/** The parameters and the parts of a path; what follows `terminals` is a serial number. @throws CardNumberInAddressError */
export function guardAddress(address: string): void {
  const { pathname, searchParams } = new URL(address);
  for (const [name, value] of searchParams) guardParameter(name, value);
  let before = "";
  for (const part of pathname.split("/")) {
    guardParameter(before === "terminals" ? "serialNumber" : "path", decodeURIComponent(part));
    before = part;
  }
}
