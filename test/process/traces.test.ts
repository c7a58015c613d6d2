import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../src/client.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type ProductHome, productHome } from "../support/product.ts";
import { check, simpleProgramme, testPan } from "../support/programme.ts";

/** Traces, told to a collector over the wire. */

let collector: Server;
let endpoint: string;
const bodies: Buffer[] = [];
const paths = new Set<string>();
let home: ProductHome;
let database: TestDatabase;

beforeAll(async () => {
  collector = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      paths.add(`${request.method ?? ""} ${request.url ?? ""} ${request.headers["content-type"] ?? ""}`);
      bodies.push(Buffer.concat(parts));
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  }).listen(0, "127.0.0.1");
  await once(collector, "listening");
  const address = collector.address();
  if (address === null || typeof address === "string") throw new Error("the collector has no port");
  endpoint = `http://127.0.0.1:${String(address.port)}`;
  home = await productHome();
  database = await createTestDatabase();
});
afterAll(async () => {
  await home.destroy();
  await database.drop();
  collector.close();
});

test("aRequestIsASpanOfItsTraceWithItsRoundTripsInIt: and no card number is told", async () => {
  const product = await home.start({
    DATABASE_URL: database.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=drill",
  });
  const admin = createClient(product.url, await home.adminKey());
  const { terminal } = await simpleProgramme(admin, product.url);
  const pan = testPan(90_210);
  await check(terminal, pan);
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const asked = await fetch(new URL("/api/merchants", product.url), { headers: { traceparent } });
  const own = await fetch(new URL("/api/nothing", product.url));
  expect([asked.status, own.status]).toEqual([401, 404]);
  await product.end("SIGTERM");

  const told = Buffer.concat(bodies);
  expect([...paths]).toEqual(["POST /v1/traces application/x-protobuf"]);
  for (const text of [
    "admittance",
    "deployment.environment.name",
    "POST /pos/check_entry",
    "gate open_requests",
    "event log append",
    "GET /api/merchants",
  ]) {
    expect(told.includes(text), text).toBe(true);
  }
  expect(told.includes(Buffer.from("0af7651916cd43dd8448eb211c80319c", "hex"))).toBe(true);
  expect(told.includes(Buffer.from("b7ad6b7169203331", "hex"))).toBe(true);
  expect(told.includes(pan)).toBe(false);
});

test.each([
  ["while it runs", "50"],
  ["with the last spans, as it ends", "60000"],
])("aCollectorThatIsAwayIsSaidOnceAndCostsNoAnswer: %s", async (_when, delay) => {
  const product = await home.start({
    DATABASE_URL: database.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
    OTEL_BSP_SCHEDULE_DELAY: delay,
    OTEL_EXPORTER_OTLP_TIMEOUT: "500",
  });
  for (let count = 0; count < 5; count++) {
    expect((await fetch(new URL("/healthz", product.url))).status).toBe(200);
  }
  expect(await product.end("SIGTERM")).toBe(0);
  expect(product.output()).not.toContain("did not end as it should");
  expect(product.output().match(/traces are not taken/g)).toHaveLength(1);
});
