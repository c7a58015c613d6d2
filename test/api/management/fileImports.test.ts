import { createHash, randomInt } from "node:crypto";
import { request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { testPan } from "../../support/programme.ts";
import { clientFor, codeOf, itemsOf, keyFor, OTHER_PAN, PAN, pointersOf, raw } from "./support.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
});

const PATH = "/api/transactions/import";
const HEADER = "transactionId,pan,type,amount,currency,mcc,transactionAt";
const NDJSON = "application/x-ndjson";

const row = (id: string, { pan = PAN, amount = "1.00", mcc = "5812" } = {}): string =>
  `${id},${pan},PURCHASE,${amount},EUR,${mcc},2026-11-01T10:00:00Z`;
const object = (id: string, more: object = {}): string =>
  JSON.stringify({
    ...{ transactionId: id, pan: PAN, type: "PURCHASE", amount: { amount: "1.00", currency: "EUR" } },
    ...{ mcc: "5812", transactionAt: "2026-11-01T10:00:00Z", ...more },
  });

const reportShape = z.object({
  stored: z.int(),
  ignored: z.int(),
  report: z.object({
    importId: z.string().nullable(),
    lines: z.int(),
    bad: z.int(),
    badLines: z.array(z.object({ line: z.int(), column: z.string().nullable(), message: z.string() })),
    leftOut: z.int(),
    first: z.array(z.looseObject({ line: z.int(), maskedPan: z.string().nullable() })),
  }),
});
const importShape = z.looseObject({
  ...{ id: z.string(), kind: z.string(), fileName: z.string().nullable(), state: z.string() },
  ...{ lines: z.int(), accepted: z.int(), known: z.int(), bad: z.int() },
  ...{ committedLine: z.int(), committedBytes: z.int() },
});

interface Sending {
  readonly type?: string;
  readonly idempotencyKey?: string;
  readonly query?: string;
  readonly key?: string;
}

async function send(body: string | Uint8Array<ArrayBuffer>, sending: Sending = {}) {
  const { type = "text/csv", idempotencyKey, query = "", key } = sending;
  return await raw(server, "POST", `${PATH}?badLines=report${query}`, {
    body,
    type,
    headers: idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey },
    ...(key === undefined ? {} : { key }),
  });
}

async function reported(body: string | Uint8Array<ArrayBuffer>, sending: Sending = {}) {
  const answer = await send(body, sending);
  expect([answer.status, JSON.stringify(answer.body).slice(0, 500)]).toEqual([200, expect.anything()]);
  return reportShape.parse(answer.body);
}

async function importBy(idempotencyKey: string) {
  const query = new URLSearchParams({ idempotencyKey });
  const [one] = itemsOf(await server.admin.send("GET", `/api/imports?${query.toString()}`));
  return one === undefined ? null : importShape.parse(one);
}

async function storedOf(prefix: string): Promise<readonly string[]> {
  const { rows } = await server.server.services.pool.query<{ id: string }>(
    `select transaction_id as id from transactions where transaction_id like $1 || '%' order by seq`,
    [prefix],
  );
  return rows.map(({ id }) => id);
}

/** A client that says it has the whole file, sends so much of it, and goes once the server has come so far. */
async function breakOff(
  body: Buffer,
  bytes: number,
  idempotencyKey: string,
  until: () => Promise<boolean>,
  type = "text/csv",
): Promise<void> {
  const client = request(new URL(`${PATH}?badLines=report`, server.url), {
    method: "POST",
    headers: {
      authorization: `Bearer ${server.adminKey}`,
      "content-type": type,
      "content-length": String(body.length),
      "idempotency-key": idempotencyKey,
    },
  });
  const gone = new Promise<void>((resolve) => {
    client.on("error", () => resolve());
    client.on("close", () => resolve());
  });
  client.write(body.subarray(0, bytes));
  await expect.poll(until).toBe(true);
  client.destroy();
  await gone;
}

