import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { lastRatePull } from "../../../src/engine/referenceData/ratePull.ts";
import { isPullDue, RateSchedule } from "../../../src/engine/referenceData/rateSchedule.ts";
import { listening } from "../../support/listening.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";
import { itemsOf } from "./support.ts";

/** The European Central Bank's files: brought by hand, and fetched by the day from a server of the test's own. */

let product: TestServer;
let bank: Server;
/** What the bank answers next. */
let answer: { readonly status: number; readonly body: string | Uint8Array; readonly hangs?: boolean };
let asked = 0;

const cube = (day: string, ...rates: readonly (readonly [string, string])[]): string =>
  `<Cube time="${day}">${rates.map(([code, rate]) => `<Cube currency="${code}" rate="${rate}"/>`).join("")}</Cube>`;

beforeAll(async () => {
  answer = { status: 200, body: `<Cube>${cube("2026-11-27", ["USD", "1.15"])}</Cube>` };
  bank = createServer((_request, response) => {
    asked++;
    if (answer.hangs === true) response.destroy();
    else response.writeHead(answer.status, { location: "http://127.0.0.1:1/" }).end(answer.body);
  });
  const port = await listening(bank);
  product = await startTestServer({ settings: { RATES_URL: `http://127.0.0.1:${String(port)}/all.xml` } });
});
afterAll(async () => {
  await product.stop();
  bank.close();
});

async function bring(body: Uint8Array<ArrayBuffer> | string, type: string, query = "") {
  const sent = await fetch(`${product.url}/api/rates/ecb${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${product.adminKey}`, "content-type": type },
    body,
  });
  return { status: sent.status, body: z.unknown().parse(await sent.json()) };
}

const countOf = async (): Promise<number> => {
  const { rows } = await product.server.services.pool.query<{ count: number }>(
    "select count(*)::int as count from rates",
  );
  return rows[0]?.count ?? 0;
};

describe("aFileThatIsBrought", () => {
  test("isTriedFirstAndStoredOnceInWhateverFormItComes", async () => {
    const csv = "Date,USD,CYP,PLN,\n2026-03-03,1.1,N/A,4.25,\n2007-03-02,1.2,0.58,3.9,\n";
    const before = await countOf();
    const found = {
      added: 4,
      replaced: 0,
      unchanged: 0,
      from: "2007-03-02",
      until: "2026-03-03",
      leftOut: ["CYP"],
    };
    const tried = await bring(csv, "text/csv", "?dryRun=true");
    expect(tried).toEqual({ status: 200, body: { stored: 0, ...found } });
    expect(await countOf()).toBe(before);
    const zip = Uint8Array.from(zipSync({ "eurofxref-hist.csv": strToU8(csv) }));
    expect(await bring(zip, "application/zip")).toEqual({ status: 200, body: { stored: 4, ...found } });
    const xml = `<Cube>${cube("2026-03-03", ["USD", "1.1000"], ["PLN", "4.26"])}</Cube>`;
    expect((await bring(xml, "application/xml")).body).toMatchObject({
      stored: 1,
      replaced: 1,
      unchanged: 1,
    });
    const listed = itemsOf(await product.admin.send("GET", "/api/rates?date=2026-03-03&quote=PLN"));
    expect(listed.map(({ base, rate }) => [base, rate])).toEqual([
      ["EUR", "4.26"],
      ["EUR", "4.25"],
    ]);
  });

  test.each([
    ["no file of the bank", "date,base\n", "text/csv", 422],
    ["one of another type", "x", "image/png", 415],
    ["one that is compressed otherwise", gzipSync("Date,USD\n"), "application/zip", 422],
  ] as const)("isRefusedWithWhyWhereItIs %s", async (_name, body, type, status) => {
    const before = await countOf();
    expect((await bring(typeof body === "string" ? body : Uint8Array.from(body), type)).status).toBe(status);
    expect(await countOf()).toBe(before);
  });

  test("ofAllDaysSince1999IsStoredWhole", async () => {
    const codes =
      "USD JPY CZK DKK GBP HUF PLN RON SEK CHF ISK NOK TRY AUD BRL CAD CNY HKD IDR ILS INR KRW".split(" ");
    const rows = Array.from({ length: 6_900 }, (_, index) => {
      const day = new Date(Date.UTC(1999, 0, 4) + index * 86_400_000 * 1.4).toISOString().slice(0, 10);
      return `${day},${codes.map((_code, column) => `${String(1 + (index % 97))}.${String(1 + column)}`).join(",")},`;
    });
    const csv = [`Date,${codes.join(",")},`, ...new Map(rows.map((row) => [row.slice(0, 10), row])).values()];
    const { status, body } = await bring(csv.join("\n"), "text/csv");
    expect([status, body]).toMatchObject([200, { from: "1999-01-04" }]);
    expect(await countOf()).toBeGreaterThan(6_900 * codes.length - 100);
    expect((await bring(csv.join("\n"), "text/csv")).body).toMatchObject({
      stored: 0,
      added: 0,
      replaced: 0,
    });
  });
});

