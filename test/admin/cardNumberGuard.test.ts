import { describe, expect, test } from "vitest";
import { CardNumberInAddressError, guardAddress } from "../../src/admin/cardNumberGuard.ts";
import { parseSearch, stringifySearch } from "../../src/admin/searchParams.ts";

const NUMBERS = [
  "5555555555554444",
  "5555 5555 5555 4444",
  "5555-5555-5555-4444",
  "378282246310005",
  "6304000000000000",
];
const MACHINES = ["terminal", "serialNumber", "requestId", "low", "high"];

describe("an address", () => {
  test("neverHoldsACardNumber, however it is grouped", () => {
    for (const number of NUMBERS) {
      expect(() => stringifySearch({ ica: number })).toThrow(CardNumberInAddressError);
      expect(() => stringifySearch({ code: ["A", number] })).toThrow(CardNumberInAddressError);
      expect(() => guardAddress(`https://a.example/api/cards?last4=${encodeURIComponent(number)}`)).toThrow(
        CardNumberInAddressError,
      );
      expect(() => guardAddress(`https://a.example/api/cards/${encodeURIComponent(number)}`)).toThrow(
        CardNumberInAddressError,
      );
    }
  });

  test("saysNothingOfTheNumberInTheError", () => {
    expect(() => stringifySearch({ ica: "5555555555554444" })).toThrow(/^(?!.*\d{4}).*\(ica\)$/);
  });

  test("takesWhatMachinesNumber, whose check digit is right by chance", () => {
    for (const name of MACHINES) {
      expect(stringifySearch({ [name]: "5555555555554444" })).toBe(`?${name}=5555555555554444`);
    }
    expect(() => guardAddress("https://a.example/api/terminals/5555555555554444?limit=5")).not.toThrow();
  });

  test("takesDigitsThatAreNoCardNumber", () => {
    for (const text of ["5555555555554443", "0001234", "555555", "4444", "55555555555544440000"]) {
      expect(stringifySearch({ ica: text })).toBe(`?ica=${text}`);
    }
  });

  test("isReadWithoutTheCardNumberInIt", () => {
    expect(parseSearch("ica=5555555555554444&code=LIMIT_EXCEEDED&terminal=5555555555554444")).toEqual({
      code: "LIMIT_EXCEEDED",
      terminal: "5555555555554444",
    });
  });

  test("isReadAsItIsWritten", () => {
    const search = { last4: "0123", ica: ["0001234", "77"], frozen: "true" };
    expect(parseSearch(stringifySearch(search))).toEqual(search);
  });
});
