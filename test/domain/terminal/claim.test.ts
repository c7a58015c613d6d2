import { describe, expect, test } from "vitest";
import { CLAIM_CODE_LIVES } from "../../../src/domain/policies.ts";
import { claimWithoutSecrets } from "../../../src/domain/terminal/claimState.ts";
import type { TerminalCommand } from "../../../src/domain/terminal/commands.ts";
import { terminalSnapshots } from "../../../src/domain/terminal/snapshots.ts";
import { terminal } from "../../../src/domain/terminal/terminal.ts";
import { iso } from "../../../src/domain/time.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, LOCATION, TERMINAL } from "../../support/domain/ids.ts";

const by = { now: NOW, by: ADMIN };
const byHand = { ...by, reason: null };
const END = NOW + CLAIM_CODE_LIVES;

const register: TerminalCommand = {
  type: "Register",
  ...by,
  serialNumber: TERMINAL,
  locationId: LOCATION,
  profile: "standard",
};
const ask = (codeHash: string, publicKey = "key", now = NOW): TerminalCommand => ({
  type: "AskClaimCode",
  now,
  codeId: `id ${codeHash}`,
  codeHash,
  publicKey,
});
const claim = (codeHash: string, now = NOW): TerminalCommand => ({ type: "Claim", ...by, now, codeHash });
const attest = (publicKey = "key"): TerminalCommand => ({ type: "Attest", now: NOW, publicKey });
const activate = (publicKey = "key", encryptionKey: string | null = null): TerminalCommand => ({
  type: "Activate",
  now: NOW,
  credentialId: "credential",
  publicKey,
  encryptionKey,
});
const suspend: TerminalCommand = { type: "Suspend", ...byHand };
const resume: TerminalCommand = { type: "Resume", ...byHand };
const unpair: TerminalCommand = { type: "Unpair", ...byHand };
const remove: TerminalCommand = { type: "Remove", ...byHand, expected: null };
const issue: TerminalCommand = { type: "IssueCode", ...by, codeId: "id p", codeHash: "p" };
const pair: TerminalCommand = {
  type: "Pair",
  now: NOW,
  codeId: "id p",
  codeHash: "p",
  credentialId: "paired",
  publicKey: "another",
  encryptionKey: null,
};

const nobody = scenario(terminal);
const registered = nobody.after(register);
const asked = registered.after(ask("c1"));
const claimed = asked.after(claim("c1"));
const attested = claimed.after(attest());
const active = attested.after(activate());

const STATES = {
  nobody,
  registered,
  asked,
  claimed,
  attested,
  active,
  "suspended while asked": asked.after(suspend),
  "suspended while claimed": claimed.after(suspend),
  "suspended while active": active.after(suspend),
  unpaired: active.after(unpair),
  "taken back while claimed": claimed.after(unpair),
  "paired by a code of the office": claimed.after(issue, pair),
  removed: active.after(remove),
} as const;

/** What each command comes to in each state: the events, "nothing", or the refusal. */
const TABLE: Readonly<
  Record<keyof typeof STATES, readonly [string, string, string, string, string, string]>
> = {
  // ask by the key, ask by another, claim, attest, activate, attest by another key
  nobody: ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"],
  registered: [
    "ClaimCodeIssued",
    "ClaimCodeIssued",
    "CODE_EXPIRED",
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
  ],
  asked: [
    "ClaimCodeIssued",
    "CLAIM_REFUSED",
    "TerminalClaimed",
    "NOT_CLAIMED",
    "NOT_CLAIMED",
    "CLAIM_REFUSED",
  ],
  claimed: [
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
    "CODE_USED",
    "TerminalAttested",
    "NOT_ATTESTED",
    "CLAIM_REFUSED",
  ],
  attested: ["CLAIM_REFUSED", "CLAIM_REFUSED", "CODE_USED", "nothing", "TerminalActivated", "CLAIM_REFUSED"],
  active: ["CLAIM_REFUSED", "CLAIM_REFUSED", "CODE_USED", "nothing", "nothing", "CLAIM_REFUSED"],
  "suspended while asked": [
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
    "CODE_EXPIRED",
    "SUSPENDED",
    "SUSPENDED",
    "CLAIM_REFUSED",
  ],
  "suspended while claimed": [
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
    "CODE_USED",
    "SUSPENDED",
    "SUSPENDED",
    "CLAIM_REFUSED",
  ],
  "suspended while active": [
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
    "CODE_USED",
    "SUSPENDED",
    "SUSPENDED",
    "CLAIM_REFUSED",
  ],
  unpaired: [
    "ClaimCodeIssued",
    "ClaimCodeIssued",
    "CODE_EXPIRED",
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
  ],
  "taken back while claimed": [
    "ClaimCodeIssued",
    "ClaimCodeIssued",
    "CODE_EXPIRED",
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
  ],
  "paired by a code of the office": [
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
    "CODE_EXPIRED",
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
    "CLAIM_REFUSED",
  ],
  removed: ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"],
};

