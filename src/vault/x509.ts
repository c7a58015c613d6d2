// The library's parts find each other by it.
import "reflect-metadata";
import { createHash, createPrivateKey, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  type Extension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { readPublicKey, type ReadKey } from "./terminalKeys.ts";

/** Makes certificates and reads requests for them. Time and serial numbers are given. */

cryptoProvider.set(webcrypto);

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/** From and until when, in milliseconds. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Who signs: its certificate as PEM, its private key as PKCS #8. */
export interface Authority {
  readonly id: string;
  readonly pem: string;
  readonly privateKey: Buffer;
}

/** What is signed for somebody. */
export interface Signed {
  readonly pem: string;
  /** DER, base64. */
  readonly der: string;
  /** Hex, lower case. */
  readonly serialNumber: string;
  /** SHA-256, hex. */
  readonly fingerprint: string;
  readonly subject: string;
}

/**
 * An authority with a new key, signed by its parent, or by itself.
 *
 * @param random 16 bytes
 */
export async function makeAuthority(
  {
    id,
    name,
    random,
    ...validity
  }: Validity & { readonly id: string; readonly name: string; readonly random: Buffer },
  parent: Authority | null,
): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const spki = Buffer.from(await webcrypto.subtle.exportKey("spki", keys.publicKey));
  const privateKey = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const subject: JsonName = [{ O: ["Admittance"] }, { CN: [name] }];
  const extensions = [
    new BasicConstraintsExtension(true, parent === null ? 1 : 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
  const signer = parent ?? { id, pem: null, privateKey };
  const { pem } = await sign({ subject, spki, extensions, random, ...validity }, signer);
  return { id, pem, privateKey };
}

/** What a terminal shows: `urn:admittance:terminal:` and its serial number say whose it is. */
export async function signForTerminal(
  authority: Authority,
  {
    spki,
    posId,
    serialNumber,
    random,
    ...validity
  }: Validity & {
    readonly spki: Buffer;
    readonly posId: string;
    readonly serialNumber: string;
    readonly random: Buffer;
  },
): Promise<Signed> {
  const subject: JsonName = [{ O: ["Admittance"] }, { CN: [posId] }];
  const extensions = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    new SubjectAlternativeNameExtension([{ type: "url", value: TERMINAL + serialNumber }]),
  ];
  return await sign({ subject, spki, extensions, random, ...validity }, authority);
}

const TERMINAL = "urn:admittance:terminal:";
const TERMINAL_NAME = new RegExp(`^URI:${TERMINAL}([A-Za-z0-9][A-Za-z0-9._:-]{0,63})$`);

/** The serial number of the terminal that a certificate of ours is for, as Node writes its other names; null for none. */
export function terminalNamedIn(subjectAltName: string | undefined): string | null {
  return TERMINAL_NAME.exec(subjectAltName ?? "")?.[1] ?? null;
}

/** What the listener itself shows, with a new key as PEM. */
export async function signForListener(
  authority: Authority,
  {
    hosts,
    addresses,
    random,
    ...validity
  }: Validity & {
    readonly hosts: readonly string[];
    readonly addresses: readonly string[];
    readonly random: Buffer;
  },
): Promise<Signed & { readonly key: string }> {
  const keys = await webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const spki = Buffer.from(await webcrypto.subtle.exportKey("spki", keys.publicKey));
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const extensions = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([
      ...hosts.map((value) => ({ type: "dns" as const, value })),
      ...addresses.map((value) => ({ type: "ip" as const, value })),
    ]),
  ];
  const subject: JsonName = [{ O: ["Admittance"] }, { CN: ["Admittance certificate listener"] }];
  const signed = await sign({ subject, spki, extensions, random, ...validity }, authority);
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }).export({
    format: "pem",
    type: "pkcs8",
  });
  return { ...signed, key: key.toString() };
}

