import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Product } from "../support/product.ts";
import { Installation, type Ran } from "../transfer/support.ts";

/** `devices conformance`: the ways of docs/devices.md against a server, ours and one that does something else. */

let home: Installation;
let product: Product;

beforeAll(async () => {
  home = await Installation.create();
  product = await home.start({ MTLS_PORT: "0", TEST_CLOCK: "1" });
  // Codes live by the server's test clock.
  await home.admin(product).send("POST", "/api/test-clock", { advance: "PT3H" });
});
afterAll(async () => {
  await home.destroy();
});

async function conformance(url: string, ...words: string[]): Promise<Ran> {
  return await home.run(["devices", "conformance", "--url", url, ...words], {
    ADMITTANCE_KEY: home.adminKey,
  });
}

const told = z.object({
  passed: z.int(),
  failed: z.int(),
  flows: z.array(
    z.object({ flow: z.string(), checks: z.array(z.object({ what: z.string(), ok: z.boolean() })) }),
  ),
});

test("everyFlowHoldsAgainstTheProduct", async () => {
  const ran = await conformance(product.url, "--json");
  const { flows, failed } = told.parse(JSON.parse(ran.stdout));
  const broken = flows.flatMap(({ flow, checks }) =>
    checks.filter(({ ok }) => !ok).map(({ what }) => [flow, what]),
  );
  expect([broken, failed, ran.code, ran.stderr]).toEqual([[], 0, 0, ""]);
  for (const { flow, checks } of flows) expect([flow, checks.length > 15]).toEqual([flow, true]);
});

// Each run has wrong codes in it, and ten of them make its caller wait.
test("whatDoesNotHoldIsNamed: a server in between that changes one answer at a time", async () => {
  const lies: readonly (readonly [string, string, (body: string) => string, string])[] = [
    ["enrollment", '"status":"CONSUMED"', (body) => body.replace("CONSUMED", "PENDING"), "is used up"],
    ["claim", '"4004"', (body) => body.replace("4004", "4040"), "a code that nobody shows"],
  ];
  for (const [flow, where, lie, what] of lies) {
    const { server, url } = await lying(product.url, (body) => (body.includes(where) ? lie(body) : body));
    try {
      const ran = await conformance(url, "--flow", flow);
      expect([ran.code, ran.stderr]).toEqual([1, "The server does not do what docs/devices.md says.\n"]);
      const failed = ran.stdout.split("\n").filter((line) => line.startsWith("FAIL"));
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.join("\n")).toContain(what);
    } finally {
      server.close();
    }
  }
});

test("aServerThatIsNotThere, or a flow that is none, is one line", async () => {
  for (const ran of [
    await conformance("http://127.0.0.1:9"),
    await conformance(product.url, "--flow", "none"),
  ]) {
    expect(ran.code).not.toBe(0);
    expect(ran.stderr.trim().split("\n").length).toBeLessThanOrEqual(12);
    expect(ran.stderr).not.toContain("    at ");
  }
});

/** Hands requests on, and changes the answers. */
async function lying(
  target: string,
  change: (body: string) => string,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers)) {
        const isOwn = ["host", "connection", "content-length"].includes(name);
        if (typeof value === "string" && !isOwn) headers.set(name, value);
      }
      const method = request.method ?? "GET";
      const body = chunks.length === 0 ? null : Buffer.concat(chunks);
      void fetch(new URL(request.url ?? "/", target), {
        method,
        headers,
        body,
      }).then(async (answer) => {
        const text = change(await answer.text());
        const type = answer.headers.get("content-type") ?? "application/json";
        response.writeHead(answer.status, { "content-type": type });
        response.end(answer.status === 204 ? undefined : text);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a server has its port");
  return { server, url: `http://127.0.0.1:${String(address.port)}` };
}
