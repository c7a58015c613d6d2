import { execFile } from "node:child_process";
import { generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Authority,
  makeAuthority,
  makeDeviceKey,
  readCertificateRequest,
  signForTerminal,
  terminalNamedIn,
} from "../../src/vault/x509.ts";

const run = promisify(execFile);
const NOW = Date.UTC(2026, 10, 30);
const DAY = 86_400_000;
const years = (count: number) => ({ notBefore: NOW, notAfter: NOW + count * 365 * DAY });

const aboutItsSignature: unknown = expect.stringContaining("signature");
const aboutAPrivateKey: unknown = expect.stringContaining("private key");

let folder = "";
let root: Authority;
let intermediate: Authority;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "admittance-x509-"));
  root = await makeAuthority({ id: "r", name: "Root", random: randomBytes(16), ...years(20) }, null);
  intermediate = await makeAuthority(
    { id: "i", name: "Issuing", random: randomBytes(16), ...years(5) },
    root,
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function leafOf(validity = years(1)) {
  const key = await makeDeviceKey();
  const leaf = await signForTerminal(intermediate, {
    ...{ spki: key.spki, posId: "Till, 1 + 2", serialNumber: "T-1:a", random: randomBytes(16) },
    ...validity,
  });
  return { key, leaf };
}

/** What `openssl verify` says of a leaf by the root, at a time. */
async function verified(pem: string, at: number): Promise<boolean> {
  const files = { root: root.pem, chain: intermediate.pem, leaf: pem };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const args = ["verify", "-attime", String(at / 1_000), "-purpose", "sslclient", "-x509_strict"];
  try {
    await run("openssl", [...args, "-CAfile", "root", "-untrusted", "chain", "leaf"], { cwd: folder });
    return true;
  } catch {
    return false;
  }
}

describe("aCertificate", () => {
  test("isVerifiedByOpensslAndByNodeWithinItsTime", async () => {
    const { leaf, key } = await leafOf();
    const read = new X509Certificate(leaf.pem);
    expect(read.verify(new X509Certificate(intermediate.pem).publicKey)).toBe(true);
    expect(read.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(leaf.fingerprint);
    expect(read.serialNumber.toLowerCase()).toBe(leaf.serialNumber);
    expect(read.publicKey.export({ format: "der", type: "spki" })).toEqual(key.spki);
    expect(terminalNamedIn(read.subjectAltName)).toBe("T-1:a");
    expect(read.subject).toContain(String.raw`CN=Till\, 1 \+ 2`);
    expect(await verified(leaf.pem, NOW + DAY)).toBe(true);
    expect(await verified(leaf.pem, NOW - DAY)).toBe(false);
    expect(await verified(leaf.pem, NOW + 366 * DAY)).toBe(false);
  });

  test("comesWithAKeyAsPkcs1", async () => {
    const { key } = await leafOf();
    expect(key.pem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
  });

  test.each(["", "DNS:localhost", "URI:urn:admittance:terminal:", "URI:urn:admittance:terminal:A, DNS:x"])(
    "namesNoTerminalBy %s",
    (names) => {
      expect(terminalNamedIn(names)).toBeNull();
    },
  );
});

describe("aRequest", () => {
  async function request(args: readonly string[], digest = "-sha256"): Promise<string> {
    const [out, key] = [join(folder, "csr.pem"), join(folder, "csr.key")];
    const subject = ["-subj", "/CN=anything/O=Evil", "-addext", "basicConstraints=CA:TRUE"];
    await run("openssl", ["req", "-new", "-nodes", digest, ...args, ...subject, "-keyout", key, "-out", out]);
    return await readFile(out, "utf8");
  }

  test("ofASoundRsaKeyIsTaken", async () => {
    const csr = await request(["-newkey", "rsa:2048"]);
    const read = await readCertificateRequest(csr);
    expect(read.kind).toBe("key");
    expect(
      (await readCertificateRequest(csr.replaceAll("CERTIFICATE REQ", "NEW CERTIFICATE REQ"))).kind,
    ).toBe("key");
  });

  test("withAnotherSignatureIsRefused", async () => {
    const csr = await request(["-newkey", "rsa:2048"]);
    const der = Buffer.from(csr.split("\n").slice(1, -2).join(""), "base64");
    der[der.length - 5] = (der[der.length - 5] ?? 0) ^ 1;
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
    expect(await readCertificateRequest(forged)).toMatchObject({
      kind: "refused",
      why: aboutItsSignature,
    });
  });

  test("ofAWeakKeyOrOneThatIsNotRsaOrSignedWithSha1IsRefused", async () => {
    expect((await readCertificateRequest(await request(["-newkey", "rsa:1024"]))).kind).toBe("refused");
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    expect((await readCertificateRequest(await request(curve))).kind).toBe("refused");
    expect((await readCertificateRequest(await request(["-newkey", "rsa:2048"], "-sha1"))).kind).toBe(
      "refused",
    );
  });

  test("thatIsNoneIsRefused", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const leaked = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    expect(await readCertificateRequest(leaked)).toMatchObject({
      why: aboutAPrivateKey,
    });
    const csr = await request(["-newkey", "rsa:2048"]);
    for (const text of ["", "x", publicKey.export({ format: "pem", type: "spki" }).toString(), csr + csr]) {
      expect((await readCertificateRequest(text)).kind).toBe("refused");
    }
    for (let round = 0; round < 50; round++) {
      const noise = `-----BEGIN CERTIFICATE REQUEST-----\n${randomBytes(round * 7).toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
      expect((await readCertificateRequest(noise)).kind).toBe("refused");
    }
  });
});