/** An RSA key for a device that brings none: SPKI, and PKCS #1 as PEM. It is sent once and kept nowhere. */
export async function makeDeviceKey(): Promise<{ readonly spki: Buffer; readonly pem: string }> {
  const rsa = {
    ...{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2_048 },
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(rsa, true, ["sign", "verify"]);
  const spki = Buffer.from(await webcrypto.subtle.exportKey("spki", keys.publicKey));
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  return { spki, pem: key.export({ format: "pem", type: "pkcs1" }).toString() };
}

export function pemOf(der: string): string {
  const lines = der.match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** Until when a certificate counts, in milliseconds. */
export function validUntil(pem: string): number {
  return new X509Certificate(pem).notAfter.getTime();
}

const REQUEST =
  /^\s*-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----\s+([A-Za-z0-9+/=\s]+)-----END (?:NEW )?CERTIFICATE REQUEST-----\s*$/;
const WANTED = "a certificate request is wanted: PKCS #10 as one PEM block, and nothing beside it";

/**
 * The key of a request that is signed by it. Whatever else it asks for (a name, extensions) is not looked at. The key is
 * one as at pairing.
 */
export async function readCertificateRequest(pem: string): Promise<ReadKey<string>> {
  // Whatever was sent with it, a leaked key is named.
  if (pem.includes("PRIVATE KEY")) return readPublicKey(pem);
  const block = REQUEST.exec(pem)?.[1];
  if (block === undefined) return refused(WANTED);
  try {
    const request = new Pkcs10CertificateRequest(Buffer.from(block, "base64"));
    const spki = Buffer.from(request.publicKey.rawData).toString("base64");
    const key = readPublicKey(spki);
    if (key.kind === "refused") return key;
    const hash: unknown = Reflect.get(request.signatureAlgorithm, "hash");
    const isSound = SOUND_HASHES.has(hashName(hash)) && (await request.verify());
    return isSound ? key : refused("its signature by its own key, with SHA-256 or better, is not valid");
  } catch {
    return refused(WANTED);
  }
}

const SOUND_HASHES: ReadonlySet<string> = new Set(["SHA-256", "SHA-384", "SHA-512"]);

function hashName(hash: unknown): string {
  if (typeof hash === "string") return hash;
  const name: unknown = typeof hash === "object" && hash !== null ? Reflect.get(hash, "name") : "";
  return typeof name === "string" ? name : "";
}

function refused(why: string): { readonly kind: "refused"; readonly why: string } {
  return { kind: "refused", why };
}

interface ToSign extends Validity {
  readonly subject: JsonName;
  readonly spki: Buffer;
  readonly extensions: Extension[];
  readonly random: Buffer;
}

async function sign(
  { subject, spki, extensions, random, notBefore, notAfter }: ToSign,
  signer: { readonly pem: string | null; readonly privateKey: Buffer },
): Promise<Signed> {
  const publicKey = new PublicKey(spki);
  const issuer = signer.pem === null ? null : new X509Certificate(signer.pem);
  const signingKey = await webcrypto.subtle.importKey("pkcs8", signer.privateKey, CURVE, false, ["sign"]);
  const made = await X509CertificateGenerator.create({
    serialNumber: serialOf(random),
    subject,
    issuer: issuer === null ? subject : issuer.subjectName.toJSON(),
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    publicKey,
    signingKey,
    signingAlgorithm: SIGNING,
    extensions: [
      ...extensions,
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer === null ? publicKey : issuer.publicKey),
    ],
  });
  const der = Buffer.from(made.rawData);
  return {
    pem: pemOf(der.toString("base64")),
    der: der.toString("base64"),
    serialNumber: made.serialNumber,
    fingerprint: createHash("sha256").update(der).digest("hex"),
    subject: made.subject,
  };
}

/** Positive, and with a letter among the first digits: digits alone may read as a card number. */
function serialOf(random: Buffer): string {
  return `4a${random.subarray(0, 15).toString("hex")}`;
}