const isInterrupted = (key: string) => async (): Promise<boolean> =>
  (await importBy(key))?.state === "INTERRUPTED";

describe("a file whose bad lines are reported", () => {
  it("is taken but for them, wherever they stand, and they are named without what stands in them", async () => {
    const lines = [
      HEADER,
      row("first-bad", { mcc: "x" }),
      row("rep-1"),
      "",
      "too,few",
      row("rep-2", { pan: OTHER_PAN }),
      `${row("rep-3")},more`,
      `"rep-4",${PAN},PURCHASE,1.00,EUR,5812,2026-11-01T10:00:00Z`,
      `"rep-5,${PAN},PURCHASE,1.00,EUR,5812,2026-11-01T10:00:00Z`,
      row("rep-1"),
      row("rep-1", { amount: "2.00" }),
      row(PAN, { pan: OTHER_PAN }),
      row("rep-6", { pan: "5555555555554445" }),
      row("last-bad", { amount: "-1" }),
    ];
    const done = await reported(lines.join("\r\n"), { query: "&fileName=november.csv" });
    expect([done.stored, done.ignored, done.report.lines, done.report.bad]).toEqual([3, 1, 12, 8]);
    expect([...new Set(done.report.badLines.map(({ line }) => line))]).toEqual([2, 5, 7, 9, 11, 12, 13, 14]);
    expect(done.report.badLines.map(({ column }) => column)).toEqual(
      expect.arrayContaining(["mcc", null, "transactionId", "pan", "amount"]),
    );
    expect(await storedOf("rep-")).toEqual(["rep-1", "rep-2", "rep-4"]);
    const id = z.string().parse(done.report.importId);
    const kept = importShape.parse((await server.admin.send("GET", `/api/imports/${id}`)).body);
    expect(kept).toMatchObject({ kind: "TRANSACTIONS", fileName: "november.csv", state: "COMPLETED" });
    expect(kept).toMatchObject({ lines: 12, accepted: 3, known: 1, bad: 8, committedLine: 14 });
    const json = await server.admin.send("GET", `/api/imports/${id}/report`);
    expect(json.body).toMatchObject({ bad: 8, leftOut: 0, badLines: done.report.badLines });
    const csv = await fetch(`${server.url}/api/imports/${id}/report?format=csv`, {
      headers: { authorization: `Bearer ${server.adminKey}` },
    });
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const text = await csv.text();
    expect(text.split("\r\n")).toContain("2,mcc,an MCC of four digits is wanted");
    expect(JSON.stringify([done, json.body, text])).not.toContain(PAN);
  });

  it("has a bad line for what is no UTF-8, for a line of a megabyte, and for a row of a quote that does not end", async () => {
    const megabyte = "x".repeat(1_048_576);
    for (const place of ["first", "middle", "last"]) {
      for (const bad of [Buffer.from([0x61, 0xff, 0xfe]), Buffer.from(megabyte), Buffer.from('"a')]) {
        const id = `u-${place}-${String(bad.length)}-`;
        const good = Array.from({ length: 1_500 }, (_, n) => Buffer.from(row(`${id}${String(n)}`)));
        const at = place === "first" ? 0 : place === "middle" ? 700 : good.length;
        const lines = [Buffer.from(HEADER), ...good.slice(0, at), bad, ...good.slice(at)];
        const file = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
        const done = await reported(new Uint8Array(file));
        expect([done.stored, done.report.bad]).toEqual([1_500, 1]);
        expect(done.report.badLines).toMatchObject([{ line: at + 2, column: null }]);
      }
    }
  });

  it("may be NDJSON, whose lines may be no JSON, no object, or an object that holds a card number elsewhere", async () => {
    const lines = [
      object("js-1"),
      "{",
      "",
      "[1]",
      "null",
      object("js-2", { extra: 1 }),
      object("js-3", { [PAN]: "1" }),
      object("js-4", { pan: 5555555555554444 }),
      object("js-5", { amount: { amount: "1", currency: "XXX" } }),
      object("js-6", { __proto__: {} }),
      `{"transactionId":"js-7","__proto__":{"pan":"${PAN}"}}`,
      "[".repeat(8_000),
      object("js-8", { postedAt: "2026-11-02T10:00:00Z", refersTo: "js-1" }),
    ];
    const done = await reported(lines.join("\n"), { type: `${NDJSON}; charset=utf-8` });
    expect([done.stored, done.report.lines, done.report.bad]).toEqual([3, 12, 9]);
    expect(await storedOf("js-")).toEqual(["js-1", "js-6", "js-8"]);
    expect(JSON.stringify(done)).not.toContain(PAN);
    expect((await reported("", { type: NDJSON })).report).toMatchObject({ lines: 0, bad: 0 });
    const whole = await raw(server, "POST", PATH, { body: lines.join("\n"), type: NDJSON });
    expect([whole.status, pointersOf(whole)[0]]).toEqual([422, "/2"]);
    const good = await raw(server, "POST", PATH, { body: `${object("js-9")}\n`, type: NDJSON });
    expect(good.body).toEqual({ stored: 1, ignored: 0 });
  });

  it("is refused as a whole without a header that is one", async () => {
    for (const [body, pointer] of [
      ["", "/1"],
      ["\n\n", "/1"],
      ["low,high\n", "/1/1"],
      [`\n${HEADER},extra\n`, "/2/8"],
    ] as const) {
      const answer = await send(body);
      expect([body, answer.status, pointersOf(answer)[0]]).toEqual([body, 422, pointer]);
    }
    const bom = await reported(`\uFEFF${HEADER}\n${row("bom-1")}`);
    expect(bom).toMatchObject({ stored: 1 });
  });

  it("is tried: what would be stored, how its first lines are understood, and nothing stays", async () => {
    const counts = async () =>
      (
        await server.server.services.pool.query<{ all: string }>(
          `select (select count(*) from transactions) || ' ' || (select count(*) from card_vault) || ' ' ||
                  (select count(*) from imports) as all`,
        )
      ).rows[0];
    const file = [
      HEADER,
      row("rep-1"),
      row("rep-1", { mcc: "1111" }),
      row("try-1", { pan: testPan(77) }),
      "x",
    ];
    const before = await counts();
    const tried = await reported(file.join("\n"), { query: "&dryRun=true", idempotencyKey: "tried" });
    expect(await counts()).toEqual(before);
    expect(tried).toMatchObject({ stored: 1, ignored: 1, report: { importId: null, lines: 4, bad: 2 } });
    expect(tried.report.first.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(tried.report.first[0]).toMatchObject({ transactionId: "rep-1", maskedPan: "555555******4444" });
    expect(JSON.stringify(tried)).not.toContain(testPan(77));
    expect(await reported(file.join("\n"))).toMatchObject({ stored: 1, ignored: 1, report: { bad: 2 } });
  });

  it("is tried as it would be taken where it says the same again, or something else, much further on", async () => {
    const between = (from: number): readonly string[] =>
      Array.from({ length: 1_500 }, (_, n) => row(`far-${String(from + n)}`, { pan: testPan(n % 50) }));
    const stranger = { pan: testPan(4_711) };
    const repeats = [row("far-a", stranger), row("far-b", { ...stranger, mcc: "1111" }), row("far-c")];
    const file = [
      ...[HEADER, row("far-a", stranger), row("far-b", stranger), row("far-c", { pan: testPan(4_712) })],
      ...[...between(0), ...repeats, ...between(1_500), ...repeats],
    ].join("\n");
    const tried = await reported(file, { query: "&dryRun=true" });
    const { report: _, ...counts } = tried;
    const taken = await reported(file);
    expect(taken).toMatchObject(counts);
    expect(counts).toEqual({ stored: 3_003, ignored: 2 });
    expect(tried.report.badLines).toEqual(taken.report.badLines);
    expect(tried.report.badLines.map(({ line }) => line)).toEqual([1_506, 1_507, 3_009, 3_010]);
  });

  it("keeps the first 10,000 bad lines, and says how many more there were", async () => {
    const done = await reported([HEADER, ...Array.from({ length: 10_400 }, () => "x")].join("\n"));
    expect(done.report).toMatchObject({ bad: 10_400, leftOut: 400 });
    expect(done.report.badLines).toHaveLength(100);
    const answer = await server.admin.send("GET", `/api/imports/${String(done.report.importId)}/report`);
    const { badLines } = z.looseObject({ badLines: z.array(z.object({ line: z.int() })) }).parse(answer.body);
    expect([new Set(badLines.map(({ line }) => line)).size, answer.body]).toMatchObject([
      10_000,
      { leftOut: 400 },
    ]);
  });

  it("has no card out of sight", async () => {
    await server.admin.send(
      "POST",
      "/api/account-ranges/import",
      `${RANGES}\n510510,510510,0002,Two,POL,WLE\n`,
    );
    const key = await keyFor(server, "USER", { icas: ["0001"] });
    const done = await reported([HEADER, row("out-1", { pan: OTHER_PAN })].join("\n"), { key });
    expect(done.report.badLines).toEqual([{ line: 2, column: "pan", message: "there is no such card" }]);
    expect(await storedOf("out-")).toEqual([]);
  });
});

const RANGES = "low,high,ica,issuerName,country,productCode";

describe("an import that broke off", () => {
  const lines = Array.from({ length: 3_000 }, (_, n) => row(`cut-${String(n)}`, { pan: testPan(n % 50) }));
  const file = Buffer.from([HEADER, ...lines, ""].join("\n"));

  it("says how far it is while it runs, and is taken up where its client went", async () => {
    const key = "client-went";
    await breakOff(file, 150_000, key, async () => ((await importBy(key))?.committedBytes ?? 0) > 100_000);
    await expect.poll(isInterrupted(key)).toBe(true);
    const half = await importBy(key);
    expect(half).toMatchObject({ state: "INTERRUPTED", accepted: half?.lines, bad: 0 });
    expect(await storedOf("cut-")).toHaveLength(half?.accepted ?? -1);
    const other = await send(file.toString().replace("cut-7,", "cut-x,"), { idempotencyKey: key });
    expect([other.status, codeOf(other)]).toEqual([409, "REQUEST_ID_REUSED"]);
    const short = await send(`${HEADER}\n${row("cut-0")}`, { idempotencyKey: key });
    expect([short.status, codeOf(short)]).toEqual([409, "REQUEST_ID_REUSED"]);
    const format = await send(object("cut-0"), { idempotencyKey: key, type: NDJSON });
    expect([format.status, codeOf(format)]).toEqual([409, "REQUEST_ID_REUSED"]);
    expect((await importBy(key))?.committedBytes).toBe(half?.committedBytes);
    const done = await reported(new Uint8Array(file), { idempotencyKey: key });
    expect(done).toMatchObject({ stored: 3_000, ignored: 0, report: { lines: 3_000, bad: 0 } });
    expect((await storedOf("cut-")).toSorted()).toEqual(lines.map((_, n) => `cut-${String(n)}`).toSorted());
    expect(await reported(new Uint8Array(file), { idempotencyKey: key })).toEqual(done);
    const longer = await send(`${file.toString()}${row("cut-more")}\n`, { idempotencyKey: key });
    expect([longer.status, codeOf(longer)]).toEqual([409, "REQUEST_ID_REUSED"]);
    expect(await importBy(key)).toMatchObject({ state: "COMPLETED", lines: 3_000 });
  });

  it("is in the hands of whoever took it up last", async () => {
    const key = "two-at-once";
    const many = Array.from({ length: 4_000 }, (_, n) => row(`two-${String(n)}`, { pan: testPan(n % 50) }));
    const body = new Uint8Array(Buffer.from([HEADER, ...many].join("\n")));
    const answers = await Promise.all([1, 2, 3].map(async () => await send(body, { idempotencyKey: key })));
    for (const { status } of answers) expect([200, 409]).toContain(status);
    expect(await reported(body, { idempotencyKey: key })).toMatchObject({ stored: 4_000, ignored: 0 });
    expect(await storedOf("two-")).toHaveLength(4_000);
  });

  it("takes turns with others of the same cards: each transaction is stored once", async () => {
    const many = Array.from({ length: 2_000 }, (_, n) => row(`both-${String(n)}`, { pan: testPan(n % 20) }));
    const bodies = [[HEADER, ...many].join("\n"), [HEADER, ...many.toReversed()].join("\n")];
    const done = await Promise.all(bodies.map(async (body) => await reported(body)));
    expect(done.map(({ report }) => report.bad)).toEqual([0, 0]);
    expect(done[0] && done[1] && done[0].stored + done[1].stored).toBe(2_000);
    expect(await storedOf("both-")).toHaveLength(2_000);
  });

  const line = fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 400 }).map((n) => ({ n, kind: "good" as const })) },
    { weight: 1, arbitrary: fc.constantFrom("mcc", "utf8", "empty", "long").map((kind) => ({ n: 0, kind })) },
  );

  it("comes to the same table however it is chopped", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 900 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom("\n", "\r\n"),
        async (wanted, cuts, newline) => {
          const of = createHash("sha256")
            .update(String(randomInt(2 ** 40)))
            .digest("hex")
            .slice(0, 10);
          const bytesOf = (prefix: string): Buffer =>
            Buffer.concat([
              Buffer.from(`${HEADER}${newline}`),
              ...wanted.flatMap(({ n, kind }) => [
                lineOf(kind, `${prefix}-${String(n)}`, n),
                Buffer.from(newline),
              ]),
            ]);
          const [whole, chopped] = [bytesOf(`w${of}`), bytesOf(`c${of}`)];
          const once = await reported(new Uint8Array(whole));
          const key = `chopped-${of}`;
          for (const cut of cuts) {
            const bytes = Math.floor(cut * (chopped.length - 1));
            await breakOff(
              chopped,
              bytes,
              key,
              async () =>
                // A piece that is whole by then has been taken.
                bytes < 45_000 || (await importBy(key)) !== null,
            );
          }
          await expect
            .poll(async () => (await send(new Uint8Array(chopped), { idempotencyKey: key })).status)
            .toBe(200);
          const again = await reported(new Uint8Array(chopped), { idempotencyKey: key });
          const plain = ({ stored, ignored, report: { importId: _id, ...report } }: typeof once) => {
            return { stored, ignored, report };
          };
          expect(plain(again)).toEqual(plain(once));
          const without = async (prefix: string) =>
            (await storedOf(prefix)).map((id) => id.slice(1)).toSorted();
          expect(await without(`c${of}-`)).toEqual(await without(`w${of}-`));
        },
      ),
      { numRuns: 12 },
    );
  });
});

