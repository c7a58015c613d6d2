import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FORMS,
  formFor,
  type Forms,
  formsOf,
  isOfRulesets,
  LANGUAGES,
  MESSAGE_CODES,
} from "../../../src/domain/messages/codes.ts";
import { defaultForms } from "../../../src/domain/messages/defaults.ts";
import { formsInput, flawMessage, flawsOf } from "../../../src/domain/messages/input.ts";
import { MOST_CHARACTERS } from "../../../src/domain/messages/limits.ts";
import {
  filled,
  lengthOf,
  LONGEST,
  longestLength,
  PLACEHOLDERS,
  placeholdersOf,
} from "../../../src/domain/messages/placeholders.ts";
import { linesOf, pagesOf, SCREENS } from "../../../src/domain/messages/screen.ts";
import { testPan } from "../../support/programme.ts";

const code = fc.constantFrom(...MESSAGE_CODES);
const language = fc.constantFrom(...LANGUAGES);
const kinds = (forms: Forms, of: (typeof MESSAGE_CODES)[number] = "GRANTED_FREE") =>
  flawsOf(of, "en", forms).map(({ form, kind }) => `${form} ${kind}`);

/** Texts of what can be shown, with placeholders of the code. */
const shownText = (of: (typeof MESSAGE_CODES)[number]) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom("a", "Ż", "ß", "¿", "ı", " ", ".", "7", "€", "-"),
        fc.constantFrom("x", ...placeholdersOf(of).map((name) => `{${name}}`)),
      ),
      { minLength: 1, maxLength: 200 },
    )
    .map((parts) => parts.join(""));

/** As long as each may be, and longer than that. */
const values = fc.record({
  visits: fc.integer({ min: 0, max: 1_000_000_000 }).map(String),
  fee: fc.constantFrom("0.50 EUR", "999999999999.999 KWD"),
  guests: fc.integer({ min: 0, max: 2_000 }).map(String),
  nextFreeDate: fc.constant("2026-12-01"),
  nextFreeTime: fc.constantFrom("14:05", "14:05 UTC"),
  place: fc.string({ minLength: 1, maxLength: 200, unit: "grapheme" }),
  programme: fc.string({ minLength: 1, maxLength: 200, unit: "grapheme" }),
});

describe("a text", () => {
  test("theProductComesWithIsOneThatAnOperatorCouldHaveTyped", () => {
    for (const of of LANGUAGES) {
      for (const one of MESSAGE_CODES)
        expect([of, one, flawsOf(one, of, defaultForms(of, one))]).toEqual([of, one, []]);
    }
  });

  test("isNeverLongerThanWasCountedWhenItWasSaved", () => {
    fc.assert(
      fc.property(
        code.chain((of) => fc.tuple(fc.constant(of), shownText(of))),
        values,
        ([of, typed], known) => {
          const isTaken = flawsOf(of, "en", { other: typed }).length === 0;
          const whole = filled(typed, known);
          expect(whole).not.toBeNull();
          expect(lengthOf(whole ?? "")).toBeLessThanOrEqual(longestLength(typed));
          if (isTaken) expect(lengthOf(whole ?? "")).toBeLessThanOrEqual(MOST_CHARACTERS);
        },
      ),
    );
  });

  test("isRefusedAsSoonAsItCouldBecomeLongerThanTwoSmallScreens", () => {
    const room = MOST_CHARACTERS - LONGEST.place;
    expect(kinds({ other: `${"a".repeat(room)}{place}` })).toEqual([]);
    expect(kinds({ other: `${"a".repeat(room + 1)}{place}` })).toEqual(["other TOO_LONG"]);
    expect(kinds({ other: "ż".repeat(MOST_CHARACTERS) })).toEqual([]);
  });

  test("isNotShownWhereSomethingOfItIsNotKnown", () => {
    fc.assert(
      fc.property(fc.constantFrom(...PLACEHOLDERS), values, (name, known) => {
        expect(filled(`Before {${name}} after`, { ...known, [name]: null })).toBeNull();
        expect(filled("Nothing of it", { ...known, [name]: null })).toBe("Nothing of it");
      }),
    );
  });

  test.each<[string, string]>([
    ["{pan}", "UNKNOWN_PLACEHOLDER"],
    ["{cardholder}", "UNKNOWN_PLACEHOLDER"],
    ["{name}", "UNKNOWN_PLACEHOLDER"],
    ["{visits}", "UNKNOWN_PLACEHOLDER"],
    ["{ place }", "UNKNOWN_PLACEHOLDER"],
    ["{}", "UNKNOWN_PLACEHOLDER"],
    ["{constructor}", "UNKNOWN_PLACEHOLDER"],
    ["{place", "BRACE"],
    ["place}", "BRACE"],
    ["", "EMPTY"],
    ["   ", "EMPTY"],
    ["a\nb", "CHARACTER"],
    ["a\u0000b", "CHARACTER"],
    ["a\u001b[31mb", "CHARACTER"],
    ["a\u200bb", "CHARACTER"],
    ["a\u202eb", "CHARACTER"],
    ["a\u00adb", "CHARACTER"],
    ["e\u0301\u0301", "CHARACTER"],
    ["Привет", "CHARACTER"],
    ["入口", "CHARACTER"],
    ["Welcome 🎉", "CHARACTER"],
    [`Card ${testPan(1)}`, "CARD_NUMBER"],
    [`Card ${testPan(1).replace(/(.{4})(?=.)/g, "$1 ")}`, "CARD_NUMBER"],
  ])("thatEveryTerminalCanNotShowIsRefused: %j", (typed, kind) => {
    expect(kinds({ other: typed })).toContain(`other ${kind}`);
    for (const flaw of flawsOf("GRANTED_FREE", "en", { other: typed }))
      expect(flawMessage(flaw)).not.toContain(testPan(1).slice(0, 8));
  });

  test("isReadAsOneForm, however its letters were typed", () => {
    expect(formsInput.parse({ other: " Z\u0307yczymy " })).toEqual({ other: "\u017byczymy" });
  });
});

