import type { X509Certificate } from "node:crypto";
import type { Proof } from "../../domain/terminal/credential.ts";
import { instant } from "../../domain/time.ts";
import type { HeldCertificate } from "../../domain/terminal/certificate.ts";
import { terminalNamedIn } from "../../vault/x509.ts";

/** A certificate that a connection was made with. Whoever signed it was looked at when the connection was made. */
export interface ShownCertificate {
  /** Hex, lower case. */
  readonly serialNumber: string;
  /** SHA-256, hex. */
  readonly fingerprint: string;
  /** Whose it says it is. */
  readonly terminal: string;
}

/** Null for one that names no terminal. */
export function readShown(certificate: X509Certificate): ShownCertificate | null {
  const terminal = terminalNamedIn(certificate.subjectAltName);
  if (terminal === null) return null;
  return {
    serialNumber: certificate.serialNumber.toLowerCase(),
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    terminal,
  };
}

/** The terminal's own certificate that was shown; text: why it does not count. */
export function heldOf(shown: ShownCertificate, proof: Proof, now: number): HeldCertificate | string {
  if (proof.kind !== "CERTIFICATE") return "This terminal does not come by a certificate.";
  const held = proof.certificates.find(
    ({ serialNumber, fingerprint }) =>
      serialNumber === shown.serialNumber && fingerprint === shown.fingerprint,
  );
  if (held === undefined) return "The certificate was revoked or replaced.";
  if (now >= instant(held.until)) return "The certificate has run out.";
  return now < instant(held.notBefore) ? "The certificate does not count yet." : held;
}
