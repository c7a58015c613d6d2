import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createLocation } from "../support/programme.ts";
import { startTestServer } from "../support/server.ts";

/** What docs/devices.md shows of pairing is run here, by curl and openssl. */

test("aTerminalByHandPairs, replaces its key, and is unpaired", async () => {
  const product = await startTestServer();
  try {
    const page = await readFile(new URL("../../docs/devices.md", import.meta.url), "utf8");
    const script = /```sh pair\n([\s\S]*?)```/.exec(page)?.[1] ?? "exit 1";
    const LOCATION = await createLocation(product.admin);
    const env = { ...process.env, URL: product.url, KEY: product.adminKey, LOCATION };
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env });
    expect(stdout).toMatch(
      /"status":"PAIRED".*"serverTime".*"oldKeyUntil":"2.*"serverTime".*"state":"REGISTERED".*"UNAUTHENTICATED"/s,
    );
  } finally {
    await product.stop();
  }
});