describe("forms of plural", () => {
  test("areThoseOfTheLanguage, and one where no number stands", () => {
    expect(formsOf("GRANTED_VISITS_LEFT", "pl")).toEqual(["one", "few", "many", "other"]);
    expect(formsOf("GRANTED_VISITS_LEFT", "en")).toEqual(["one", "other"]);
    expect(formsOf("LIMIT_EXCEEDED", "pl")).toEqual(["other"]);
    const typed = { one: "a", few: "b", other: "c" };
    expect(flawsOf("GRANTED_VISITS_LEFT", "en", typed).map(({ form, kind }) => [form, kind])).toEqual([
      ["few", "NO_SUCH_FORM"],
    ]);
    expect(flawsOf("LIMIT_EXCEEDED", "pl", typed)).toHaveLength(2);
  });

  test("everyNumberHasOne", () => {
    fc.assert(
      fc.property(language, fc.nat(), fc.subarray([...FORMS]), (of, count, some) => {
        const forms: Forms = { ...Object.fromEntries(some.map((form) => [form, form])), other: "other" };
        const form = formFor(forms, of, count);
        expect([...some, "other"]).toContain(form);
      }),
    );
    expect(
      [1, 2, 5, 22].map((count) => formFor(defaultForms("pl", "GRANTED_VISITS_LEFT"), "pl", count)),
    ).toEqual([
      "Pozostało {visits} darmowe wejście",
      "Pozostały {visits} darmowe wejścia",
      "Pozostało {visits} darmowych wejść",
      "Pozostały {visits} darmowe wejścia",
    ]);
  });
});

describe("a screen", () => {
  test("showsEveryLetterOnce, in lines and pages of its size", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300, unit: "grapheme" }),
        fc.constantFrom(...SCREENS),
        (text, screen) => {
          const pages = pagesOf(text, screen);
          const lines = pages.flat();
          expect(lines.every((line) => lengthOf(line) <= screen.columns && line !== "")).toBe(true);
          expect(pages.every((page) => page.length <= screen.rows)).toBe(true);
          expect(lines.join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
        },
      ),
    );
  });

  test("breaksBetweenWords, and inside of one that is longer than a line", () => {
    expect(linesOf("The usage limit for this card is exceeded.", 20)).toEqual([
      "The usage limit for",
      "this card is",
      "exceeded.",
    ]);
    expect(linesOf("Donaudampfschifffahrtsgesellschaft grüßt", 20)).toEqual([
      "Donaudampfschifffahr",
      "tsgesellschaft grüßt",
    ]);
    expect(pagesOf("", SCREENS[0])).toEqual([[]]);
  });
});

test("whatIsDecidedBeforeAnyRulesetIsNoRulesets", () => {
  expect(MESSAGE_CODES.filter((one) => !isOfRulesets(one))).toEqual([
    "UNKNOWN_DEVICE",
    "MISSING_ACCESS_RULES",
    "CARD_REPLACED",
    "CARD_EXPIRED",
    "CARD_FROZEN",
    "TEMPORARILY_BLOCKED",
    "COOLDOWN_ACTIVE",
  ]);
});
