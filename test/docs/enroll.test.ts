import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createLocation } from "../support/programme.ts";
import { startTestServer } from "../support/server.ts";

/** What docs/devices.md shows of enrollment is run here, by curl. */

test("theEnrollmentByHandEndsWithADeviceThatIsDeregistered", async () => {
  const product = await startTestServer();
  try {
    const page = await readFile(new URL("../../docs/devices.md", import.meta.url), "utf8");
    const script = /```sh enroll\n([\s\S]*?)```/.exec(page)?.[1] ?? "exit 1";
    const LOCATION = await createLocation(product.admin);
    const env = { ...process.env, URL: product.url, KEY: product.adminKey, LOCATION };
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env });
    expect(stdout).toMatch(
      /"connection":[\s\S]*"hardware_id":"TABLET-1"[\s\S]*"total_elements":1[\s\S]*"code":"UNAUTHENTICATED"/,
    );
  } finally {
    await product.stop();
  }
});
