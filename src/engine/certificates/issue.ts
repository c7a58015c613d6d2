import type { Certificate } from "../../domain/terminal/certificate.ts";
import { DAY, iso, MINUTE } from "../../domain/time.ts";
import { pemOf, signForTerminal } from "../../vault/x509.ts";
import type { Services } from "../services.ts";

/** Clocks of devices may be a little behind. */
const BEFORE = 5 * MINUTE;

/** What is signed for a terminal. Nothing is written down of it yet. */
export async function signCertificate(
  services: Pick<Services, "authorities" | "randomBytes" | "certificateDays">,
  terminal: { readonly serialNumber: string; readonly posId: string },
  spki: Buffer,
  now: number,
): Promise<Certificate> {
  const authority = await services.authorities.issuing();
  const [notBefore, notAfter] = [secondOf(now - BEFORE), secondOf(now + services.certificateDays * DAY)];
  const random = services.randomBytes(16);
  const signed = await signForTerminal(authority, { ...terminal, spki, random, notBefore, notAfter });
  const { serialNumber, fingerprint, subject, der } = signed;
  return {
    ...{ serialNumber, fingerprint, subject, der, issuer: authority.id },
    publicKey: spki.toString("base64"),
    notBefore: iso(notBefore),
    notAfter: iso(notAfter),
  };
}

/** A certificate says no smaller part of time. */
function secondOf(at: number): number {
  return Math.floor(at / 1_000) * 1_000;
}

/** The certificate and what stands above it: the chain of three, as PEM. */
export async function chainOf(
  services: Pick<Services, "authorities">,
  { der, issuer }: Certificate,
): Promise<string> {
  return [pemOf(der), ...(await services.authorities.chainOf(issuer))].join("");
}