function lineOf(kind: string, id: string, n: number): Buffer {
  switch (kind) {
    case "good":
      return Buffer.from(row(id, { pan: testPan(n % 30) }));
    case "mcc":
      return Buffer.from(row(id, { mcc: "x" }));
    case "utf8":
      return Buffer.from([0x61, 0xff]);
    case "long":
      return Buffer.from("y".repeat(60_000));
    default:
      return Buffer.alloc(0);
  }
}

describe("the history of imports", () => {
  it("holds those of every kind, the newest first, page by page", async () => {
    await server.admin.send(
      "POST",
      "/api/account-ranges/import?fileName=ranges.csv",
      `${RANGES}\n58,58,3,Three,POL,WLE\n`,
    );
    await server.admin.send(
      "POST",
      "/api/rates/import?fileName=rates.csv",
      "date,base,quote,rate\n2026-06-01,EUR,USD,1.1\n",
    );
    const enrolments = `pan,aref,ica,productCode\n${testPan(900)},H-1,3,WLE\n${testPan(901)},H-1,3,WLE\n`;
    await server.admin.send("POST", "/api/cards/enrolments/import?fileName=cards.csv", enrolments);
    await server.admin.send(
      "POST",
      "/api/transactions/import?fileName=whole.csv",
      `${HEADER}\n${row("hist-1")}\n`,
    );
    const balances = `pan,rulesetId,usedAt,free\n${testPan(900)},01J00000000000000000000000,2026-01-01,1\n`;
    await server.admin.send("POST", "/api/opening-balances?source=old", balances);
    await server.admin.send("POST", "/api/transactions/import?dryRun=true", `${HEADER}\n${row("hist-2")}\n`);
    const seen: Record<string, unknown>[] = [];
    let cursor: string | null = "";
    while (cursor !== null && seen.length < 5) {
      const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page = await server.admin.send("GET", `/api/imports?limit=2${query}`);
      seen.push(...itemsOf(page));
      cursor = z.looseObject({ nextCursor: z.string().nullable() }).parse(page.body).nextCursor;
    }
    expect(
      seen.slice(0, 5).map(({ kind, fileName, accepted, bad }) => [kind, fileName, accepted, bad]),
    ).toEqual([
      ["OPENING_BALANCES", "old", 0, 1],
      ["TRANSACTIONS", "whole.csv", 1, 0],
      ["ENROLMENTS", "cards.csv", 1, 1],
      ["RATES", "rates.csv", 1, 0],
      ["ACCOUNT_RANGES", "ranges.csv", 1, 0],
    ]);
    for (const index of [0, 2]) {
      const id = String(seen[index]?.["id"]);
      const report = (await server.admin.send("GET", `/api/imports/${id}/report`)).body;
      expect(report).toMatchObject({ bad: 1, leftOut: 0 });
      expect(z.looseObject({ badLines: z.array(z.unknown()) }).parse(report).badLines).toHaveLength(1);
    }
    const rates = itemsOf(
      await server.admin.send("GET", "/api/imports?kind=RATES&kind=ENROLMENTS&state=COMPLETED"),
    );
    expect(rates.map(({ kind }) => kind)).toEqual(["ENROLMENTS", "RATES"]);
    expect((await server.admin.request("GET", "/api/imports?kind=OTHER")).status).toBe(422);
    expect((await server.admin.request("GET", "/api/imports/none")).status).toBe(404);
    expect((await server.admin.request("GET", `/api/imports/01J00000000000000000000000/report`)).status).toBe(
      404,
    );
  });

  it("shows to whoever has a scope their own", async () => {
    const user = await clientFor(server, "USER", { icas: ["0001"] });
    expect(itemsOf(await user.send("GET", "/api/imports"))).toEqual([]);
    const [newest] = itemsOf(await server.admin.send("GET", "/api/imports"));
    expect((await user.request("GET", `/api/imports/${String(newest?.["id"])}`)).status).toBe(404);
    await user.send("POST", "/api/account-ranges/import", `${RANGES}\n5599,5599,0001,One,POL,WLE\n`);
    expect(itemsOf(await user.send("GET", "/api/imports"))).toMatchObject([{ kind: "ACCOUNT_RANGES" }]);
  });

  it("takes no name of a file that holds a card number", async () => {
    const answer = await raw(server, "POST", `${PATH}?fileName=${PAN}.csv`, {
      body: `${HEADER}\n`,
      type: "text/csv",
    });
    expect([answer.status, pointersOf(answer)]).toEqual([422, ["/query/fileName"]]);
  });
});
