import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold } from "../../../src/domain/decider.ts";
import type { Forms } from "../../../src/domain/messages/codes.ts";
import type { MessagesEvent } from "../../../src/domain/messages/events.ts";
import {
  type ChangeText,
  messages,
  type MessagesState,
  ownText,
  versionOf,
} from "../../../src/domain/messages/messages.ts";
import { messageOf } from "../../../src/domain/messages/shown.ts";
import { checkEntry } from "../../../src/domain/card/check.ts";
import { card } from "../../../src/domain/card/card.ts";
import { checkOf } from "../../support/domain/commands.ts";
import { portfolioOf, versionOf as rulesetOf } from "../../support/domain/fixtures.ts";
import { ADMIN } from "../../support/domain/ids.ts";

const RULESETS = ["01J00000000000000000000RA1", "01J00000000000000000000RA2"];

function command(rest: Partial<ChangeText> = {}): ChangeText {
  return {
    type: "ChangeText",
    ...{ rulesetId: null, language: "en", code: "LIMIT_EXCEEDED", forms: { other: "No." } },
    ...{ expected: null, now: 1_800_000_000_000, by: ADMIN },
    ...rest,
  };
}

function after(...commands: readonly ChangeText[]): MessagesState {
  return commands.reduce<MessagesState>((state, one) => {
    const decision = messages.decide(state, one);
    return decision.kind === "accepted"
      ? fold<MessagesState, MessagesEvent>(messages, state, decision.events)
      : state;
  }, messages.initial);
}

const forms = fc.option(fc.constantFrom<Forms>({ other: "One" }, { other: "Two" }, { one: "a", other: "b" }));
const commands = fc.array(
  fc
    .record({
      rulesetId: fc.constantFrom(null, ...RULESETS),
      language: fc.constantFrom("en" as const, "pl" as const),
      code: fc.constantFrom("LIMIT_EXCEEDED" as const, "GRANTED_FREE" as const),
      forms,
    })
    .map(command),
  { maxLength: 30 },
);

describe("texts", () => {
  test("areWhatWasSaidLast, and what they were at every revision before", () => {
    fc.assert(
      fc.property(commands, (all) => {
        const states = all.map((_, index) => after(...all.slice(0, index + 1)));
        const last = states.at(-1) ?? messages.initial;
        all.forEach((one, index) => {
          const state = states[index] ?? messages.initial;
          expect(ownText(state, one, state.revision)).toEqual(one.forms);
          expect(ownText(last, one, state.revision)).toEqual(one.forms);
        });
        expect(ownText(last, command(), -1)).toBeNull();
      }),
    );
  });

  test("whatIsSoAlreadyIsNotWritten", () => {
    fc.assert(
      fc.property(commands, (all) => {
        const state = after(...all);
        for (const one of all) {
          const same = { ...one, forms: ownText(state, one, state.revision) };
          expect(messages.decide(state, same)).toEqual({ kind: "accepted", events: [] });
        }
      }),
    );
  });

  test("theVersionIsTheProgrammesOwn", () => {
    const [one = ""] = RULESETS;
    const state = after(command(), command({ rulesetId: one }), command({ language: "pl" }));
    expect([versionOf(state, null), versionOf(state, one), versionOf(state, "other")]).toEqual([2, 1, 0]);
    const decided = (rulesetId: string | null, expected: number) =>
      messages.decide(state, command({ rulesetId, expected, code: "CARD_FROZEN" })).kind;
    expect([decided(null, 2), decided(null, 1), decided(one, 1), decided("other", 0)]).toEqual([
      ...["accepted", "refused", "accepted", "accepted"],
    ]);
  });
});

describe("what a decision is told by", () => {
  /** A grant, or a refusal, of the ruleset of the fixtures. */
  function decided(state: MessagesState, limits: Parameters<typeof rulesetOf>[0] = {}) {
    const decision = checkEntry(
      card.initial,
      checkOf({
        portfolio: portfolioOf(rulesetOf(limits)),
        screen: { texts: state.revision, timeZone: "Europe/Warsaw" },
      }),
    );
    const event = decision.kind === "accepted" ? decision.events[0] : undefined;
    if (event?.type !== "EntryGranted" && event?.type !== "EntryRejected") throw new Error("no verdict");
    return event;
  }

  const none = { cardholder: { window: null, perLocation: null, free: 0, paid: 0, fee: null } };

  test("goesFromTheRulesetsOwn, to the installation's, to the product's", () => {
    const at = rulesetOf({}).id;
    const own = command({ code: "GRANTED_FREE", forms: { other: "Hello at {place}" }, rulesetId: at });
    const installations = command({ code: "GRANTED_FREE", forms: { other: "Welcome" } });
    const reset = { ...own, forms: null };
    const told = (...all: readonly ChangeText[]) => {
      const state = after(...all);
      return messageOf(decided(state), "en", state);
    };
    expect(told()).toBe("Free entry");
    expect(told(installations)).toBe("Welcome");
    expect(told(installations, own)).toBe("Hello at Lounge");
    expect(told(own, reset, installations)).toBe("Welcome");
    expect(told({ ...own, language: "pl" })).toBe("Free entry");
    expect(told({ ...own, rulesetId: "01J00000000000000000000RA9" })).toBe("Free entry");
  });

  test("isAsItWasWhenItWasDecided", () => {
    fc.assert(
      fc.property(commands, commands, (before, later) => {
        const then = after(...before);
        const event = decided(then);
        expect(messageOf(event, "en", after(...before, ...later))).toBe(messageOf(event, "en", then));
      }),
    );
  });

  test("passesOverATextOfWhichSomethingIsNotKnown", () => {
    const text = (other: string) => command({ code: "LIMIT_EXCEEDED", forms: { other } });
    const state = after(text("Come back at {nextFreeTime} on {nextFreeDate}"));
    const event = decided(state, none);
    expect(event).toMatchObject({
      type: "EntryRejected",
      data: { code: "LIMIT_EXCEEDED", nextFreeAt: null },
    });
    expect(messageOf(event, "en", state)).toBe("The usage limit for this card is exceeded.");
    if (event.type !== "EntryRejected") throw new Error("no rejection");
    const soon = { ...event, data: { ...event.data, nextFreeAt: "2026-07-01T22:30:00.000Z" } };
    const told = (utcOffset: number | null) =>
      messageOf({ ...soon, data: { ...soon.data, screen: { texts: 0, utcOffset } } }, "en", state);
    expect(told(120)).toBe("Come back at 00:30 on 2026-07-02");
    expect(told(null)).toBe("Come back at 22:30 UTC on 2026-07-01");
  });
});
