import { describe, expect, test } from "vitest";
import { KEY_RETIRES_AFTER } from "../../../src/domain/policies.ts";
import type { TerminalCommand } from "../../../src/domain/terminal/commands.ts";
import { usableCredentials } from "../../../src/domain/terminal/keyRotation.ts";
import { terminal } from "../../../src/domain/terminal/terminal.ts";
import { iso } from "../../../src/domain/time.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, LOCATION, TERMINAL } from "../../support/domain/ids.ts";

const by = { now: NOW, by: ADMIN };
const RETIRES = NOW + KEY_RETIRES_AFTER;

const register: TerminalCommand = {
  ...{ type: "Register", ...by, serialNumber: TERMINAL },
  ...{ locationId: LOCATION, profile: "standard" },
};
const issue: TerminalCommand = { type: "IssueCode", ...by, codeId: "c", codeHash: "c" };
const pair: TerminalCommand = {
  ...{ type: "Pair", now: NOW, codeId: "c", codeHash: "c" },
  ...{ credentialId: "first", publicKey: "key 1", encryptionKey: "enc 1" },
};
const rotate = (
  provenBy: string,
  credentialId: string,
  publicKey: string,
  encryptionKey: string | null = null,
): TerminalCommand => ({
  ...{ type: "RotateKey", now: NOW, provenBy, credentialId, publicKey, encryptionKey },
  retiresAt: RETIRES,
});

const paired = scenario(terminal).after(register).after(issue).after(pair);
const rotated = paired.after(rotate("first", "second", "key 2"));

describe("a key's rotation", () => {
  test("keepsTheOldKeyUntilItRetires, the encryption key where no other is named, and the trust", () => {
    paired.when(rotate("first", "second", "key 2")).then({
      type: "TerminalKeyRotated",
      data: {
        ...{ at: iso(NOW), credentialId: "second", publicKey: "key 2", encryptionKey: "enc 1" },
        retiresAt: iso(RETIRES),
      },
    });
    const life = rotated.state;
    if (life === null) throw new Error("it is registered");
    const ids = (now: number): readonly string[] => usableCredentials(life, now).map(({ id }) => id);
    expect([ids(NOW), ids(RETIRES - 1), ids(RETIRES)]).toEqual([
      ["second", "first"],
      ["second", "first"],
      ["second"],
    ]);
    expect(life.credential).toMatchObject({ trust: "KEY", encryptionKey: "enc 1" });
  });

  test("isOneHoweverOftenItIsAskedFor, and only the present key vouches", () => {
    rotated.when(rotate("first", "other", "key 2")).thenNothing();
    rotated.when(rotate("second", "other", "key 2")).thenNothing();
    rotated.when(rotate("first", "third", "key 3")).thenRefused({ code: "KEY_RETIRED" });
    const third = rotated.after(rotate("second", "third", "key 3"));
    expect(third.state?.retiring?.credential.id).toBe("second");
  });

  test("isEndedWithItsPairing", () => {
    const unpair: TerminalCommand = { type: "Unpair", ...by, reason: null };
    const unpaired = rotated.after(unpair);
    const life = unpaired.state;
    expect(life === null ? null : usableCredentials(life, NOW)).toEqual([]);
    unpaired.when(rotate("second", "third", "key 3")).thenRefused({ code: "NOT_PAIRED" });
  });
});
