import {
  type Attributes,
  context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  type IdGenerator,
  NodeTracerProvider,
  RandomIdGenerator,
} from "@opentelemetry/sdk-trace-node";
import type { Around } from "../api/http/spans.ts";
import type { Ask } from "../database/lanes.ts";
import type { MeasuredLog } from "../eventlog/log.ts";
import type { Logger } from "../logging.ts";

/**
 * OpenTelemetry traces, loaded only where they are kept. A request is a span of its own trace id; within it each round
 * trip to the gate and to the event log is one. Requests whose round trips go together share the span of the first.
 */
export interface Tracing {
  readonly around: Around;
  readonly ask: (ask: Ask) => Ask;
  readonly log: (log: MeasuredLog) => MeasuredLog;
  stop(): Promise<void>;
}

/** Where to, which share and under which name the exporter and the SDK read from the `OTEL_` variables themselves. */
export function openTracing(logger: Logger, version: string): Tracing {
  const told = quiet(logger);
  diag.setLogger(told, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const ids = new GivenTraceIds();
  const provider = new NodeTracerProvider({
    idGenerator: ids,
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "admittance", "service.version": version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  const tracer = trace.getTracer("admittance", version);
  return {
    around: aroundIn(tracer, ids),
    ask: (ask) => async (statement, values) =>
      await within(
        tracer,
        `gate ${statement.name}`,
        { "db.system.name": "postgresql" },
        async () => await ask(statement, values),
      ),
    log: (log) => new TracedLog(log, tracer),
    // The last spans are told here; whoever stops cares as little whether they are taken as a request does.
    stop: async () => {
      await provider.shutdown().catch((error: unknown) => {
        told.warn(String(error));
      });
    },
  };
}

function aroundIn(tracer: Tracer, ids: GivenTraceIds): Around {
  return async ({ traceId, parent, method, route }, answer) => {
    const attributes = { "http.request.method": method, "http.route": route };
    const traceFlags = parent?.sampled === true ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const above =
      parent === null
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parent.spanId, traceFlags, isRemote: true });
    const options = { kind: SpanKind.SERVER, attributes };
    const span = ids.withTraceId(traceId, () => tracer.startSpan(`${method} ${route}`, options, above));
    return await context.with(trace.setSpan(above, span), async () => {
      try {
        const response = await answer();
        span.setAttribute("http.response.status_code", response.status);
        if (response.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        return response;
      } finally {
        span.end();
      }
    });
  };
}

async function within<Result>(
  tracer: Tracer,
  name: string,
  attributes: Attributes,
  run: () => Promise<Result>,
): Promise<Result> {
  // The machinery's own calls (read models, sweeps) belong to no request.
  if (trace.getActiveSpan() === undefined) return await run();
  return await tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      return await run();
    } catch (error) {
      const message = error instanceof Error ? error.name : "unknown";
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Requests that come with no trace have got their id already: the root span takes that. */
class GivenTraceIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #given: string | null = null;

  withTraceId<Result>(traceId: string, start: () => Result): Result {
    this.#given = traceId;
    try {
      return start();
    } finally {
      this.#given = null;
    }
  }

  generateTraceId(): string {
    return this.#given ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }
}

class TracedLog implements MeasuredLog {
  readonly #log: MeasuredLog;
  readonly #tracer: Tracer;
  readonly readAll: MeasuredLog["readAll"];
  readonly subscribe: MeasuredLog["subscribe"];

  constructor(log: MeasuredLog, tracer: Tracer) {
    this.#log = log;
    this.#tracer = tracer;
    this.readAll = (options) => log.readAll(options);
    this.subscribe = (options) => log.subscribe(options);
  }

  append: MeasuredLog["append"] = async (stream, events, options) =>
    await this.#within("append", { "admittance.stream": stream }, async () =>
      this.#log.append(stream, events, options),
    );

  read: MeasuredLog["read"] = async (stream, options) =>
    await this.#within("read", { "admittance.stream": stream }, async () => this.#log.read(stream, options));

  head: MeasuredLog["head"] = async () => await this.#within("head", {}, async () => await this.#log.head());

  newest: MeasuredLog["newest"] = async () =>
    await this.#within("newest", {}, async () => await this.#log.newest());

  isPosition(text: string): boolean {
    return this.#log.isPosition(text);
  }

  gauges(): Readonly<Record<string, number>> {
    return this.#log.gauges();
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  async #within<Result>(name: string, attributes: Attributes, run: () => Promise<Result>): Promise<Result> {
    return await within(this.#tracer, `event log ${name}`, attributes, run);
  }
}

/** A collector that is away is said once; spans that find no room are dropped, whatever they tell. */
function quiet(logger: Logger) {
  let said = false;
  const warn = (why: string): void => {
    const level = said ? "debug" : "warn";
    said = true;
    logger[level]({ why: why.slice(0, 300) }, "traces are not taken");
  };
  const nothing = (): void => undefined;
  return { error: warn, warn, info: nothing, debug: nothing, verbose: nothing };
}
