import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createLocation } from "../support/programme.ts";
import { startTestServer } from "../support/server.ts";

/** What docs/devices.md shows of certificates is run here, by curl and openssl. */

test("theCertificateByHandIsVerifiedUsedAndTakenBack", async () => {
  const product = await startTestServer({ settings: { MTLS_PORT: "0" } });
  try {
    const page = await readFile(new URL("../../docs/devices.md", import.meta.url), "utf8");
    const script = /```sh certificates\n([\s\S]*?)```/.exec(page)?.[1] ?? "exit 1";
    const LOCATION = await createLocation(product.admin);
    const env = { ...process.env, URL: product.url, KEY: product.adminKey, LOCATION };
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env });
    expect(stdout).toMatch(
      /part1\.pem: OK[\s\S]+CN = POS-[\s\S]+urn:admittance:terminal:POS-[\s\S]+"connection":[\s\S]+200 OK[\s\S]+"connection":[\s\S]+"NOT_PAIRED"[\s\S]+cut off/,
    );
  } finally {
    await product.stop();
  }
});
