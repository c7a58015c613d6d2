import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { consent, missing } from "../../src/domain/consent/consent.ts";
import { fold } from "../../src/domain/decider.ts";
import { termsInput } from "../../src/domain/terms/input.ts";
import {
  standingOf,
  statusAt,
  terms,
  type TermsFile,
  type TermsState,
  validAt,
} from "../../src/domain/terms/terms.ts";
import { instant } from "../../src/domain/time.ts";

const by = { id: "01J00000000000000000000VA1", role: "ADMIN" };
const NOW = instant("2026-11-29T12:00:00Z");

function upload(state: TermsState, id: string, validFrom: string, hash = id): TermsState {
  const command = {
    type: "Upload" as const,
    id,
    kind: "TERMS" as const,
    validFrom,
    hash,
    bytes: 10,
    now: NOW,
    by,
  };
  const decision = terms.decide(state, command);
  return decision.kind === "accepted" ? fold(terms, state, decision.events) : state;
}

function uploads(...all: readonly (readonly [id: string, validFrom: string, hash?: string])[]): TermsState {
  return all.reduce<TermsState>((state, [id, day, hash]) => upload(state, id, day, hash), terms.initial);
}

function idAt(state: TermsState, at: string): string | null {
  return validAt(state, instant(at))?.id ?? null;
}

describe("a file of terms", () => {
  test("isValidFromTheFirstMomentOfItsDayInUtc, until a later day begins", () => {
    const state = uploads(["a", "2026-12-01"], ["b", "2026-12-05"]);
    expect(idAt(state, "2026-11-30T23:59:59.999Z")).toBeNull();
    expect(idAt(state, "2026-12-01T00:00:00Z")).toBe("a");
    expect(idAt(state, "2026-12-04T23:59:59.999Z")).toBe("a");
    expect(idAt(state, "2026-12-05T00:00:00Z")).toBe("b");
  });

  test("thatCameLastForADayTakesThePlaceOfTheOneBefore, which stays in the history", () => {
    const state = uploads(["a", "2026-12-01"], ["b", "2026-12-01"]);
    expect(idAt(state, "2026-12-01T00:00:00Z")).toBe("b");
    expect(state.files.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  test("ofAnEarlierDayThatComesLaterIsHistoryAtOnce", () => {
    const state = uploads(["a", "2026-11-20"], ["b", "2026-11-01"]);
    expect(idAt(state, "2026-11-29T12:00:00Z")).toBe("a");
    const statuses = state.files.map((file) => statusAt(state, file, NOW));
    expect(statuses).toEqual(["VALID", "SUPERSEDED"]);
  });

  test("thatIsTheSameAsWhatCountsForItsDayChangesNothing, but one that came before does", () => {
    const state = uploads(["a", "2026-12-01", "one"], ["b", "2026-12-01", "one"]);
    expect(state.files.map(({ id }) => id)).toEqual(["a"]);
    const back = uploads(["a", "2026-12-01", "one"], ["b", "2026-12-01", "two"], ["c", "2026-12-01", "one"]);
    expect(back.files.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  test("exactlyOneIsValidOnceADayHasBegun, whatever was uploaded in which order", () => {
    const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-11-${String(n).padStart(2, "0")}`);
    const at = fc.integer({ min: 1, max: 28 });
    fc.assert(
      fc.property(fc.array(day, { maxLength: 12 }), at, (days, dayOfMonth) => {
        const state = uploads(...days.map((validFrom, n) => [`f${String(n)}`, validFrom] as const));
        const now = instant(`2026-11-${String(dayOfMonth).padStart(2, "0")}T12:00:00Z`);
        const begun = days.filter((validFrom) => instant(`${validFrom}T00:00:00Z`) <= now);
        const valid = state.files.filter((file) => statusAt(state, file, now) === "VALID");
        expect(valid).toHaveLength(begun.length === 0 ? 0 : 1);
        for (const file of state.files)
          expect(statusAt(state, file, now) === "SCHEDULED").toBe(
            instant(`${file.validFrom}T00:00:00Z`) > now &&
              state.files.findLast(({ validFrom }) => validFrom === file.validFrom) === file,
          );
      }),
    );
  });

  test("standsAsItWasForetold, whatever is there already", () => {
    const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-11-${String(n).padStart(2, "0")}`);
    fc.assert(
      fc.property(fc.array(day, { maxLength: 8 }), day, (days, next) => {
        const before = uploads(...days.map((validFrom, n) => [`f${String(n)}`, validFrom] as const));
        const now = instant("2026-11-14T12:00:00Z");
        const { status, replaces } = standingOf(before, next, now);
        const after = upload(before, "next", next);
        const made = after.files.at(-1);
        expect(made === undefined ? null : statusAt(after, made, now)).toBe(status);
        if (replaces !== null) {
          expect(statusAt(before, replaces, now)).toBe(status);
          expect(statusAt(after, replaces, now)).toBe("SUPERSEDED");
        }
      }),
    );
  });

  test.each(["2026-02-30", "2026-13-01", "tomorrow", "1969-12-31", "2026-12-01T00:00:00Z", ""])(
    "isNotValidFromWhatIsNoDay: %s",
    (validFrom) => {
      expect(termsInput.safeParse({ kind: "TERMS", validFrom }).success).toBe(false);
    },
  );
});

describe("a consent", () => {
  const file = (id: string, kind: TermsFile["kind"]): TermsFile => ({
    ...{ id, kind, validFrom: "2026-11-01", hash: `hash of ${id}`, bytes: 1 },
    ...{ at: "2026-11-01T00:00:00.000Z", by },
  });
  const valid = [file("t1", "TERMS"), file("p1", "PRIVACY_POLICY")];
  const give = (ticked: readonly string[], state = consent.initial) =>
    consent.decide(state, { type: "GiveConsent", userId: "u", ticked, valid, now: NOW, by });

  test("isOfAllThatIsValid, by id and hash, and is asked for once", () => {
    const decision = give(["p1", "t1"]);
    expect(decision).toEqual({
      kind: "accepted",
      events: [
        {
          type: "ConsentGiven",
          data: {
            ...{ userId: "u", at: "2026-11-29T12:00:00.000Z", by },
            documents: [
              { kind: "TERMS", id: "t1", hash: "hash of t1" },
              { kind: "PRIVACY_POLICY", id: "p1", hash: "hash of p1" },
            ],
          },
        },
      ],
    });
    const state =
      decision.kind === "accepted" ? fold(consent, consent.initial, decision.events) : consent.initial;
    expect(missing(state, valid)).toEqual([]);
    expect(give(["t1", "p1"], state)).toEqual({ kind: "accepted", events: [] });
    const next = [file("t2", "TERMS"), file("p1", "PRIVACY_POLICY")];
    expect(missing(state, next).map(({ id }) => id)).toEqual(["t2"]);
  });

  test.each([[["t1"]], [[]], [["t1", "p0"]], [["t1", "p1", "x"]]])(
    "ofOneOnlyOrOfWhatIsNotValidIsNone: %j",
    (ticked) => {
      expect(give(ticked)).toEqual({ kind: "refused", refusal: { code: "TERMS_DIFFER" } });
    },
  );
});
