import { describe, expect, test } from "vitest";
import { SETUP_CODE_LIVES } from "../../../src/domain/policies.ts";
import type { Certificate } from "../../../src/domain/terminal/certificate.ts";
import type { TerminalCommand } from "../../../src/domain/terminal/commands.ts";
import { withoutSecrets } from "../../../src/domain/terminal/credential.ts";
import { isPaired } from "../../../src/domain/terminal/life.ts";
import { certificatesOf } from "../../../src/domain/terminal/setUp.ts";
import { terminalSnapshots } from "../../../src/domain/terminal/snapshots.ts";
import { terminal } from "../../../src/domain/terminal/terminal.ts";
import { DAY, iso } from "../../../src/domain/time.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, LOCATION, TERMINAL } from "../../support/domain/ids.ts";

const by = { now: NOW, by: ADMIN };
const byHand = { ...by, reason: null };
const LIVES = 90 * DAY;

const register: TerminalCommand = {
  type: "Register",
  ...by,
  serialNumber: TERMINAL,
  locationId: LOCATION,
  profile: "standard",
};
const code = (codeHash: string, real = NOW): TerminalCommand => ({
  type: "IssueSetupCode",
  ...by,
  codeId: `id ${codeHash}`,
  codeHash,
  real,
});
const certificate = (name: string, publicKey = `key ${name}`): Certificate => ({
  serialNumber: name,
  fingerprint: `print ${name}`,
  subject: "O=Admittance, CN=till",
  publicKey,
  notBefore: iso(NOW - DAY),
  notAfter: iso(NOW + LIVES),
  der: "der",
  issuer: "ca",
});
const setUp = (codeHash: string, more: Partial<Extract<TerminalCommand, { type: "SetUp" }>> = {}) =>
  ({
    type: "SetUp",
    ...{ now: NOW, real: NOW, codeHash, credentialId: "credential", posId: "till" },
    ...{ certificate: certificate("a"), keyMadeBy: "DEVICE" as const, encryptionKey: null },
    ...more,
  }) satisfies TerminalCommand;
const renew = (replaces: string, name: string, publicKey?: string): TerminalCommand => ({
  type: "RenewCertificate",
  ...{ now: NOW, replaces, certificate: certificate(name, publicKey), retiresAt: NOW + 7 * DAY },
});
const revoke = (serialNumber: string): TerminalCommand => ({
  type: "RevokeCertificate",
  ...byHand,
  serialNumber,
});

const registered = scenario(terminal).after(register);
const coded = registered.after(code("c1"));
const inUse = coded.after(setUp("c1"));
const renewed = inUse.after(renew("a", "b"));

describe("aSetupCode", () => {
  test("isUsedOnceBeforeItsTimeIsOver, unless a newer one has voided it", () => {
    coded
      .when(setUp("c1"))
      .then({ type: "CertificateIssued", data: { posId: "till", trust: "CERTIFICATE" } });
    coded.when(setUp("c1", { now: NOW + SETUP_CODE_LIVES })).thenRefused({ code: "PAIRING_REFUSED" });
    coded.when(setUp("c2")).thenRefused({ code: "PAIRING_REFUSED" });
    coded.after(code("c2")).when(setUp("c1")).thenRefused({ code: "PAIRING_REFUSED" });
    registered.when(setUp("c1")).thenRefused({ code: "PAIRING_REFUSED" });
  });

  test("isAnsweredAgainToTheSameKeyAndNameAlone", () => {
    inUse.when(setUp("c1")).thenNothing();
    for (const other of [
      { certificate: certificate("z") },
      { posId: "other" },
      { keyMadeBy: "SERVER" as const },
    ])
      inUse.when(setUp("c1", other)).thenRefused({ code: "PAIRING_REFUSED" });
    renewed.when(setUp("c1")).thenRefused({ code: "PAIRING_REFUSED" });
  });

  test("isNoneForATerminalInUse, suspended or removed, and one again when its certificates have run out", () => {
    inUse.when(code("c2")).thenRefused({ code: "ALREADY_PAIRED" });
    registered
      .after({ type: "Suspend", ...byHand })
      .when(code("c2"))
      .thenRefused({ code: "SUSPENDED" });
    const removed = registered.after({ type: "Remove", ...byHand, expected: null });
    removed.when(code("c2")).thenRefused({ code: "NOT_FOUND" });
    removed.when(setUp("c1")).thenRefused({ code: "PAIRING_REFUSED" });
    const late = NOW + LIVES;
    const again = inUse.after(code("c2", late));
    again.when(setUp("c2", { real: late, certificate: certificate("c") })).then({
      type: "CertificateIssued",
    });
  });

  test("ofASuspendedTerminalIsNotTaken", () => {
    coded
      .after({ type: "Suspend", ...byHand })
      .when(setUp("c1"))
      .thenRefused({ code: "PAIRING_REFUSED" });
  });

  test("takesTheWayOfAClaimOrAPairingCodeAway", () => {
    const issue: TerminalCommand = { type: "IssueCode", ...by, codeId: "p", codeHash: "p" };
    inUse.when(issue).thenRefused({ code: "ALREADY_PAIRED" });
    const claim: TerminalCommand = {
      type: "AskClaimCode",
      ...{ now: NOW, codeId: "q", codeHash: "q", publicKey: "k" },
    };
    inUse.when(claim).thenRefused({ code: "CLAIM_REFUSED" });
    expect(registered.after(claim, code("c1"), setUp("c1")).state?.claim).toEqual({ status: "NONE" });
  });
});

