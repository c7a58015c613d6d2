import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { SILENCES } from "../../src/integrations/ports.ts";
import { KEY, startAcquirer } from "../outside/support.ts";
import { startTestServer } from "../support/server.ts";

/** What docs/systems-outside.md shows is run here, and what it lists is complete. */

const page = await readFile(new URL("../../docs/systems-outside.md", import.meta.url), "utf8");

test("theSimulatorIsTestedFailsAndIsSeen", async () => {
  const acquirer = await startAcquirer();
  const product = await startTestServer({ settings: { ACQUIRER_URL: acquirer.url, ACQUIRER_KEY: KEY } });
  try {
    const script = /```sh outside\n([\s\S]*?)```/.exec(page)?.[1] ?? "exit 1";
    const env = { ...process.env, URL: product.url, KEY: product.adminKey, ACQUIRER: acquirer.url };
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env });
    expect(stdout).toMatch(
      /"ANSWERED"[\s\S]+"BAD_ANSWER"[\s\S]+"status":503[\s\S]+"name":"acquirer"[\s\S]+"healthy":false[\s\S]+"configured":false[\s\S]+"\/v1\/health"/,
    );
  } finally {
    await product.stop();
    await acquirer.close();
  }
});

test("everySilenceIsInItsTable", () => {
  for (const silence of SILENCES) expect(page).toContain(`\n| \`${silence}\` |`);
});
