import { holdsCardNumber } from "./cardNumbers.ts";

/**
 * A member's name in a pointer. It is the sender's text, which must not bring a card number back in any spelling:
 * it is cut, and a digit or a sign in it is repeated only where there are too few for a number. Places in an array stay.
 */
export function pointerPart(name: string): string {
  if (/^\d{1,6}$/.test(name)) return name;
  const isHarmless = /^[A-Za-z0-9_-]{1,40}$/.test(name) && name.replace(/\D/g, "").length < 4;
  const part = name.slice(0, 40);
  return isHarmless && !holdsCardNumber(name, "text") ? part : part.replace(/[^A-Za-z_-]/g, "*");
}
