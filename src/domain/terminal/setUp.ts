import { accept, type Decision, refuse } from "../decider.ts";
import { SETUP_CODE_LIVES } from "../policies.ts";
import { type Instant, instant, iso } from "../time.ts";
import type { Certificate, HeldCertificate } from "./certificate.ts";
import type { TerminalCommand, TerminalRefusal } from "./commands.ts";
import type { TerminalEvent } from "./events.ts";
import { isPaired, type TerminalLife } from "./life.ts";

type Of<Type extends TerminalCommand["type"]> = Extract<TerminalCommand, { type: Type }>;
type Event<Type extends TerminalEvent["type"]> = Extract<TerminalEvent, { type: Type }>;
type Decided = Decision<TerminalEvent, TerminalRefusal>;

export function decideSetUp(
  state: TerminalLife,
  command: Of<"IssueSetupCode" | "SetUp" | "RenewCertificate" | "RevokeCertificate">,
  at: string,
): Decided {
  switch (command.type) {
    case "IssueSetupCode":
      return issueSetupCode(state, command, at);
    case "SetUp":
      return setUp(state, command, at);
    case "RenewCertificate":
      return renew(state, command, at);
    case "RevokeCertificate":
      return revoke(state, command, at);
  }
}

/** Its certificates that were not revoked, the newest last. */
export function certificatesOf({ credential }: TerminalLife): readonly HeldCertificate[] {
  return credential?.proof.kind === "CERTIFICATE" && credential.status === "ACTIVE"
    ? credential.proof.certificates
    : [];
}

/** Paired, and not by certificates that have all run out: nothing happens when they do. */
function isInUse(state: TerminalLife, real: Instant): boolean {
  const held = certificatesOf(state);
  return isPaired(state) && (held.length === 0 || held.some(({ until }) => real < instant(until)));
}

function issueSetupCode(state: TerminalLife, command: Of<"IssueSetupCode">, at: string): Decided {
  if (isInUse(state, command.real)) return refuse({ code: "ALREADY_PAIRED" });
  if (state.status === "SUSPENDED") return refuse({ code: "SUSPENDED" });
  const { by, codeId, codeHash } = command;
  const expiresAt = iso(command.now + SETUP_CODE_LIVES);
  return accept({ type: "SetupCodeIssued", data: { at, by, codeId, codeHash, expiresAt } });
}

/** The certificate that a code was used for, to whoever asks again by the same code, with the same name and key. */
export function repeatedSetUp(
  state: TerminalLife,
  asked: { readonly codeHash: string; readonly posId: string; readonly publicKey: string | null },
): HeldCertificate | null {
  const { credential } = state;
  const isUsed = state.setUp.status === "CONSUMED" && state.setUp.codeHash === asked.codeHash;
  if (!isUsed || credential?.proof.kind !== "CERTIFICATE" || credential.proof.posId !== asked.posId)
    return null;
  const [first, ...renewed] = certificatesOf(state);
  return renewed.length === 0 && first?.publicKey === asked.publicKey ? first : null;
}

/** Whether the code can be used now. */
export function isSetUpOpen(state: TerminalLife, codeHash: string, now: Instant, real: Instant): boolean {
  const { setUp: code } = state;
  if (code.status !== "PENDING" || code.codeHash !== codeHash || now >= code.expiresAt) return false;
  return state.status !== "SUSPENDED" && !isInUse(state, real);
}

/** One atomic step uses the code up. */
function setUp(state: TerminalLife, command: Of<"SetUp">, at: string): Decided {
  const { codeHash, posId, certificate, keyMadeBy, credentialId, encryptionKey } = command;
  const { publicKey } = certificate;
  if (keyMadeBy === "DEVICE" && repeatedSetUp(state, { codeHash, posId, publicKey }) !== null)
    return accept();
  if (state.setUp.status === "NONE" || !isSetUpOpen(state, codeHash, command.now, command.real)) {
    return refuse({ code: "PAIRING_REFUSED" });
  }
  const { codeId } = state.setUp;
  const given = { credentialId, trust: "CERTIFICATE" as const, posId, certificate, keyMadeBy, encryptionKey };
  return accept({ type: "CertificateIssued", data: { at, codeId, ...given } });
}

