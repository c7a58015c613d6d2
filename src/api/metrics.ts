import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  readonly observeRequest: (route: string, method: string, status: number, seconds: number) => void;
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

export interface Gauges {
  /** Name to value, read when the metrics are scraped. */
  readonly read: () => Promise<Readonly<Record<string, number>>>;
}

/** Prometheus metrics: requests by route, the process, and what the parts say of themselves. */
export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "admittance_" });
  const requests = new Counter({
    name: "admittance_http_requests_total",
    help: "Requests by route, method and status",
    labelNames: ["route", "method", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "admittance_http_request_seconds",
    help: "Time to answer by route",
    labelNames: ["route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const parts = new Gauge({
    name: "admittance_part",
    help: "What the parts say of themselves: log queue, withheld age, projection lag",
    labelNames: ["what"],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    observeRequest: (route, method, status, took) => {
      requests.inc({ route, method, status: String(status) });
      seconds.observe({ route }, took);
    },
    text: async () => {
      // What can't be read now must not be told as it was.
      parts.reset();
      for (const [what, value] of Object.entries(await gauges.read())) parts.set({ what }, value);
      return await registry.metrics();
    },
  };
}
