import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { WEBHOOK_CATALOGUE } from "../../src/domain/webhook/catalogue.ts";
import { WEBHOOK_TYPES } from "../../src/domain/webhook/types.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/** docs/webhooks.md: its receivers run as they stand there, and its table is what the product tells. */

let text: string;
let folder: string;
let server: TestServer;
const running: ChildProcess[] = [];

beforeAll(async () => {
  text = await readFile(new URL("../../docs/webhooks.md", import.meta.url), "utf8");
  folder = await mkdtemp(join(tmpdir(), "admittance-webhooks-"));
  server = await startTestServer({ settings: { OUTBOUND_ALLOWED: "127.0.0.1" } });
});
afterAll(async () => {
  for (const one of running) one.kill();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const hasPython = spawnSync("python3", ["--version"]).status === 0;

test("theTableNamesEveryTypeAsTheProductDoes", () => {
  const rows = text.split("\n").filter((line) => /^\| `(card|device|entry|webhook)\./.test(line));
  expect(rows).toEqual(
    WEBHOOK_TYPES.map((type) => {
      const { version, says } = WEBHOOK_CATALOGUE[type];
      return `| \`${type}\` | ${String(version)} | ${says} |`;
    }),
  );
});

test.each([
  ["receiver.mjs", process.execPath, false],
  ["receiver.py", "python3", !hasPython],
])("%s verifies what comes, and refuses what somebody else signed", async (name, program, isMissing) => {
  // Only where there is no Python at all.
  if (isMissing) return;
  const code = new RegExp(`\`\`\`\\w+ ${name.replace(".", "\\.")}\n([^]*?)\`\`\``).exec(text)?.[1] ?? "";
  expect(code).not.toBe("");
  await writeFile(join(folder, name), code);
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}/`;
  const made = await server.admin.send("POST", "/api/webhooks", { url });
  const { id, secret } = z.looseObject({ id: z.string(), secret: z.string() }).parse(made.body);
  const env = { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) };
  const child = spawn(program, [join(folder, name)], { env, stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (line: string) => (output += line));
  await server.admin.send("POST", `/api/webhooks/${id}/test`);
  await expect.poll(() => output, { timeout: 60_000 }).toContain("webhook.test");
  const forged = await fetch(url, {
    method: "POST",
    body: "{}",
    headers: {
      "webhook-id": "x",
      "webhook-timestamp": String(Math.floor(Date.now() / 1_000)),
      "webhook-signature": `v1,${Buffer.alloc(32).toString("base64")}`,
    },
  });
  expect(forged.status).toBe(401);
});
