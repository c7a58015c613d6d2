import { createHash, timingSafeEqual } from "node:crypto";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { FORWARDED } from "./http/forwarded.ts";
import type { Metrics } from "./metrics.ts";
import { problem } from "./http/problems.ts";
import { reply } from "./http/answer.ts";
import { type AnyRoute, route } from "./http/route.ts";
import type { PartStatus } from "../engine/readiness.ts";
import { publishedListKeys } from "../engine/offline/listKeys.ts";
import type { Services } from "../engine/services.ts";

/** One part of the product, as `/readyz` shows it. */
export const partStatus = z.object({ part: z.string(), ready: z.boolean(), detail: z.string() }).readonly();

export interface HealthOptions {
  readonly metrics: Metrics;
  readonly parts: () => Promise<readonly PartStatus[]>;
  /** Who shows it may see details from elsewhere. */
  readonly token: string | undefined;
  readonly hasPanel: boolean;
}

/** Liveness, readiness, metrics, published keys and the readable API document. */
export function healthRoutes(
  services: Services,
  { metrics, parts: partsNow, token, hasPanel }: HealthOptions,
): readonly AnyRoute[] {
  const mayLook = (call: Caller): boolean => isAtHome(call) || showsToken(call, token);
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
    answers: { 200: z.object({ ready: z.boolean(), parts: z.array(partStatus).optional() }) },
    handle: async (call) => {
      const parts = await partsNow();
      const ready = parts.every((part) => part.ready);
      const members = mayLook(call) ? { ready, parts } : { ready };
      if (ready) return reply(200, members);
      return problem("UNAVAILABLE", "A part is not ready.", { retryAfter: 1, members });
    },
  });

  const metricsRoute = route({
    method: "GET",
    path: "/metrics",
    summary: "Prometheus metrics",
    refusals: ["FORBIDDEN"],
    produces: "text/plain",
    tag: "Operating",
    security: "none",
    answers: { 200: z.string() },
    handle: async (call) => {
      if (!mayLook(call)) {
        return problem("FORBIDDEN", "Metrics are for this machine, or for who shows METRICS_TOKEN.");
      }
      const body = await metrics.text();
      return { ...reply(200, body), contentType: metrics.contentType };
    },
  });

  const jwks = route({
    method: "GET",
    path: "/.well-known/jwks.json",
    summary: "The key that card data is encrypted to, and those that lists are signed by",
    tag: "POS",
    security: "none",
    answers: { 200: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }) },
    handle: async () => {
      const { kty, n, e, kid, alg, use } = services.keyring.cardEncryption;
      const lists = await publishedListKeys(services);
      return reply(200, { keys: [{ kty, n, e, kid, alg, use }, ...lists.map((key) => ({ ...key }))] });
    },
  });

  return [healthz, readyz, metricsRoute, jwks, ...docsRoutes(hasPanel)];
}

interface Caller {
  readonly remote: string;
  header(name: string): string | null;
}

/** Whether the caller is on this machine: not by way of a proxy here, whatever that says of whom it speaks for. */
function isAtHome(caller: Caller): boolean {
  if (FORWARDED.some((name) => caller.header(name) !== null)) return false;
  return /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/i.test(caller.remote);
}

function showsToken(caller: Caller, token: string | undefined): boolean {
  const shown = /^Bearer (\S+)$/i.exec(caller.header("authorization") ?? "")?.[1];
  if (token === undefined || shown === undefined) return false;
  const [a, b] = [shown, token].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
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
function docsRoutes(hasPanel: boolean): readonly AnyRoute[] {
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
  const home = route({
    method: "GET",
    path: "/",
    summary: "Sends people to what there is to read",
    tag: "Documentation",
    security: "none",
    answers: { 303: null },
    sends: ["Location"],
    // Browsers say that they read pages; everybody else is here for the API.
    handle: (call) => {
      const readsPages = /\btext\/html\b/i.test(call.header("accept") ?? "");
      return Promise.resolve(reply(303, null, { Location: hasPanel && readsPages ? "/admin/" : "/docs" }));
    },
  });
  const pages = files.map(([path, contentType, content]) =>
    route({
      method: "GET",
      path,
      summary: "This API, readable",
      tag: "Documentation",
      security: "none",
      answers: { 200: z.string() },
      handle: async () => ({
        ...reply(200, await content(), { "content-security-policy": PAGE_POLICY }),
        contentType,
      }),
    }),
  );
  return [home, ...pages];
}
