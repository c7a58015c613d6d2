import { chmod, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificate } from "../support/certificates.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type Product, type ProductHome, productHome } from "../support/product.ts";
import { until } from "../support/until.ts";

/** HTTPS by ourselves, with a certificate that is renewed while we run. */

let directory: string;
let home: ProductHome;
let database: TestDatabase;
let product: Product;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "admittance-tls-"));
  await put(await makeCertificate("first.test"));
  home = await productHome();
  database = await createTestDatabase();
  product = await home.start({
    DATABASE_URL: database.url,
    TLS_CERT_FILE: join(directory, "cert.pem"),
    TLS_KEY_FILE: join(directory, "key.pem"),
  });
});
afterAll(async () => {
  await home.destroy();
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

/** As a renewal does: each file in the place of the old one. */
async function put({ cert, key }: { readonly cert: string; readonly key: string }): Promise<void> {
  for (const [name, text] of [
    ["cert.pem", cert],
    ["key.pem", key],
  ] as const) {
    await writeFile(join(directory, `${name}.new`), text);
    await chmod(join(directory, `${name}.new`), 0o600);
    await rename(join(directory, `${name}.new`), join(directory, name));
  }
}

/** Whose certificate a new connection is shown. */
async function subject(): Promise<string | undefined> {
  const { hostname, port } = new URL(product.url);
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      resolve(Array.isArray(CN) ? CN[0] : CN);
    });
    socket.on("error", reject);
  });
}

test("aRenewedCertificateIsShownWithoutARestart: a wrong one is told of and not taken", async () => {
  expect(new URL(product.url).protocol).toBe("https:");
  expect(await subject()).toBe("first.test");
  await put({ cert: "half a file", key: "half a file" });
  await until(async () => await Promise.resolve(product.output().includes("the old certificate stays")));
  expect(await subject()).toBe("first.test");
  await put(await makeCertificate("second.test"));
  await until(async () => (await subject()) === "second.test");
});
