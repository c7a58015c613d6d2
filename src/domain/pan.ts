/** Primary account numbers: they pass through here in memory, and are never part of an event. */

/** 12 to 19 digits whose check digit is right (ISO/IEC 7812-1). */
export function isPan(text: string): boolean {
  return /^\d{12,19}$/.test(text) && passesLuhn(text);
}

/** The Luhn sum over a text of digits. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  let double = false;
  for (let i = digits.length - 1; i >= 0; i--) {
    let digit = digits.charCodeAt(i) - 48;
    if (double) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
    double = !double;
  }
  return sum % 10 === 0;
}

/** The first six and the last four digits: `543210******1234`. */
export function maskPan(pan: string): string {
  return pan.slice(0, 6) + "*".repeat(pan.length - 10) + pan.slice(-4);
}
