import { z } from "zod";
import { MINOR_DIGITS } from "./currencies.ts";
import { NotKnownHereError } from "./notKnownHere.ts";

/**
 * An amount of one currency as it is written on the wire and in events: a decimal string with all of
 * the currency's minor digits. Inside, sums are bigints of minor units: no float ever holds money.
 */
export type Money = {
  readonly amount: string;
  readonly currency: string;
};

export const currencyCode = z
  .string()
  .refine(
    (code) => MINOR_DIGITS.has(code),
    "the ISO 4217 code of a currency is wanted; units of account (fund codes such as CLF), metals and test codes are none",
  );

const DECIMAL = /^\d{1,12}(\.\d{1,3})?$/;
const decimal = z.string().regex(DECIMAL, 'a decimal string is wanted, for example "12.50"');

/** A non-negative amount with at most the currency's minor digits; answered with all of them. */
export const money = z
  .strictObject({ amount: decimal, currency: currencyCode })
  .refine((value) => fits(value), {
    path: ["amount"],
    error: "more digits after the point than the currency has",
  })
  // Also called for a value that was refused above.
  .overwrite((value) =>
    DECIMAL.test(value.amount) && fits(value) ? fromMinor(toMinor(value), value.currency) : value,
  );

/** An amount as events keep it: a sum may have more digits than what was typed in. */
export const storedMoney = z.object({
  amount: z.string().regex(/^-?\d{1,40}(\.\d{1,3})?$/),
  currency: z.string(),
});

function fits({ amount, currency }: Money): boolean {
  const digits = MINOR_DIGITS.get(currency);
  const point = amount.indexOf(".");
  return digits !== undefined && (point === -1 || amount.length - point - 1 <= digits);
}

/**
 * How many digits stand after the point.
 * @throws NotKnownHereError for a code that is no currency of this release
 */
export function minorDigits(currency: string): number {
  const digits = MINOR_DIGITS.get(currency);
  if (digits === undefined)
    throw new NotKnownHereError(`this release does not know the currency ${JSON.stringify(currency)}`);
  return digits;
}

/** The amount in minor units (cents for EUR, yen for JPY). */
export function toMinor(value: Money): bigint {
  const [whole = "0", fraction = ""] = value.amount.split(".");
  return BigInt(whole + fraction.padEnd(minorDigits(value.currency), "0"));
}

export function fromMinor(minor: bigint, currency: string): Money {
  const digits = minorDigits(currency);
  const sign = minor < 0n ? "-" : "";
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  const amount = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return { amount: sign + amount, currency };
}

/** `fee` times `count`, in minor units; null costs nothing. */
export function timesMinor(fee: Money | null, count: number): bigint {
  return fee === null ? 0n : toMinor(fee) * BigInt(count);
}

/** An exact positive ratio. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A positive decimal such as an exchange rate, exactly. */
export function ratio(decimalText: string): Ratio {
  const [whole = "0", fraction = ""] = decimalText.split(".");
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length) };
}

export function inverse(value: Ratio): Ratio {
  return { numerator: value.denominator, denominator: value.numerator };
}

/**
 * Minor units of one currency into another's, where one whole unit of `from` is `rate` units of `to`.
 * Rounds half away from zero, so that an amount and its negation always cancel.
 */
export function convertMinor(minor: bigint, from: string, to: string, rate: Ratio): bigint {
  const numerator = minor * rate.numerator * 10n ** BigInt(minorDigits(to));
  const denominator = rate.denominator * 10n ** BigInt(minorDigits(from));
  const half = denominator / 2n;
  return numerator < 0n ? -((-numerator + half) / denominator) : (numerator + half) / denominator;
}
