import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createLocation } from "../support/programme.ts";
import { startTestServer } from "../support/server.ts";

/** What docs/devices.md shows of the claim flow is run here, by curl and openssl. */

test("theClaimFlowByHandEndsWithAnActiveDevice", async () => {
  const product = await startTestServer();
  try {
    const page = await readFile(new URL("../../docs/devices.md", import.meta.url), "utf8");
    const script = /```sh claim\n([\s\S]*?)```/.exec(page)?.[1] ?? "exit 1";
    const LOCATION = await createLocation(product.admin);
    const env = { ...process.env, URL: product.url, KEY: product.adminKey, LOCATION };
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env });
    expect(stdout).toMatch(
      /"is_claimed":false.*"status":"claimed".*"is_claimed":true.*"status":"attested".*"status":"active"/s,
    );
  } finally {
    await product.stop();
  }
});
