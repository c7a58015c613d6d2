import { describe, expect, test } from "vitest";
import type { RulesetBody } from "../../../src/domain/ruleset/events.ts";
import {
  currentVersion,
  phaseAt,
  ruleset,
  type RulesetCommand,
  type RulesetState,
} from "../../../src/domain/ruleset/stream.ts";
import { rulesetStream } from "../../../src/domain/ruleset/events.ts";
import { DAY, HOUR, type Instant, iso } from "../../../src/domain/time.ts";
import { bodyOf, NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, RULESET } from "../../support/domain/ids.ts";

const A = bodyOf({ name: "A" });
const B = bodyOf({ name: "B" });

const create = (body: RulesetBody = A): RulesetCommand => ({
  type: "Create",
  id: RULESET,
  now: NOW,
  by: ADMIN,
  body,
});
const draft = (body: RulesetBody = B, now = NOW): RulesetCommand => ({
  type: "Draft",
  now,
  by: ADMIN,
  body,
  expected: null,
});
const NOTHING = { externalRules: false, acquirer: false };
const publishNow = {
  ...({
    type: "Publish",
    now: NOW,
    by: ADMIN,
    effectiveAt: null,
    replaceScheduled: false,
    expected: null,
  } as const),
  connected: NOTHING,
};
const publish = (
  now = NOW,
  effectiveAt: Instant | null = null,
  replaceScheduled = false,
): RulesetCommand => ({ ...publishNow, now, effectiveAt, replaceScheduled });
const unschedule = (now = NOW): RulesetCommand => ({ type: "Unschedule", now, by: ADMIN, expected: null });
const retire = (now = NOW): RulesetCommand => ({ type: "Retire", now, by: ADMIN, expected: null });
const remove = (now = NOW): RulesetCommand => ({ type: "Delete", now, by: ADMIN, expected: null });

const created = scenario(ruleset).after(create());
const published = created.after(publish());

function versionAt(state: RulesetState, now: Instant): string | undefined {
  const version = state?.versions.find(
    (one) => one.inForceFrom <= now && (one.inForceTo === null || now < one.inForceTo),
  );
  return version?.body.name;
}

