import { describe, expect, test } from "vitest";
import { PAIRING_CODE_LIVES, PAIRING_TRIES } from "../../../src/domain/policies.ts";
import { terminalStream } from "../../../src/domain/terminal/events.ts";
import type { TerminalCommand } from "../../../src/domain/terminal/commands.ts";
import {
  deviceName,
  isOfThisDevice,
  isPaired,
  type TerminalState,
} from "../../../src/domain/terminal/life.ts";
import { terminal } from "../../../src/domain/terminal/terminal.ts";
import { iso } from "../../../src/domain/time.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, CARD, LOCATION, TERMINAL } from "../../support/domain/ids.ts";

const by = { now: NOW, by: ADMIN };
const byHand = { ...by, reason: null };
const register: TerminalCommand = {
  type: "Register",
  ...by,
  serialNumber: TERMINAL,
  locationId: LOCATION,
  profile: "standard",
};
const issue = (code: string, now = NOW): TerminalCommand => ({
  type: "IssueCode",
  by: ADMIN,
  now,
  codeId: `id ${code}`,
  codeHash: code,
});
const pair = (
  code: string,
  now = NOW,
  publicKey = "key",
  encryptionKey: string | null = null,
): TerminalCommand => ({
  type: "Pair",
  now,
  codeId: `id ${code}`,
  codeHash: code,
  credentialId: "credential",
  publicKey,
  encryptionKey,
});
const wrong = (now = NOW, codeId = "id c1"): TerminalCommand => ({ type: "CountWrongTry", now, codeId });

const registered = scenario(terminal).after(register);
const paired = registered.after(issue("c1"), pair("c1"));

function paires(state: TerminalState): boolean {
  return state !== null && isPaired(state);
}

describe("registration", () => {
  test("aSerialNumberThatIsRegisteredAnewIsAnotherDevice: by its name, and from the moment on", () => {
    const again: TerminalCommand = { ...register, now: NOW + 1_000 };
    const first = registered.state;
    const second = registered.after({ type: "Remove", ...byHand, expected: null }, again).state;
    if (first === null || second === null) throw new Error("they are registered");
    expect([deviceName(first), deviceName(second)]).toEqual([TERMINAL, `${TERMINAL}\t2`]);
    expect([0, NOW, NOW + 1_000].map((at) => isOfThisDevice(first, at))).toEqual([true, true, true]);
    expect([NOW, NOW + 1_000, NOW + 1_001].map((at) => isOfThisDevice(second, at))).toEqual([
      false,
      false,
      true,
    ]);
  });

  test("once; again only after it was removed, with nothing of its former life", () => {
    scenario(terminal)
      .when(register)
      .then({
        type: "TerminalRegistered",
        data: { serialNumber: TERMINAL, locationId: LOCATION, profile: "standard", at: iso(NOW) },
      });
    registered.when(register).thenRefused({ code: "ALREADY_EXISTS" });
    const again = paired
      .after({ type: "Remove", ...byHand, expected: null })
      .when(register)
      .then({ type: "TerminalRegistered" });
    expect(again.state).toMatchObject({
      status: "REGISTERED",
      credential: null,
      enrollment: { status: "NONE" },
      revision: 4,
    });
  });

  test("nothing can be done to a terminal that is not there", () => {
    const removed = registered.after({ type: "Remove", ...byHand, expected: null });
    for (const none of [scenario(terminal), removed]) {
      none.when(issue("c1")).thenRefused({ code: "NOT_FOUND" });
      none.when({ type: "Suspend", ...byHand }).thenRefused({ code: "NOT_FOUND" });
      none.when(pair("c1")).thenRefused({ code: "PAIRING_REFUSED" });
    }
  });

  test("changed or removed only at the revision that was seen", () => {
    const change: TerminalCommand = {
      type: "Change",
      ...by,
      locationId: null,
      profile: "reference",
      expected: 0,
    };
    registered
      .when(change)
      .then({ type: "TerminalChanged", data: { locationId: null, profile: "reference" } });
    registered.when({ ...change, expected: null }).then({ type: "TerminalChanged" });
    registered.after(change).when(change).thenRefused({ code: "VERSION_CONFLICT", actual: 1 });
    registered
      .after(change)
      .when({ type: "Remove", ...byHand, expected: 0 })
      .thenRefused({ code: "VERSION_CONFLICT", actual: 1 });
    registered.when({ type: "Remove", ...byHand, expected: 0 }).then({ type: "TerminalRemoved" });
  });
});

