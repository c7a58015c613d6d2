import { CERTIFICATE_RETIRES } from "../../domain/policies.ts";
import { certificatesOf } from "../../domain/terminal/setUp.ts";
import { flawAmong } from "../terminals/broughtKeys.ts";
import { businessNow } from "../businessClock.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { AuthenticatedTerminal } from "../terminals/authenticate.ts";
import { ownCommand } from "../terminals/ownCommand.ts";
import { signCertificate } from "./issue.ts";
import { given, type GivenCertificate } from "./setUp.ts";

/**
 * Another certificate for the terminal that shows its present one, for a new key of its own. The present one counts for a
 * week more; a lost reply may be asked for again with it, for the same key.
 */
export async function renewCertificate(
  services: Services,
  { life, shown: { certificate: present } }: AuthenticatedTerminal,
  key: { readonly spki: string; readonly n: bigint | null },
  traceId: string,
): Promise<GivenCertificate | Problem> {
  const { serialNumber, credential } = life;
  const newest = certificatesOf(life).at(-1);
  if (present === null || newest === undefined || credential?.proof.kind !== "CERTIFICATE")
    return problem("FORBIDDEN", "A certificate is renewed over a connection that it makes.");
  const isPresent = newest.serialNumber === present.serialNumber;
  if (newest.publicKey === key.spki)
    return isPresent ? invalid("/csr", "a new key is wanted") : await given(services, life, newest);
  if (!isPresent) return problem("CERTIFICATE_REPLACED");
  const flaw = await flawAmong([{ pointer: "/csr", n: key.n }]);
  if (flaw !== null) return flaw;
  const real = services.now();
  const { posId } = credential.proof;
  const spki = Buffer.from(key.spki, "base64");
  const certificate = await signCertificate(services, { serialNumber, posId }, spki, real);
  const done = await ownCommand(
    services,
    { serialNumber, traceId, operation: "renew-certificate" },
    {
      type: "RenewCertificate",
      ...{ now: await businessNow(services), replaces: present.serialNumber, certificate },
      retiresAt: real + CERTIFICATE_RETIRES,
    },
  );
  const held = done.folded.state === null ? undefined : certificatesOf(done.folded.state).at(-1);
  if (done.kind === "refused" || held === undefined) return problem("CERTIFICATE_REPLACED");
  return await given(services, life, held, { key: "", position: done.position });
}
