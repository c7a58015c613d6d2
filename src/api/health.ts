import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Metrics } from "./metrics.ts";
import { problem } from "./http/problems.ts";
import { type AnyRoute, reply, route } from "./http/route.ts";
import type { Services } from "./services.ts";

/** One part of the product, as `/readyz` shows it. */
export interface PartStatus {
  readonly part: string;
  readonly ready: boolean;
  readonly detail: string;
}

export type Check = () => Promise<readonly PartStatus[]>;

/** Most that our clock may differ from the database's. */
const MOST_SKEW_MS = 1_000;

/** Liveness, readiness, metrics, published keys and the readable API document. */
export function healthRoutes(
  services: Services,
  metrics: Metrics,
  checks: readonly Check[],
): readonly AnyRoute[] {
  const healthz = route({
    method: "GET",
    path: "/healthz",
    summary: "The process is alive",
    tag: "Operating",
    security: "none",
    answers: { 200: z.object({ status: z.literal("ok") }) },
    handle: () => Promise.resolve(reply(200, { status: "ok" })),
  });

  const readyz = route({
    method: "GET",
    path: "/readyz",
    summary: "Every part is ready to decide",
    tag: "Operating",
    security: "none",
    answers: { 200: z.object({ ready: z.boolean(), parts: z.array(z.unknown()) }) },
    handle: async () => {
      const parts = (await Promise.all([databaseStatus(services), ...checks.map(safely)])).flat();
      const ready = parts.every((part) => part.ready);
      if (ready) return reply(200, { ready, parts });
      return problem("UNAVAILABLE", "A part is not ready.", {
        headers: { "Retry-After": "1" },
        members: { ready, parts },
      });
    },
  });

  const metricsRoute = route({
    method: "GET",
    path: "/metrics",
    summary: "Prometheus metrics",
    tag: "Operating",
    security: "none",
    answers: {},
    handle: async () => ({
      kind: "reply",
      status: 200,
      body: await metrics.text(),
      contentType: metrics.contentType,
    }),
  });

  const jwks = route({
    method: "GET",
    path: "/.well-known/jwks.json",
    summary: "The key that card data is encrypted to",
    tag: "POS",
    security: "none",
    answers: { 200: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }) },
    handle: () => {
      const { kty, n, e, kid, alg, use } = services.keyring.cardEncryption;
      return Promise.resolve(reply(200, { keys: [{ kty, n, e, kid, alg, use }] }));
    },
  });

  return [healthz, readyz, metricsRoute, jwks, ...docsRoutes()];
}

async function databaseStatus(services: Services): Promise<readonly PartStatus[]> {
  try {
    const before = services.now();
    const { rows } = await services.pool.query<{ ms: number }>(
      "select extract(epoch from clock_timestamp())::float8 * 1000 as ms",
    );
    const after = services.now();
    const skew = Math.round((rows[0]?.ms ?? 0) - (before + after) / 2);
    return [
      { part: "database", ready: true, detail: `answered in ${String(after - before)} ms` },
      {
        part: "clock",
        ready: Math.abs(skew) <= MOST_SKEW_MS,
        detail: `the database's clock is ${String(skew)} ms ahead of ours`,
      },
    ];
  } catch {
    return [{ part: "database", ready: false, detail: "does not answer" }];
  }
}

async function safely(check: Check): Promise<readonly PartStatus[]> {
  try {
    return await check();
  } catch {
    return [{ part: "log", ready: false, detail: "does not answer" }];
  }
}

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Admittance API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/docs/swagger-ui.css"></head><body><div id="ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>`;
const START = `const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#ui", deepLinking: true });`;
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/** Swagger UI from our own disk: nothing is fetched from elsewhere. */
function docsRoutes(): readonly AnyRoute[] {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const fromDisk =
    (name: string): (() => Promise<string>) =>
    async () =>
      await readFile(join(folder, name), "utf8");
  const files: readonly [path: string, type: string, content: () => Promise<string>][] = [
    ["/docs", "text/html; charset=utf-8", () => Promise.resolve(PAGE)],
    ["/docs/start.js", "text/javascript; charset=utf-8", () => Promise.resolve(START)],
    ["/docs/swagger-ui.css", "text/css; charset=utf-8", fromDisk("swagger-ui.css")],
    ["/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8", fromDisk("swagger-ui-bundle.js")],
  ];
  return files.map(([path, contentType, content]) =>
    route({
      method: "GET",
      path,
      summary: "This API, readable",
      tag: "Documentation",
      security: "none",
      answers: {},
      handle: async () => ({
        kind: "reply",
        status: 200,
        body: await content(),
        contentType,
        headers: { "content-security-policy": PAGE_POLICY },
      }),
    }),
  );
}
