import { z } from "zod";
import { type GivenCertificate, setUpPos } from "../../../engine/certificates/setUp.ts";
import { renewCertificate } from "../../../engine/certificates/renew.ts";
import { NOTHING_ASKED, openPosRequest } from "../../../engine/entry/request.ts";
import type { Services } from "../../../engine/services.ts";
import { readEncryptionKey } from "../../../vault/terminalKeys.ts";
import { readCertificateRequest } from "../../../vault/x509.ts";
import type { Reply } from "../../http/answer.ts";
import { invalid, type Problem } from "../../http/problems.ts";
import { type AnyRoute, route } from "../../http/route.ts";
import { refusedText } from "../../http/text.ts";
import { positionHeader } from "../../management/records.ts";
import type { PosKit } from "../terminalRoute.ts";

/** How a POS system gets its certificate (pos-certificates.txt). */

const PEM = "application/x-pem-file";
const csr = z
  .string()
  .max(16_384, "at most 16,384 characters are wanted")
  .describe("A request for a certificate (PKCS #10, PEM) by the device's own RSA key, signed by it.");

export const certificateBody = z.strictObject({
  posId: z
    .string()
    .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?$/, "1 to 64 printable ASCII characters are wanted")
    .describe("What the POS system calls itself. No other terminal may go by it."),
  setupCode: z.string().regex(/^[A-Z0-9]{8}$/, "8 capital letters and digits are wanted"),
  csr: csr.optional(),
  encryptionKey: z.record(z.string(), z.unknown()).optional(),
});
const renewalBody = z.strictObject({ csr });
type CertificateBody = z.infer<typeof certificateBody>;

/** The routes of the API itself. */
export function certificateRoutes(kit: PosKit): readonly AnyRoute[] {
  return [setUp(kit.services, "/pos/certificates"), renewal(kit), authorities(kit.services)];
}

/** What a device without a certificate reaches at the port that wants them. */
export function setUpAtListener(services: Services): AnyRoute {
  return setUp(services, "/");
}

function setUp(services: Services, path: string): AnyRoute {
  return route({
    method: "POST",
    path,
    summary: "A certificate for a POS system, by its set-up code",
    description:
      "Answers the private key (PKCS #1) and the chain of three: the certificate, the authority that signed it, its root. With a `csr` the key stays with the device, and only the chain is answered.",
    refusals: ["PAIRING_REFUSED", "ALREADY_EXISTS", "TOO_MANY_TRIES"],
    produces: PEM,
    sends: ["Position"],
    tag: "Certificates",
    security: "none",
    body: certificateBody,
    answers: { 200: z.string() },
    handle: async ({ body, remote, traceId, identify }) => {
      const given = await askCertificate(services, body, { remote, traceId });
      if (given.kind === "given") identify(`terminal ${given.terminal}`);
      return answered(given);
    },
  });
}

type Given = GivenCertificate | Problem;

export async function askCertificate(
  services: Services,
  { posId, setupCode, csr: request, encryptionKey }: CertificateBody,
  call: { readonly remote: string; readonly traceId: string },
): Promise<Given> {
  const text = refusedText({ posId });
  if (text !== null) return invalid(text.pointer, text.message);
  const key = request === undefined ? null : await readCertificateRequest(request);
  if (key?.kind === "refused") return invalid("/csr", key.why);
  const other = await readEncryptionKey(encryptionKey);
  if (other.kind === "refused") return invalid("/encryptionKey", other.why);
  const own = key === null ? null : { spki: key.key, n: key.n };
  return await setUpPos(services, { posId, setupCode, key: own, encryptionKey: other }, call);
}

function renewal({ services, authenticator, terminalRoute }: PosKit): AnyRoute {
  return terminalRoute(
    {
      method: "POST",
      path: "/pos/certificates/renew",
      summary: "Another certificate for the terminal that shows its present one",
      description:
        "At the port that wants certificates. The present one counts for 7 days more, at most until its end; asked again with it, for the same key, the same certificate is answered.",
      refusals: ["CERTIFICATE_REPLACED"],
      produces: PEM,
      sends: ["Position"],
      body: renewalBody,
      answers: { 200: z.string() },
      looksAtTexts: true,
    },
    async ({ body, traceId }, terminal) => {
      const known = await openPosRequest(services, authenticator, terminal, NOTHING_ASKED);
      if (known.kind === "problem") return known;
      const key = await readCertificateRequest(body.csr);
      if (key.kind === "refused") return invalid("/csr", key.why);
      return answered(await renewCertificate(services, known.terminal, { spki: key.key, n: key.n }, traceId));
    },
  );
}

function authorities(services: Services): AnyRoute {
  return route({
    method: "GET",
    path: "/pos/ca.pem",
    summary: "The roots by which the port that wants certificates is known",
    produces: PEM,
    tag: "Certificates",
    security: "none",
    answers: { 200: z.string() },
    handle: async () => {
      const trusted = await services.authorities.trusted();
      return pem(trusted.flatMap(({ isRoot, pem: text }) => (isRoot ? [text] : [])).join(""), {});
    },
  });
}

function answered(given: Given): Reply<200, string> | Problem {
  return given.kind === "problem" ? given : pem(given.pem, positionHeader(given.position));
}

function pem(body: string, headers: Readonly<Record<string, string>>): Reply<200, string> {
  return { kind: "reply", status: 200, body, contentType: PEM, headers };
}