describe("a ruleset's life", () => {
  test("created as a draft, once", () => {
    const { state } = scenario(ruleset)
      .when(create())
      .then({ type: "RulesetCreated", data: { rulesetId: RULESET, body: A } });
    expect(state).toMatchObject({ status: "DRAFT", draft: A, versions: [], revision: 0 });
    created.when(create()).thenRefused({ code: "ALREADY_EXISTS" });
  });

  test("nothing can be done to what is not there, or was deleted", () => {
    for (const none of [scenario(ruleset), created.after(remove())]) {
      for (const command of [draft(), publish(), unschedule(), retire(), remove()])
        none.when(command).thenRefused({ code: "NOT_FOUND" });
    }
  });

  test("published it is in force from now on, once", () => {
    const { state } = created
      .when(publish())
      .then({ type: "RulesetPublished", data: { version: 1, effectiveAt: iso(NOW), body: A } });
    expect(versionAt(state, NOW)).toBe("A");
    expect(versionAt(state, NOW - 1)).toBeUndefined();
    published.when(publish()).thenRefused({ code: "NOTHING_TO_PUBLISH" });
  });

  test("a draft beside it changes nothing until it is published", () => {
    const drafted = published.after(draft());
    expect(drafted.state).toMatchObject({ status: "PUBLISHED", draft: B });
    expect(versionAt(drafted.state, NOW + DAY)).toBe("A");
    const { state } = drafted.after(publish(NOW + HOUR));
    expect([versionAt(state, NOW + HOUR - 1), versionAt(state, NOW + HOUR)]).toEqual(["A", "B"]);
    expect(state).toMatchObject({ draft: null, versions: [{ version: 1 }, { version: 2 }] });
  });

  test("published for later", () => {
    const { state } = published.after(draft(), publish(NOW, NOW + DAY));
    expect([versionAt(state, NOW + DAY - 1), versionAt(state, NOW + DAY)]).toEqual(["A", "B"]);
    created.when(publish(NOW, NOW - 1)).thenRefused({ code: "PUBLISH_IN_THE_PAST" });
  });

  test("what was planned for later never comes into force when something else is published before", () => {
    const { state } = published.after(
      draft(),
      publish(NOW, NOW + DAY),
      draft(bodyOf({ name: "C" })),
      publish(NOW + HOUR, null, true),
    );
    expect([NOW, NOW + HOUR, NOW + DAY, NOW + 9 * DAY].map((now) => versionAt(state, now))).toEqual([
      "A",
      "C",
      "C",
      "C",
    ]);
  });

  test("while a version is scheduled another is refused, and says which; unless it takes its place", () => {
    const scheduled = published.after(draft(), publish(NOW, NOW + DAY), draft(bodyOf({ name: "C" })));
    for (const at of [null, NOW + HOUR, NOW + DAY, NOW + 2 * DAY]) {
      scheduled
        .when(publish(NOW, at))
        .thenRefused({ code: "ALREADY_SCHEDULED", version: 2, inForceFrom: NOW + DAY });
    }
    // Replaced by one that comes later still, it does not come into force in between.
    const { state } = scheduled.after(publish(NOW, NOW + 2 * DAY, true));
    expect([NOW, NOW + DAY, NOW + 2 * DAY - 1, NOW + 2 * DAY].map((now) => versionAt(state, now))).toEqual([
      "A",
      "A",
      "A",
      "C",
    ]);
    // What is in force already is no longer scheduled.
    scheduled.when(publish(NOW + DAY)).then({ type: "RulesetPublished", data: { version: 3 } });
  });

  test("unscheduled, the version in force stays, and the other is a draft again", () => {
    const scheduled = published.after(draft(), publish(NOW, NOW + DAY));
    const back = scheduled
      .when(unschedule(NOW + HOUR))
      .then({ type: "RulesetUnscheduled", data: { version: 2 } });
    expect([versionAt(back.state, NOW + DAY), back.state?.draft]).toEqual(["A", B]);
    expect(scheduled.after(draft(A), unschedule()).state?.draft).toEqual(A);
    scheduled.when(unschedule(NOW + DAY)).thenRefused({ code: "NOT_SCHEDULED" });
    scheduled.after(unschedule()).when(unschedule()).thenRefused({ code: "NOT_SCHEDULED" });
    scheduled
      .after(unschedule())
      .when(publish(NOW + HOUR))
      .then({ type: "RulesetPublished", data: { version: 3, body: B } });
  });

  test("unscheduledTheVersionThatItReplacedAtTheSameInstantStaysReplaced", () => {
    const at = NOW + DAY;
    const { state } = published.after(
      ...[draft(), publish(NOW, at), draft(bodyOf({ name: "C" })), publish(NOW, at, true), unschedule()],
    );
    const inForce = (now: Instant) =>
      state?.versions
        .filter((one) => one.inForceFrom <= now && (one.inForceTo === null || now < one.inForceTo))
        .map(({ body }) => body.name);
    expect([NOW, at, at + DAY].map(inForce)).toEqual([["A"], ["A"], ["A"]]);
  });

  test("retired it is in force no longer, once; published again, its last version is", () => {
    const retired = published.after(retire(NOW + HOUR));
    expect([versionAt(retired.state, NOW + HOUR - 1), versionAt(retired.state, NOW + HOUR)]).toEqual([
      "A",
      undefined,
    ]);
    retired.when(retire()).thenNothing();
    retired.when(remove()).thenNothing();
    created.when(retire()).thenRefused({ code: "NOT_PUBLISHED" });
    const { state } = retired
      .when(publish(NOW + DAY))
      .then({ type: "RulesetPublished", data: { version: 2, body: A } });
    expect([versionAt(state, NOW + DAY - 1), versionAt(state, NOW + DAY)]).toEqual([undefined, "A"]);
  });

  test("retired, what was planned never comes", () => {
    const { state } = published.after(draft(), publish(NOW, NOW + DAY), retire(NOW + HOUR));
    expect(versionAt(state, NOW + 2 * DAY)).toBeUndefined();
  });

  test("deleted: a draft goes, a published one retires", () => {
    created.when(remove()).then({ type: "RulesetDeleted" });
    published.when(remove()).then({ type: "RulesetRetired" });
  });

  test("changed only at the revision that was seen", () => {
    const stale = { expected: 0 };
    for (const command of [draft(), publish(), retire(), remove()]) {
      if (command.type === "Create") throw new Error("has no revision");
      published.when({ ...command, ...stale }).thenRefused({ code: "VERSION_CONFLICT", actual: 1 });
    }
    created.when({ ...publishNow, expected: 0 }).then({ type: "RulesetPublished" });
  });

  test.each([
    ["its validity is over", { validTo: iso(NOW) }, { code: "VALIDITY_OVER" }],
    [
      "it wants an external rule that nobody answers",
      { externalRule: { ruleId: "vip" } },
      { code: "NEEDS_ADAPTER", what: "externalRule" },
    ],
    [
      "it wants a verification that nobody makes",
      { verification: { mode: "ASI" as const } },
      { code: "NEEDS_ADAPTER", what: "verification" },
    ],
  ])("not published: %s", (_name, input, refusal) => {
    scenario(ruleset)
      .after(create(bodyOf(input)))
      .when(publish())
      .thenRefused(refusal);
  });

  test.each([
    [{ externalRule: { ruleId: "vip" } }, { externalRules: true, acquirer: false }],
    [{ verification: { mode: "ASI" as const } }, { externalRules: false, acquirer: true }],
    [{ verification: { mode: "NONE" as const } }, NOTHING],
  ])("published, since what it wants is connected: %o", (input, connected) => {
    scenario(ruleset)
      .after(create(bodyOf(input)))
      .when({ ...publishNow, connected })
      .then({ type: "RulesetPublished" });
  });

  test("a verification of the mode NONE is none", () => {
    scenario(ruleset)
      .after(create(bodyOf({ verification: { mode: "NONE" } })))
      .when(publish())
      .then({ type: "RulesetPublished" });
  });
});