describe("pairing", () => {
  test("by the code, with the key, once", () => {
    const outcome = registered
      .after(issue("c1"))
      .when(pair("c1"))
      .then({
        type: "TerminalPaired",
        data: { codeId: "id c1", credentialId: "credential", trust: "KEY", publicKey: "key" },
      });
    expect(paires(outcome.state)).toBe(true);
    expect(outcome.state).toMatchObject({ status: "ACTIVE", enrollment: { status: "CONSUMED" } });
  });

  test("a code lives two hours", () => {
    registered.when(issue("c1")).then({
      type: "PairingCodeIssued",
      data: { codeId: "id c1", codeHash: "c1", expiresAt: iso(NOW + PAIRING_CODE_LIVES) },
    });
    registered
      .after(issue("c1"))
      .when(pair("c1", NOW + PAIRING_CODE_LIVES - 1))
      .then({ type: "TerminalPaired" });
    registered
      .after(issue("c1"))
      .when(pair("c1", NOW + PAIRING_CODE_LIVES))
      .thenRefused({ code: "PAIRING_REFUSED" });
  });

  test("wrong, none, voided by a new one: refused alike", () => {
    registered.when(pair("c1")).thenRefused({ code: "PAIRING_REFUSED" });
    registered.after(issue("c1")).when(pair("c2")).thenRefused({ code: "PAIRING_REFUSED" });
    registered.after(issue("c1"), issue("c2")).when(pair("c1")).thenRefused({ code: "PAIRING_REFUSED" });
    registered.after(issue("c1"), issue("c2")).when(pair("c2")).then({ type: "TerminalPaired" });
  });

  test("a lost reply may be asked for again with the same code and keys, nothing else", () => {
    paired.when(pair("c1")).thenNothing();
    paired.when(pair("c1", NOW, "another key")).thenRefused({ code: "PAIRING_REFUSED" });
    paired.when(pair("c1", NOW, "key", "another encryption key")).thenRefused({ code: "PAIRING_REFUSED" });
    paired.when(pair("c1", NOW + PAIRING_CODE_LIVES)).thenRefused({ code: "PAIRING_REFUSED" });
  });

  test("too many wrong tries lock the code, but not the one that is asked for next", () => {
    const tries = Array.from({ length: PAIRING_TRIES - 1 }, () => wrong());
    const almost = registered.after(issue("c1"), ...tries);
    almost.when(pair("c1")).then({ type: "TerminalPaired" });
    const locked = almost
      .when(wrong())
      .then({ type: "PairingRefused", data: { codeId: "id c1", tries: PAIRING_TRIES, locked: true } });
    const after = scenario(terminal, locked.state);
    after.when(pair("c1")).thenRefused({ code: "PAIRING_REFUSED" });
    after.when(wrong()).thenNothing();
    after.after(issue("c2")).when(pair("c2")).then({ type: "TerminalPaired" });
  });

  test("tries on a code that can't be guessed any more fill no stream", () => {
    registered.when(wrong()).thenNothing();
    registered
      .after(issue("c1"))
      .when(wrong(NOW + PAIRING_CODE_LIVES))
      .thenNothing();
    paired.when(wrong()).thenNothing();
    registered.after(issue("c1"), issue("c2")).when(wrong(NOW, "id c1")).thenNothing();
  });

  test("a paired terminal gets no code; once unpaired it does, and its old code is dead", () => {
    paired.when(issue("c2")).thenRefused({ code: "ALREADY_PAIRED" });
    const unpaired = paired.after({ type: "Unpair", ...byHand });
    expect(unpaired.state).toMatchObject({ status: "REGISTERED", credential: { status: "REVOKED" } });
    unpaired.when(pair("c1")).thenRefused({ code: "PAIRING_REFUSED" });
    unpaired.when({ type: "Unpair", ...byHand }).thenRefused({ code: "NOT_PAIRED" });
    unpaired.after(issue("c2")).when(pair("c2")).then({ type: "TerminalPaired" });
  });
});

describe("suspension", () => {
  const suspend: TerminalCommand = { type: "Suspend", ...byHand };
  const resume: TerminalCommand = { type: "Resume", ...byHand };

  test("and back, to what it was before; again: nothing new", () => {
    paired.when(suspend).then({ type: "TerminalSuspended" });
    expect(paired.after(suspend, resume).state).toMatchObject({ status: "ACTIVE" });
    expect(registered.after(suspend, resume).state).toMatchObject({ status: "REGISTERED" });
    paired.after(suspend).when(suspend).thenNothing();
    paired.when(resume).thenNothing();
  });

  test("a suspended terminal neither gets a code nor pairs by one it has", () => {
    registered.after(suspend).when(issue("c1")).thenRefused({ code: "SUSPENDED" });
    registered.after(issue("c1"), suspend).when(pair("c1")).thenRefused({ code: "PAIRING_REFUSED" });
  });

  test("aSuspensionOutlastsTheKey: until somebody resumes the terminal", () => {
    const unpaired = paired.after(suspend, { type: "Unpair", ...byHand });
    expect(unpaired.state).toMatchObject({ status: "SUSPENDED", credential: { status: "REVOKED" } });
    unpaired.when(issue("c2")).thenRefused({ code: "SUSPENDED" });
    unpaired.after(resume).when(issue("c2")).then({ type: "PairingCodeIssued" });
  });
});

test("a tap at a terminal without a location is kept with the terminal", () => {
  const attempt = { accessId: "access-1", requestId: null, cardId: CARD, entryMode: "CHIP" as const };
  const { state } = registered
    .when({ type: "RefuseAttempt", now: NOW, ...attempt })
    .then({ type: "AttemptRefused", data: { ...attempt, code: "UNKNOWN_DEVICE", at: iso(NOW) } });
  expect(state).toEqual({ ...registered.state, revision: 1 });
  expect(terminalStream(TERMINAL)).toBe(`terminal-${TERMINAL}`);
});

test("events without a registration are no terminal", () => {
  expect(() =>
    scenario(terminal).given({ type: "TerminalResumed", data: { at: iso(NOW), by: ADMIN, reason: null } }),
  ).toThrow();
});
