import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { publishRuleset } from "../support/programme.ts";
import { startTestServer } from "../support/server.ts";

/** What docs/http-api.md shows of adjustments and opening balances is run here, by curl. */

test("whatWasUsedBeforeIsTakenOver, and what one proposes another approves", async () => {
  const product = await startTestServer();
  try {
    const ruleset = await publishRuleset(product.admin, {
      name: "Lounges",
      cardholder: { window: { kind: "ROLLING", days: 3_000 }, free: 3 },
    });
    const page = await readFile(new URL("../../docs/http-api.md", import.meta.url), "utf8");
    const script = /```sh adjustments\n([\s\S]*?)```/.exec(page)?.[1] ?? "exit 1";
    const env = { ...process.env, URL: product.url, KEY: product.adminKey, RULESET: ruleset };
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env });
    expect(stdout).toMatch(
      /"code":"INVALID_REQUEST"[\s\S]*"pointer":"\/3\/usedAt"[\s\S]*"source":"old-desk"[\s\S]*"outcome":"TAKEN"[\s\S]*"status":"APPROVED"/,
    );
  } finally {
    await product.stop();
  }
});
