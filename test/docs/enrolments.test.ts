import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startTestServer } from "../support/server.ts";

/** What docs/http-api.md shows of enrolled cards is run here, by curl. */

test("theEnrolledCardIsReplaced, and its enrolment is the new card's", async () => {
  const product = await startTestServer();
  try {
    const page = await readFile(new URL("../../docs/http-api.md", import.meta.url), "utf8");
    const script = /```sh enrolments\n([\s\S]*?)```/.exec(page)?.[1] ?? "exit 1";
    const env = { ...process.env, URL: product.url, KEY: product.adminKey };
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env });
    expect(stdout).toMatch(
      /"outcome":"ENROLLED"[\s\S]*"code":"AREF_TAKEN"[\s\S]*"replaced":"[\s\S]*510510\*{6}5100","enrolled":true/,
    );
  } finally {
    await product.stop();
  }
});
