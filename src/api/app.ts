import { isIP } from "node:net";
import type { HttpBindings, ServerType } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { secureHeaders } from "hono/secure-headers";
import { LogBusyError, LogUnavailableError } from "../eventlog/log.ts";
import { UnknownEventError } from "../eventlog/upcasters.ts";
import { NotKnownHereError } from "../domain/notKnownHere.ts";
import { ContendedError } from "../engine/executor.ts";
import { accessLog, type Observe } from "./http/accessLog.ts";
import { FORWARDED } from "./http/forwarded.ts";
import { answerNodeErrors } from "./http/nodeErrors.ts";
import { type Problem, problem } from "./http/problems.ts";
import { NobodyWaitsError } from "../engine/patience.ts";
import { openApiDocument } from "./http/openapi.ts";
import { EXAMPLES } from "./apiExamples.ts";
import { MEANINGS, TAGS } from "./apiMeanings.ts";
import "./apiComponents.ts";
import type { Around } from "./http/spans.ts";
import { traceIds } from "../engine/traceIds.ts";
import { reply, respond } from "./http/answer.ts";
import { type App, headerOf } from "./http/context.ts";
import { mount } from "./http/mount.ts";
import { type AnyRoute, route } from "./http/route.ts";
import type { Metrics } from "./metrics.ts";
import type { InstallationMarks } from "./panel/boot.ts";
import type { PanelFiles } from "./panel/files.ts";
import { mountPanel } from "./panel/panel.ts";
import type { DeviceHub } from "../engine/devices/hub.ts";
import type { Services } from "../engine/services.ts";
import { takeUpgrades } from "./pos/connect/upgrade.ts";

export interface AppOptions {
  readonly services: Services;
  readonly routes: readonly AnyRoute[];
  readonly metrics: Metrics;
  /** How many reverse proxies in front of us set `X-Forwarded-For`. */
  readonly trustedProxies: number;
  /** We serve https ourselves: callers are told to come by nothing else. */
  readonly servesTls: boolean;
  readonly version: string;
  /** The share of successful requests that the log names. */
  readonly accessLog: number;
  readonly around: Around | null;
  /** The built panel; null where there is none. */
  readonly panel: PanelFiles | null;
  readonly hub: DeviceHub;
  /** A path at which somebody else takes WebSockets. */
  readonly otherUpgrades?: string;
  readonly marks: Omit<InstallationMarks, "version">;
  /** Whether the document is served as well. */
  readonly hasDocument?: boolean;
}

/** All routes on one Hono app, with what every answer has: trace ids, security headers, problems. */
export async function createApp(options: AppOptions): Promise<{
  readonly app: App;
  readonly answerNodeErrors: (server: ServerType) => void;
  /** What `/openapi.json` answers. */
  readonly document: unknown;
}> {
  const { services, routes, trustedProxies, version } = options;
  const app: App = new Hono();
  const common = await commonHeaders(options.servesTls);
  const newTraceId = traceIds(services.randomBytes);
  const observe = observeIn(options);
  const warn = trustedProxies === 0 ? proxyWarning(services) : () => undefined;
  const document = openApiDocument(routes, { version, meanings: MEANINGS, tags: TAGS, examples: EXAMPLES });
  const openapi = route({
    method: "GET",
    path: "/openapi.json",
    summary: "This document",
    tag: "Documentation",
    security: "none",
    answers: { 200: z.unknown() },
    handle: () => Promise.resolve(reply(200, document)),
  });
  const remote = (context: Context<{ Bindings: HttpBindings }>): string => {
    warn(context);
    return remoteOf(context, trustedProxies);
  };
  if (options.panel !== null) {
    const marks = { ...options.marks, version };
    mountPanel(app, { services, panel: options.panel, marks, newTraceId, common, remoteOf: remote, observe });
  }
  mount(app, options.hasDocument === false ? routes : [...routes, openapi], {
    newTraceId,
    common,
    remoteOf: remote,
    observe,
    around: options.around,
    onError: (error, traceId, where, isGone) => {
      if (!isGone) return problemOf(services, error, traceId, where);
      services.logger.debug({ traceId, where }, "the caller broke off");
      return problem("MALFORMED_REQUEST", "The request ended before its body did.");
    },
  });
  app.onError((error) => {
    const traceId = newTraceId();
    return respond(problemOf(services, error, traceId, "app"), traceId, common);
  });
  const nodeErrors = (server: ServerType): void => {
    answerNodeErrors(server, { newTraceId, common, observe });
    const onError = (error: unknown, traceId: string, where: string): Problem =>
      problemOf(services, error, traceId, where);
    takeUpgrades(server, {
      services,
      hub: options.hub,
      besides: options.otherUpgrades ?? null,
      newTraceId,
      common,
      observe,
      onError,
    });
  };
  return { app, answerNodeErrors: nodeErrors, document };
}

