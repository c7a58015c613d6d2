import { X509Certificate } from "node:crypto";
import { type Command, Option } from "commander";
import { z } from "zod";
import { type Answer, type Client, createClient, UnreachableError } from "../../client.ts";
import { DEMO_CARDS } from "../../demo/programme.ts";
import { newCertificateRequest } from "./certificateRequest.ts";
import { type Certified, fetchWith } from "./certified.ts";
import { demoKey, type Shell } from "./shell.ts";
import { certifiedTerminal, saveCertified } from "./terminal.ts";

/** `pos certificate`: a POS system that gets a certificate by a set-up code and makes its connections with it. */

const FAULTS = ["lost-reply", "expired-code", "revoked"] as const;
type Fault = (typeof FAULTS)[number];

interface Options {
  readonly posId?: string;
  readonly csr?: true;
  readonly at?: string;
  readonly fault: readonly Fault[];
}

const coded = z.object({ code: z.string(), httpsUrl: z.string().nullable() });
const listed = z.object({ items: z.array(z.object({ id: z.string() })) });
const refused = z.object({ detail: z.string() });

export function addCertificate(pos: Command, shell: Shell): void {
  pos
    .command("certificate [setupCode]")
    .description(
      "gets a certificate by a set-up code, and checks a card over the connection that it makes; without a code a terminal is registered by the server's key, and gets one",
    )
    .option("--pos-id <id>", "what the POS system calls itself")
    .option("--csr", "it makes its key itself, and sends a request that it has signed")
    .option("--at <url>", "where devices come by their certificates, with a code that is given")
    .addOption(
      new Option("--fault <faults...>", "what goes wrong on the way").choices(FAULTS).default([], "nothing"),
    )
    .action(async (code: string | undefined, options: Options) => {
      await story(shell, code, options);
    });
}

interface Coded {
  readonly code: string;
  readonly certificateUrl: string;
}

async function story(shell: Shell, given: string | undefined, options: Options): Promise<void> {
  const { world, screen, steps, where, fail } = shell;
  const { url, dataDir } = where();
  const office = given === undefined ? createClient(url, await demoKey(world, dataDir)) : null;
  const serialNumber = `CERT-${world.newId().slice(-8)}`;
  const posId = options.posId ?? `pos ${serialNumber}`;
  if (office === null && options.fault.some((fault) => fault !== "lost-reply"))
    fail("Without a <setupCode> only: the server's key moves its test clock, and revokes.");
  screen.title("The office makes a set-up code");
  if (office !== null) await register(office, serialNumber);
  let coded = await codeOf(shell, office, serialNumber, given, options);
  const ca = await rootsOf(url);
  const port = createClient(coded.certificateUrl, null, fetchWith({ ca }));
  const own = options.csr === true ? await newCertificateRequest(posId) : null;
  const ask = async (): Promise<Answer> =>
    await steps.call(port, "POST", "/", "", {
      ...{ posId, setupCode: coded.code },
      ...(own === null ? {} : { csr: own.csr }),
    });
  screen.title("The POS system asks for its certificate");
  if (office !== null && options.fault.includes("expired-code")) {
    await steps.call(office, "POST", "/api/test-clock", "", { advance: "PT10M1S" });
    if ((await ask()).status < 300) fail("The code should have expired.");
    screen.say("The code has expired: the office makes another one.");
    coded = await codeOf(shell, office, serialNumber, given, options);
  }
  let answer = await ask();
  if (options.fault.includes("lost-reply")) {
    screen.say("The reply is lost, and the POS system asks again:");
    answer = await ask();
    if (answer.status !== 200 && own === null && office !== null) {
      screen.say("A key is sent once: the certificate is taken back, and the office makes another code.");
      await office.send("POST", `/api/terminals/${serialNumber}/unpair`, {});
      coded = await codeOf(shell, office, serialNumber, given, options);
      answer = await ask();
    }
  }
  const identity = identityIn(shell, answer, own?.key ?? null);
  const kept = { ...identity, certificateUrl: coded.certificateUrl, ca };
  await saveCertified(dataDir, kept);
  await use(shell, kept);
  if (office !== null && options.fault.includes("revoked")) await revoked(shell, office, kept);
  if (world.isJson())
    world.write(JSON.stringify({ serialNumber: kept.serialNumber, posId, certificate: kept.chain }));
}

async function register(office: Client, serialNumber: string): Promise<void> {
  const { items } = listed.parse((await office.send("GET", "/api/locations?limit=1")).body);
  await office.send("POST", "/api/terminals", { serialNumber, locationId: items[0]?.id ?? null });
}

async function codeOf(
  { steps, fail }: Shell,
  office: Client | null,
  serialNumber: string,
  given: string | undefined,
  { at }: Options,
): Promise<Coded> {
  if (office === null) {
    return {
      code: given ?? "",
      certificateUrl: at ?? fail("--at is wanted: where the port for certificates is."),
    };
  }
  const made = await steps.call(office, "POST", `/api/terminals/${serialNumber}/setup-codes`, "", {});
  const { code, httpsUrl } = coded.parse(made.body);
  return {
    code,
    certificateUrl: at ?? httpsUrl ?? fail("The server has no port for certificates: set MTLS_PORT."),
  };
}

async function rootsOf(url: string): Promise<string> {
  const answer = await createClient(url, null).send("GET", "/pos/ca.pem");
  return z.string().parse(answer.body);
}

type Identity = Pick<Certified, "serialNumber" | "key" | "chain">;

/** The key and the chain in what was answered. */
function identityIn({ fail, screen }: Shell, { status, body }: Answer, own: string | null): Identity {
  const text = typeof body === "string" ? body : "";
  const parts = text.match(/-----BEGIN [A-Z ]+-----[\s\S]+?-----END [A-Z ]+-----\n/g) ?? [];
  const key = own ?? parts.find((part) => part.includes("PRIVATE KEY"));
  const chain = parts.filter((part) => part.includes("BEGIN CERTIFICATE"));
  const [leaf] = chain;
  if (status !== 200 || key === undefined || leaf === undefined)
    fail(
      `It got no certificate: ${refused.safeParse(body).data?.detail ?? `the server answered ${String(status)}`}`,
    );
  const { subjectAltName = "", validTo, serialNumber: number } = new X509Certificate(leaf ?? "");
  screen.say(`It has certificate ${number.toLowerCase()} until ${validTo}.`);
  const serialNumber = subjectAltName.split(":").slice(4).join(":");
  return { serialNumber, key: key ?? "", chain: chain.slice(0, 2).join("") };
}

async function use({ steps, screen, fail }: Shell, kept: Certified): Promise<void> {
  const terminal = certifiedTerminal(kept);
  screen.title("It makes its connections with it");
  const checked = await steps.check(terminal, DEMO_CARDS.vistulaGold);
  if (checked.status >= 300) fail("The certificate was refused.");
  screen.say(`It is ${kept.serialNumber}: \`pos check ${kept.serialNumber} <pan>\`, and so on.`);
}

async function revoked({ steps, screen, fail }: Shell, office: Client, kept: Certified): Promise<void> {
  screen.title("The certificate is revoked");
  const number = new X509Certificate(kept.chain).serialNumber.toLowerCase();
  const reason = { reason: "pos certificate" };
  const answer = await steps.call(office, "POST", `/api/certificates/${number}/revoke`, "", reason);
  if (answer.status !== 200) fail(`It was not revoked: the server answered ${String(answer.status)}.`);
  try {
    await steps.check(certifiedTerminal(kept), DEMO_CARDS.vistulaGold);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    screen.say(error.message);
    return;
  }
  fail("A certificate that was revoked was let in.");
}