test("the current version is the one in force, else the newest", () => {
  const at = (state: RulesetState, now: Instant): number | undefined =>
    state === null ? undefined : currentVersion(state, now)?.version;
  const { state } = published.after(draft(), publish(NOW, NOW + DAY));
  expect([at(state, NOW), at(state, NOW + DAY)]).toEqual([1, 2]);
  expect(at(published.after(retire()).state, NOW)).toBe(1);
  expect(at(created.state, NOW)).toBeUndefined();
  expect(rulesetStream(RULESET)).toBe(`ruleset-${RULESET}`);
});

test("events without a creation are no ruleset", () => {
  expect(() =>
    scenario(ruleset).given({ type: "RulesetRetired", data: { at: iso(NOW), by: ADMIN } }),
  ).toThrow();
});

describe("a ruleset's phase", () => {
  const after = (...commands: readonly RulesetCommand[]): RulesetState => created.after(...commands).state;
  const ending = bodyOf({ name: "C", validTo: iso(NOW + DAY) });

  test.each([
    ["a draft", after(), NOW, "DRAFT"],
    ["published for later, before", after(publish(NOW, NOW + HOUR)), NOW + HOUR - 1, "SCHEDULED"],
    ["published for later, then", after(publish(NOW, NOW + HOUR)), NOW + HOUR, "IN_FORCE"],
    ["published now", after(publish()), NOW, "IN_FORCE"],
    ["with a next version planned", after(publish(), draft(), publish(NOW, NOW + HOUR)), NOW, "IN_FORCE"],
    ["before its validity ends", after(draft(ending), publish()), NOW + DAY - 1, "IN_FORCE"],
    ["as its validity ends", after(draft(ending), publish()), NOW + DAY, "ENDED"],
    ["taken back before it came", after(publish(NOW, NOW + HOUR), unschedule()), NOW + 2 * HOUR, "ENDED"],
    ["retired", after(publish(), retire()), NOW, "RETIRED"],
  ] as const)("%s", (_case, state, now, phase) => {
    if (state === null) throw new Error("it was created");
    expect(phaseAt(state, now)).toBe(phase);
  });
});
