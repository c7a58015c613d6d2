import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startTestServer } from "../support/server.ts";

/** What docs/http-api.md shows of imports is run here, by curl. */

test("theFileIsTakenButForItsBadLine, once, and its import says so", async () => {
  const product = await startTestServer();
  try {
    const page = await readFile(new URL("../../docs/http-api.md", import.meta.url), "utf8");
    const script = /```sh imports\n([\s\S]*?)```/.exec(page)?.[1] ?? "exit 1";
    const env = { ...process.env, URL: product.url, KEY: product.adminKey };
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env });
    expect(stdout).toMatch(
      /"importId":null[\s\S]*"stored":1,"ignored":0[\s\S]*"stored":1[\s\S]*"state":"COMPLETED"[\s\S]*3,amount,/,
    );
    expect(stdout).not.toContain("5555555555554444");
  } finally {
    await product.stop();
  }
});
