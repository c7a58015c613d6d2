import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { type Answer, createClient, UnreachableError } from "../../../client.ts";
import { newCertificateRequest } from "../../pos/certificateRequest.ts";
import { fetchWith } from "../../pos/certified.ts";
import { type Kit, StoppedError } from "../kit.ts";

/** A set-up code, a certificate by it, and mutual TLS (docs/devices.md, "Certificates"). */

const coded = z.object({
  code: z.string().regex(/^[A-Z0-9]{8}$/),
  expiresAt: z.iso.datetime(),
  httpsUrl: z.string().nullable(),
});

export async function certificates(kit: Kit): Promise<void> {
  const roots = await kit.nobody.request("GET", "/pos/ca.pem");
  const ca = kit.body("the roots can be fetched", roots, 200, z.string().includes("BEGIN CERTIFICATE"));
  const own = await setUp(kit, ca, true);
  const { certificateUrl, serialNumber } = own;
  const port = createClient(certificateUrl, null, fetchWith({ ca }));
  const bare = await port.request("GET", "/pos/status");
  kit.holds("who shows no certificate gets nothing there: 401", bare.status === 401, bare);
  const identity = { ca, key: own.key, chain: own.chain };
  const mine = createClient(certificateUrl, null, fetchWith(identity));
  const status = await mine.request("GET", "/pos/status");
  kit.says("the certificate is enough, without a token", status, 200, {
    "terminal.serialNumber": serialNumber,
  });
  const next = await newCertificateRequest(serialNumber);
  const renewed = await mine.request("POST", "/pos/certificates/renew", { csr: next.csr });
  const chain = pems(renewed).filter((part) => part.includes("BEGIN CERTIFICATE"));
  kit.holds(
    "it is renewed, signed by the present one: a chain of three",
    renewed.status === 200 && chain.length === 3,
    renewed,
  );
  const renewedClient = createClient(
    certificateUrl,
    null,
    fetchWith({ ca, key: next.key, chain: chain.join("") }),
  );
  kit.status("the next one counts at once", await renewedClient.request("GET", "/pos/status"), 200);
  kit.status("and the one before still", await mine.request("GET", "/pos/status"), 200);
  await kit.office.request("POST", `/api/terminals/${serialNumber}/unpair`, { reason: "conformance" });
  for (const client of [mine, renewedClient]) {
    const cut = await client.request("GET", "/pos/status").catch((error: unknown) => error);
    kit.holds("after unpairing both are cut off", cut instanceof UnreachableError, String(cut));
  }
  await setUp(kit, ca, false);
}

interface Own {
  readonly serialNumber: string;
  readonly certificateUrl: string;
  readonly key: string;
  readonly chain: string;
}

async function setUp(kit: Kit, ca: string, hasRequest: boolean): Promise<Own> {
  const serialNumber = kit.serial();
  await kit.office.request("POST", "/api/terminals", { serialNumber, locationId: await kit.locationId() });
  const made = await kit.office.request("POST", `/api/terminals/${serialNumber}/setup-codes`, {});
  const { code, httpsUrl } = kit.body("a set-up code of eight capital letters and digits", made, 201, coded);
  if (httpsUrl === null) throw new StoppedError("The server has no port for certificates: set MTLS_PORT.");
  const port = createClient(httpsUrl, null, fetchWith({ ca }));
  const request = hasRequest ? await newCertificateRequest(serialNumber) : null;
  const posId = `pos ${serialNumber}`;
  const body = { posId, setupCode: code, ...(request === null ? {} : { csr: request.csr }) };
  if (hasRequest) {
    const broken = await port.request("POST", "/", { ...body, csr: "nonsense" });
    kit.status("a request that is none, which does not use the code up", broken, 422);
  }
  const answer = await port.request("POST", "/", body);
  const parts = pems(answer);
  const keys = parts.filter((part) => part.includes("PRIVATE KEY"));
  const chain = parts.filter((part) => part.includes("BEGIN CERTIFICATE"));
  const what = hasRequest ? "the chain of three alone" : "an RSA private key, then the chain of three";
  const isWhole = answer.status === 200 && chain.length === 3 && keys.length === (hasRequest ? 0 : 1);
  kit.holds(`the answer is PEM: ${what}`, isWhole, answer.status);
  kit.holds("it is kept by nobody", answer.headers.get("cache-control")?.includes("no-store") === true);
  const [leaf, issuer, root] = chain.map((pem) => new X509Certificate(pem));
  const isChain =
    leaf !== undefined &&
    issuer !== undefined &&
    root !== undefined &&
    leaf.checkIssued(issuer) &&
    issuer.checkIssued(root) &&
    root.checkIssued(root);
  kit.holds("each certificate is signed by the next", isChain);
  const stranger = await port.request("POST", "/", { posId: `${posId} 2`, setupCode: code });
  kit.says("the code once more, by another", stranger, 403, { code: "PAIRING_REFUSED" });
  const key = request?.key ?? keys[0] ?? "";
  return { serialNumber, certificateUrl: httpsUrl, key, chain: chain.join("") };
}

function pems({ body }: Answer): readonly string[] {
  const text = typeof body === "string" ? body : "";
  return text.match(/-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----\n/g) ?? [];
}