/** Only the newest is renewed; a lost reply may be asked for again by the one before, with the same key. */
function renew(state: TerminalLife, command: Of<"RenewCertificate">, at: string): Decided {
  const { replaces, certificate, retiresAt } = command;
  const newest = certificatesOf(state).at(-1);
  if (newest === undefined) return refuse({ code: "NOT_PAIRED" });
  if (newest.serialNumber !== replaces) {
    const isRepeat = newest.publicKey === certificate.publicKey;
    return isRepeat ? accept() : refuse({ code: "CERTIFICATE_REPLACED" });
  }
  const until = iso(Math.min(retiresAt, instant(newest.until)));
  return accept({ type: "CertificateRenewed", data: { at, replaces, retiresAt: until, certificate } });
}

/** One that is void already stays so. */
function revoke(
  state: TerminalLife,
  { by, serialNumber, reason }: Of<"RevokeCertificate">,
  at: string,
): Decided {
  const isHeld = certificatesOf(state).some((one) => one.serialNumber === serialNumber);
  return isHeld ? accept({ type: "CertificateRevoked", data: { at, by, serialNumber, reason } }) : accept();
}

type Changed = Pick<TerminalLife, "status" | "credential" | "setUp" | "claim">;

/** What of the terminal's life changes by its certificates. */
export function certified(
  state: TerminalLife,
  event: Event<"SetupCodeIssued" | "CertificateIssued" | "CertificateRenewed" | "CertificateRevoked">,
): Changed {
  const { status, credential, setUp: code, claim } = state;
  switch (event.type) {
    case "SetupCodeIssued":
      return { status, credential, claim, setUp: pending(event) };
    case "CertificateIssued":
      return issued(state, event);
    case "CertificateRenewed": {
      const { certificate, replaces, retiresAt } = event.data;
      const kept = certificatesOf(state).filter((one) => one.serialNumber === replaces);
      const held = [...kept.map((one) => ({ ...one, until: retiresAt })), heldOf(certificate)];
      return { status, setUp: code, claim, credential: withCertificates(credential, held) };
    }
    case "CertificateRevoked": {
      const left = certificatesOf(state).filter((one) => one.serialNumber !== event.data.serialNumber);
      if (left.length > 0)
        return { status, setUp: code, claim, credential: withCertificates(credential, left) };
      const without = credential === null ? null : { ...credential, status: "REVOKED" as const };
      const kept = status === "SUSPENDED" ? "SUSPENDED" : "REGISTERED";
      return { status: kept, setUp: { status: "NONE" }, claim, credential: without };
    }
  }
}

function pending({ data }: Event<"SetupCodeIssued">): TerminalLife["setUp"] {
  const { at, codeId, codeHash, expiresAt } = data;
  return { status: "PENDING", codeId, codeHash, issuedAt: instant(at), expiresAt: instant(expiresAt) };
}

function issued({ setUp: code }: TerminalLife, { data }: Event<"CertificateIssued">): Changed {
  const { credentialId: id, trust, posId, certificate, encryptionKey } = data;
  const proof = { kind: "CERTIFICATE" as const, posId, certificates: [heldOf(certificate)] };
  return {
    status: "ACTIVE",
    credential: { status: "ACTIVE", id, trust, proof, encryptionKey, since: instant(data.at) },
    setUp: code.status === "NONE" ? code : { ...code, status: "CONSUMED" },
    claim: { status: "NONE" },
  };
}

function heldOf(certificate: Certificate): HeldCertificate {
  return { ...certificate, until: certificate.notAfter };
}

function withCertificates(
  credential: TerminalLife["credential"],
  certificates: HeldCertificate[],
): TerminalLife["credential"] {
  if (credential?.proof.kind !== "CERTIFICATE") return credential;
  return { ...credential, proof: { ...credential.proof, certificates } };
}