describe("whatIsFetched", () => {
  test("isThereSoonAfterTheStart", async () => {
    await until(async () => (await lastRatePull(product.server.services)) !== null);
    const { body } = await product.admin.send("GET", "/api/rates/pull");
    expect(body).toMatchObject({ last: { outcome: "DONE", stored: 1, until: "2026-11-27", detail: null } });
  });

  test("isAskedForAtOnceByWhoeverMay", async () => {
    answer = { status: 200, body: `<Cube>${cube("2026-11-30", ["USD", "1.16"], ["PLN", "4.2"])}</Cube>` };
    const { body } = await product.admin.send("POST", "/api/rates/pull", {});
    expect(body).toMatchObject({ last: { outcome: "DONE", stored: 2, until: "2026-11-30" } });
  });

  test.each([
    ["refuses", { status: 503, body: "" }, { outcome: "REFUSED", detail: "status 503" }],
    ["sends elsewhere", { status: 302, body: "" }, { outcome: "REFUSED", detail: "status 302" }],
    ["answers something else", { status: 200, body: "<html></html>" }, { outcome: "UNREADABLE" }],
    ["breaks off", { status: 200, body: "", hangs: true }, { outcome: "NO_ANSWER", detail: "BROKEN_OFF" }],
  ])("isNothingWhereTheBank %s: it is told so, and what is there stays", async (_name, next, last) => {
    const before = await countOf();
    answer = next;
    const { status, body } = await product.admin.request("POST", "/api/rates/pull", {});
    expect([status, body]).toMatchObject([200, { last: { ...last, stored: 0, until: "2026-11-30" } }]);
    expect(await countOf()).toBe(before);
  });

  test("isFetchedByOneOfSeveralInstancesOnly", async () => {
    const { services } = product.server;
    const source = services.ratesFrom;
    if (source === null) throw new Error("the server was started with a source");
    answer = { status: 200, body: `<Cube>${cube("2026-12-04", ["USD", "1.17"])}</Cube>` };
    const before = asked;
    const later = { ...services, now: () => Date.parse("2026-12-04T18:00:00Z") };
    const seen = await Promise.all(
      Array.from({ length: 5 }, async () => await new RateSchedule(later, source).look()),
    );
    expect(asked - before).toBe(1);
    expect(seen.filter((one) => one !== null)).toMatchObject([{ outcome: "DONE", stored: 1 }]);
  });
});

describe("ratesAreDue", () => {
  const seen = (at: string, day: string | null) => ({
    ...{ at, outcome: "DONE" as const, detail: null, stored: 1, until: day },
  });
  test.each([
    ["at the first start", null, "2026-11-30T03:00:00Z", true],
    [
      "not before those of a Monday are out",
      seen("2026-11-30T10:00:00Z", "2026-11-27"),
      "2026-11-30T15:29:59Z",
      false,
    ],
    ["once they are", seen("2026-11-30T10:00:00Z", "2026-11-27"), "2026-11-30T15:30:00Z", true],
    [
      "not again when they are here",
      seen("2026-11-30T16:00:00Z", "2026-11-30"),
      "2026-12-01T15:29:00Z",
      false,
    ],
    ["not on a Saturday", seen("2026-11-27T16:00:00Z", "2026-11-27"), "2026-11-28T18:00:00Z", false],
    ["not on a Sunday", seen("2026-11-27T16:00:00Z", "2026-11-27"), "2026-11-29T18:00:00Z", false],
    [
      "not within the hour of a try",
      seen("2026-11-30T15:31:00Z", "2026-11-27"),
      "2026-11-30T16:30:59Z",
      false,
    ],
    ["an hour after one", seen("2026-11-30T15:31:00Z", "2026-11-27"), "2026-11-30T16:31:00Z", true],
    ["where the last try found nothing", seen("2026-11-28T10:00:00Z", null), "2026-11-28T11:00:00Z", true],
  ])("%s", (_name, last, now, isDue) => {
    expect(isPullDue(last, Date.parse(now))).toBe(isDue);
  });
});
