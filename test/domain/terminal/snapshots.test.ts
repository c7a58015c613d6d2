import { expect, test } from "vitest";
import { terminalSnapshots } from "../../../src/domain/terminal/snapshots.ts";
import type { TerminalCommand } from "../../../src/domain/terminal/commands.ts";
import type { TerminalState } from "../../../src/domain/terminal/life.ts";
import { terminal } from "../../../src/domain/terminal/terminal.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, LOCATION, TERMINAL } from "../../support/domain/ids.ts";

const by = { now: NOW, by: ADMIN };
const hand = { ...by, reason: null };
const register: TerminalCommand = {
  type: "Register",
  ...by,
  serialNumber: TERMINAL,
  locationId: LOCATION,
  profile: "standard",
};
const code = { codeId: "id", codeHash: "hash" };
const pair: TerminalCommand = {
  type: "Pair",
  now: NOW,
  ...code,
  credentialId: "credential",
  publicKey: "key",
  encryptionKey: { kty: "RSA", uses: ["enc", 1, true, null] },
};
const life: readonly TerminalCommand[] = [
  register,
  { type: "IssueCode", ...by, ...code },
  { type: "CountWrongTry", now: NOW, codeId: "id" },
  pair,
  { type: "Suspend", ...hand },
  { type: "Resume", ...hand },
  { type: "Unpair", ...hand },
  { type: "Remove", ...hand, expected: null },
  register,
];

function throughSnapshot(state: TerminalState): TerminalState {
  const reading = terminalSnapshots.read(terminalSnapshots.write(state));
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

test("aSnapshotIsTheFold, at every step of a terminal's life", () => {
  let now = scenario(terminal);
  expect(throughSnapshot(now.state)).toBe(null);
  for (const command of life) {
    now = now.after(command);
    expect(throughSnapshot(now.state)).toEqual(now.state);
  }
});

test("aSnapshotOfAnotherShapeIsRefused", () => {
  for (const text of [
    "{}",
    "1",
    '"text"',
    JSON.stringify({ ...scenario(terminal).after(register).state, status: "?" }),
  ]) {
    expect(() => {
      const reading = terminalSnapshots.read(text);
      while (reading.next().done !== true);
    }).toThrow();
  }
});
