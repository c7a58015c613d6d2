import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { makeCertificate } from "../../support/certificates.ts";
import { createLocation } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { type Identity, identityIn, partsOf, say } from "./certificateDevice.ts";

/** The authorities that sign for terminals, and what the port for certificates shows. */

const coded = z.object({ code: z.string() });
const NOTHING = ["GET", "/pos/status"] as const;

let folder = "";
let product: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "admittance-authorities-"));
  product = await startTestServer({ settings: { MTLS_PORT: "0" } });
});
afterAll(async () => {
  await product.stop();
  await rm(folder, { recursive: true, force: true });
});

async function identityOf({ admin, url }: TestServer, serialNumber: string): Promise<[Identity, string]> {
  const locationId = await createLocation(admin);
  await admin.send("POST", "/api/terminals", { serialNumber, locationId });
  const made = await admin.send("POST", `/api/terminals/${serialNumber}/setup-codes`, {});
  const answer = await fetch(`${url}/pos/certificates`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ posId: serialNumber, setupCode: coded.parse(made.body).code }),
  });
  const pem = await answer.text();
  return [identityIn(pem), pem];
}

async function rootsOf(url: string): Promise<readonly string[]> {
  return partsOf(await (await fetch(`${url}/pos/ca.pem`)).text());
}

test("ofSeveralThatNeedThemFirstOneMakesThem, sealed", async () => {
  const other = await startTestServer();
  try {
    const second = await other.another();
    try {
      const both = [other.server, second].flatMap(({ services }) => [services, services]);
      const ids = await Promise.all(both.map(async ({ authorities }) => (await authorities.issuing()).id));
      expect(new Set(ids).size).toBe(1);
      const rows = await second.services.db.selectFrom("certificate_authorities").selectAll().execute();
      expect(rows).toHaveLength(2);
      for (const { sealed, pem } of rows) {
        expect(pem).not.toContain("PRIVATE");
        // PKCS #8 begins so.
        expect(sealed.includes(Buffer.from([0x02, 0x01, 0x00, 0x30]))).toBe(false);
      }
    } finally {
      await second.stop();
    }
  } finally {
    await other.stop();
  }
});

test("afterARotationBothRootsAreTrusted, and the port shows a certificate of the new one", async () => {
  const port = product.server.certificatePort ?? 0;
  const [before] = await identityOf(product, "OLD");
  const [old = ""] = await rootsOf(product.url);
  expect((await say({ port, ca: old }, before, NOTHING)).status).toBe(200);
  await product.server.services.authorities.rotate();
  const roots = await rootsOf(product.url);
  expect(roots).toHaveLength(2);
  expect(roots[1]).toBe(old);
  const [after, pem] = await identityOf(product, "NEW");
  expect(partsOf(pem).at(-1)).toBe(roots[0]);
  const ca = roots[0] ?? "";
  await expect
    .poll(
      async () =>
        await say({ port, ca }, after, NOTHING).then(
          ({ status }) => status,
          () => 0,
        ),
      {
        timeout: 20_000,
      },
    )
    .toBe(200);
  expect((await say({ port, ca }, before, NOTHING)).status).toBe(200);
});

test("withFilesOfItsOperatorThePortShowsThose, and trusts none but its own authorities", async () => {
  const { cert, key } = await makeCertificate();
  const files = { TLS_CERT_FILE: join(folder, "cert.pem"), TLS_KEY_FILE: join(folder, "key.pem") };
  await writeFile(files.TLS_CERT_FILE, cert);
  await writeFile(files.TLS_KEY_FILE, key);
  const [identity] = await identityOf(product, "FILES");
  const server = await product.another(0, files);
  try {
    const at = { port: server.certificatePort ?? 0, ca: cert };
    expect((await say(at, identity, NOTHING)).status).toBe(200);
    // The operator's own certificate is nobody's here.
    await expect(say(at, { key, cert }, NOTHING)).rejects.toThrow();
  } finally {
    await server.stop();
  }
});