function comesTo(state: keyof typeof STATES, command: TerminalCommand): string {
  const decision = terminal.decide(STATES[state].state, command);
  if (decision.kind === "refused") return decision.refusal.code;
  return decision.events.map(({ type }) => type).join() || "nothing";
}

describe("claiming", () => {
  test.each(Object.keys(STATES).filter((name): name is keyof typeof STATES => name in STATES))(
    "%s: each step comes to what the table says",
    (name) => {
      const steps = [ask("c2"), ask("c2", "other"), claim("c1"), attest(), activate(), attest("other")];
      expect(steps.map((step) => comesTo(name, step))).toEqual(TABLE[name]);
    },
  );

  test("aClaimedDeviceIsActiveByTheKeyThatAsked, with the trust of one that has attested", () => {
    expect(claimed.state).toMatchObject({ status: "CLAIMED", credential: null });
    expect(attested.state).toMatchObject({ status: "ATTESTED", credential: null });
    expect(active.state).toMatchObject({
      status: "ACTIVE",
      credential: { status: "ACTIVE", trust: "ATTESTED", proof: { kind: "KEY", publicKey: "key" } },
    });
  });

  test("aCodeIsOverWhenItsTimeIs, to the millisecond, and then another device may ask", () => {
    asked.when(claim("c1", END - 1)).then({ type: "TerminalClaimed", data: { codeId: "id c1" } });
    asked.when(claim("c1", END)).thenRefused({ code: "CODE_EXPIRED" });
    asked.when(ask("c2", "other", END - 1)).thenRefused({ code: "CLAIM_REFUSED" });
    asked.when(ask("c2", "other", END)).then({
      type: "ClaimCodeIssued",
      data: { expiresAt: iso(END + CLAIM_CODE_LIVES), publicKey: "other" },
    });
  });

  test("askingAgainVoidsTheCodeBefore", () => {
    const again = asked.after(ask("c2"));
    again.when(claim("c1")).thenRefused({ code: "CODE_EXPIRED" });
    again.when(claim("c2")).then({ type: "TerminalClaimed" });
  });

  test("aRepeatOfTheActivationBringsTheSameEncryptionKey", () => {
    const withKey = attested.after(activate("key", "jwk"));
    withKey.when(activate("key", "jwk")).thenNothing();
    withKey.when(activate("key", "another")).thenRefused({ code: "ALREADY_PAIRED" });
  });

  test("resumedItGoesOnWhereItWas", () => {
    const states = [registered, asked, claimed, attested, active];
    expect(states.map((one) => one.after(suspend, resume).state?.status)).toEqual([
      "REGISTERED",
      "REGISTERED",
      "CLAIMED",
      "ATTESTED",
      "ACTIVE",
    ]);
  });

  test("aSnapshotIsTheFold, and what others see holds no hash and no key", () => {
    for (const { state } of Object.values(STATES)) {
      const reading = terminalSnapshots.read(terminalSnapshots.write(state));
      let step = reading.next();
      while (step.done !== true) step = reading.next();
      expect(step.value).toEqual(state);
      const seen = JSON.stringify(state === null ? null : claimWithoutSecrets(state.claim));
      expect(seen).not.toMatch(/"c1"|"key"/);
    }
  });
});