describe("aRenewal", () => {
  test("leavesThePresentOneForAWeekAndOnlyTheNewestIsRenewed", () => {
    const held = renewed.state === null ? [] : certificatesOf(renewed.state);
    expect(held).toMatchObject([
      { serialNumber: "a", until: iso(NOW + 7 * DAY) },
      { serialNumber: "b", until: iso(NOW + LIVES) },
    ]);
    renewed.when(renew("a", "c")).thenRefused({ code: "CERTIFICATE_REPLACED" });
    renewed.when(renew("a", "c", "key b")).thenNothing();
    const twice = renewed.after(renew("b", "c"));
    expect(twice.state === null ? [] : certificatesOf(twice.state)).toMatchObject([
      { serialNumber: "b" },
      { serialNumber: "c" },
    ]);
    registered.when(renew("a", "b")).thenRefused({ code: "NOT_PAIRED" });
  });
});

describe("aRevocation", () => {
  test("leavesTheTerminalPairedWhileAnotherCounts, and writes nothing for one that is void", () => {
    const left = renewed.after(revoke("b"));
    expect(left.state).toMatchObject({ status: "ACTIVE", credential: { status: "ACTIVE" } });
    left.when(revoke("b")).thenNothing();
    const none = left.after(revoke("a"));
    expect(none.state).toMatchObject({ status: "REGISTERED", credential: { status: "REVOKED" } });
    expect(none.state !== null && isPaired(none.state)).toBe(false);
    none.when(code("c2")).then({ type: "SetupCodeIssued" });
  });

  test("ofASuspendedTerminalLeavesItSuspended", () => {
    const suspended = inUse.after({ type: "Suspend", ...byHand }, revoke("a"));
    expect(suspended.state?.status).toBe("SUSPENDED");
    expect(suspended.after({ type: "Resume", ...byHand }).state?.status).toBe("REGISTERED");
  });

  test("unpairingTakesAllBack", () => {
    const unpaired = renewed.after({ type: "Unpair", ...byHand });
    expect(unpaired.state === null ? null : certificatesOf(unpaired.state)).toEqual([]);
    expect(unpaired.state).toMatchObject({ setUp: { status: "NONE" }, status: "REGISTERED" });
  });
});

test("whatOthersSeeOfACertificateTellsItApartAndNothingElse", () => {
  const { credential } = renewed.state ?? {};
  if (credential === null || credential === undefined) throw new Error("it has one");
  const shown = JSON.stringify(withoutSecrets(credential));
  expect(shown).not.toMatch(/key a|der"?:"der/);
  expect(shown).toContain('"serialNumber":"b"');
});

test("aSnapshotIsTheFold", () => {
  for (const { state } of [coded, inUse, renewed, renewed.after(revoke("a"))]) {
    const reading = terminalSnapshots.read(terminalSnapshots.write(state));
    let step = reading.next();
    while (step.done !== true) step = reading.next();
    expect(step.value).toEqual(state);
  }
});
