import { request as plainRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { startTestServer, type TestServer } from "../support/server.ts";

/** Who may see how we are: whoever is on this machine, and who shows the token. */

const TOKEN = "watch-0123456789abcdef";
const parts = z.object({ ready: z.boolean(), parts: z.array(z.unknown()).optional() });

describe.each([
  ["without a proxy", {}],
  ["behind a declared proxy", { TRUST_PROXY: "1" }],
])("%s", (_what, env) => {
  let product: TestServer;

  beforeAll(async () => {
    product = await startTestServer({ settings: { METRICS_TOKEN: TOKEN, ...env } });
  });
  afterAll(async () => {
    await product.stop();
  });

  async function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(new URL(path, product.url), { headers });
  }

  test("thisMachineSeesEverything", async () => {
    const metrics = await ask("/metrics");
    expect([metrics.status, metrics.headers.get("content-type")]).toEqual([
      200,
      expect.stringContaining("text/plain"),
    ]);
    expect(parts.parse(await (await ask("/readyz")).json()).parts?.length).toBeGreaterThan(3);
  });

  test.each([
    { "x-forwarded-for": "203.0.113.9" },
    { "x-forwarded-for": "127.0.0.1, 203.0.113.9" },
    { "x-forwarded-for": "unknown" },
    { forwarded: "for=127.0.0.1" },
    { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" },
  ])("othersSeeWhetherWeAreReadyAndNoMore %j", async (headers) => {
    const metrics = await ask("/metrics", headers);
    expect(metrics.status).toBe(403);
    expect(await metrics.text()).not.toContain("admittance_");
    const ready = await ask("/readyz", headers);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true });
  });

  test.each([
    ["the token", `Bearer ${TOKEN}`, 200],
    ["another token", `Bearer ${TOKEN}x`, 403],
    ["a beginning of it", `Bearer ${TOKEN.slice(0, -1)}`, 403],
    ["an API key", null, 403],
  ])("fromElsewhereWith %s", async (_token, authorization, status) => {
    const headers = {
      "x-forwarded-for": "198.51.100.7",
      authorization: authorization ?? `Bearer ${product.adminKey}`,
    };
    expect((await ask("/metrics", headers)).status).toBe(status);
    const seen = parts.parse(await (await ask("/readyz", headers)).json()).parts;
    expect(seen !== undefined).toBe(status === 200);
  });

  test("aProxyThatWasNotDeclaredIsToldOfOnce", async () => {
    for (const header of ["forwarded", "x-real-ip", "x-forwarded-host"]) {
      await ask("/healthz", { [header]: "for=192.0.2.1" });
    }
    const warnings = product.logged().match(/TRUST_PROXY is not set/g) ?? [];
    expect(warnings).toHaveLength("TRUST_PROXY" in env ? 0 : 1);
  });
});

test("withoutATokenNobodyElseSeesAnything", async () => {
  const product = await startTestServer();
  try {
    for (const authorization of ["Bearer undefined", "Bearer ", "bearer x"]) {
      const headers = { "x-forwarded-for": "203.0.113.9", authorization };
      const status = await new Promise((resolve, reject) => {
        plainRequest(new URL("/metrics", product.url), { headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on("error", reject)
          .end();
      });
      expect(status).toBe(403);
    }
  } finally {
    await product.stop();
  }
});
