// The library's parts find each other by it.
import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import { Pkcs10CertificateRequestGenerator } from "@peculiar/x509";

/** A new RSA key as PEM (PKCS #8), and a request for a certificate that it has signed. */
export async function newCertificateRequest(
  name: string,
): Promise<{ readonly key: string; readonly csr: string }> {
  const rsa = {
    ...{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2_048 },
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(rsa, true, ["sign", "verify"]);
  const csr = await Pkcs10CertificateRequestGenerator.create(
    { name: [{ CN: [name] }], keys, signingAlgorithm: rsa },
    webcrypto,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  return { key: key.export({ format: "pem", type: "pkcs8" }).toString(), csr: csr.toString("pem") };
}