/** A flood fills no disk: more are counted, and said in one line. */
const MOST_LINES_PER_SECOND = 2_000;

function observeIn({ services, metrics, accessLog: share }: AppOptions): Observe {
  const { logger, now } = services;
  const write = accessLog(logger, { share, mostPerSecond: MOST_LINES_PER_SECOND, now });
  return (access) => {
    metrics.observeRequest(access.route ?? "none", access.method ?? "none", access.status, access.ms / 1_000);
    write(access);
  };
}

/**
 * What Hono's middleware sets, asked once: on each answer it would touch a `Response` that is sent much faster untouched.
 * An answer of the API is never a page; the few that are say so themselves. Behind a TLS proxy HSTS is the proxy's business.
 */
async function commonHeaders(servesTls: boolean): Promise<Readonly<Record<string, string>>> {
  const app = new Hono();
  app.use(
    secureHeaders({
      strictTransportSecurity: servesTls ? "max-age=31536000" : false,
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    }),
  );
  app.get("/", (context) => context.body(null));
  const { headers } = await app.request("/");
  return { ...Object.fromEntries(headers), "cache-control": "no-store" };
}

/** What a thrown error means to the caller; the error itself goes to the log only. */
function problemOf(services: Services, error: unknown, traceId: string, where: string): Problem {
  const retry = { retryAfter: 1 };
  if (error instanceof LogUnavailableError || error instanceof LogBusyError || isDatabaseDown(error)) {
    services.logger.warn({ err: error, traceId, where }, "a needed part is not available");
    return problem("UNAVAILABLE", "A part that is needed is not available. Send the request again.", retry);
  }
  if (error instanceof NobodyWaitsError) {
    services.logger.info({ traceId, where, reason: error.message }, "a request was not answered in time");
    return problem(
      "UNAVAILABLE",
      "A part that is needed did not answer in time. Send the request again.",
      retry,
    );
  }
  if (error instanceof ContendedError) {
    services.logger.warn({ err: error, traceId, where }, "too much contention");
    return problem("UNAVAILABLE", "Too many requests for this card at once. Send the request again.", retry);
  }
  if (error instanceof NotKnownHereError || error instanceof UnknownEventError) {
    services.logger.error({ err: error, traceId, where }, "this instance is too old for what the log says");
    return problem("UNAVAILABLE", "This instance does not know all that is needed. Ask another one.", retry);
  }
  services.logger.error({ err: error, traceId, where }, "a request failed");
  return problem("INTERNAL", `The operator finds the cause in the log by the trace id ${traceId}.`);
}

const DOWN = /^(08|53|57P0|58|25P0[34])|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT)$/;

// Errors of the driver, which have no code.
const UNREACHABLE =
  /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|Query read timeout|says nothing any more/i;

function isDatabaseDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string" && DOWN.test(error.code)) return true;
  return UNREACHABLE.test(error.message);
}

/** Says once that somebody speaks for others and is not believed: behind one proxy all callers look like one. */
function proxyWarning({ logger }: Services): (context: Context<{ Bindings: HttpBindings }>) => void {
  let warned = false;
  return (context) => {
    if (warned) return;
    const header = FORWARDED.find((name) => headerOf(context, name) !== undefined);
    if (header === undefined) return;
    warned = true;
    logger.warn(
      { header },
      "a proxy in front sets this header and TRUST_PROXY is not set: all its callers count as one, and cookies are not marked secure",
    );
  };
}

function remoteOf(context: Context<{ Bindings: HttpBindings }>, trustedProxies: number): string {
  const direct = getConnInfo(context).remote.address ?? "unknown";
  if (trustedProxies === 0) return direct;
  const chain = (headerOf(context, "x-forwarded-for") ?? "").split(",");
  return addressIn(chain.at(-trustedProxies) ?? "") ?? direct;
}

/** An address as proxies write it, with or without a port; null for what is none. */
function addressIn(text: string): string | null {
  const plain = text.trim();
  const bare =
    /^\[([^\]]{2,45})\](?::\d{1,5})?$/.exec(plain)?.[1] ??
    /^([\d.]{7,15}):\d{1,5}$/.exec(plain)?.[1] ??
    plain;
  return isIP(bare) === 0 ? null : bare;
}
