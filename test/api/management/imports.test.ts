import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { codeOf, itemsOf, members, OTHER_PAN, PAN, pointersOf, raw } from "./support.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.stop();
});

const HEADER = "low,high,ica,issuerName,country,productCode,productName";

async function importCsv(path: string, body: string) {
  return await raw(server, "POST", path, { body, type: "text/csv; charset=utf-8" });
}

const ranges = async (...rows: string[]) =>
  await importCsv("/api/account-ranges/import", `${[HEADER, ...rows].join("\r\n")}\r\n`);

describe("account ranges", () => {
  it("are imported, filled up to 19 digits, and the later import of the same bounds wins", async () => {
    const first = await ranges(
      "510000,510000,0001,One,POL,WLE,World Elite",
      '52,5299,0002,"Two, Inc",DEU,MCG,',
    );
    expect(first.body).toMatchObject({ imported: 2 });
    await ranges("510000,510000,0003,Three,POL,WLE,");
    const items = itemsOf(await server.admin.send("GET", "/api/account-ranges"));
    expect(
      items.map(({ low, high, ica, issuerName, productName }) => [low, high, ica, issuerName, productName]),
    ).toEqual([
      ["5100000000000000000", "5100009999999999999", "0003", "Three", null],
      ["5200000000000000000", "5299999999999999999", "0002", "Two, Inc", null],
      ["5100000000000000000", "5100009999999999999", "0001", "One", "World Elite"],
    ]);
    const { services } = server.server;
    const { rows } = await services.pool.query<{ revision: number }>(
      "select revision from scope_revisions where scope = 'account-ranges'",
    );
    const index = await services.accountRanges.at(rows[0]?.revision ?? 0);
    expect(index.find("5100001234567890")?.issuer.ica).toBe("0003");
    expect(itemsOf(await server.admin.send("GET", "/api/account-ranges?country=DEU"))).toHaveLength(1);
  });

  it("are imported all or not at all, with the line and the column of what is wrong", async () => {
    const before = members(await server.admin.send("GET", "/api/account-ranges"))["total"];
    const answer = await ranges(
      "530000,530000,1,Bank,POL,WLE,",
      "53x,530000,1,Bank,POL,WLE,",
      "540000,53,1,Bank,Poland,wle,",
      `${PAN},${PAN},1,Bank,POL,WLE,`,
      "550000,550000",
      "560000,560000,1,Bank,POL,WLE,,,",
      "570000,570000,1,a\0b,POL,WLE,",
    );
    expect([answer.status, codeOf(answer)]).toEqual([422, "INVALID_REQUEST"]);
    const wanted = [
      "/3/low",
      "/4/country",
      "/4/productCode",
      "/5/low",
      "/6/ica",
      "/6/issuerName",
      "/6/country",
    ];
    expect(pointersOf(answer)).toEqual([...wanted, "/6/productCode", "/7", "/8"]);
    expect(JSON.stringify(answer.body)).not.toContain(PAN);
    expect(members(await server.admin.send("GET", "/api/account-ranges"))["total"]).toBe(before);
  });

  it("are tried without being stored: how many are new, how many replace what was known", async () => {
    const rows = [
      HEADER,
      "510000,510000,0003,Three,POL,WLE,",
      "580000,580000,0004,Four,POL,WLE,",
      "590000,590000,0004,Four,POL,WLE,",
    ].join("\n");
    const before = members(await server.admin.send("GET", "/api/account-ranges"))["total"];
    const tried = await importCsv("/api/account-ranges/import?dryRun=true", rows);
    expect(tried.body).toEqual({ importId: null, imported: 0, added: 2, replaced: 1, differs: [] });
    expect(members(await server.admin.send("GET", "/api/account-ranges"))["total"]).toBe(before);
    const wrong = await importCsv("/api/account-ranges/import?dryRun=true", `${HEADER}\nx,1,1,B,POL,WLE,`);
    expect([wrong.status, pointersOf(wrong)]).toEqual([422, ["/2/low"]]);
    const done = await importCsv("/api/account-ranges/import", rows);
    expect(done.body).toMatchObject({ imported: 3, added: 2, replaced: 1 });
    const again = await importCsv("/api/account-ranges/import", rows);
    expect(again.body).toMatchObject({ imported: 3, added: 0, replaced: 3 });
  });

  it("are found by the first digits of a number that lies in them", async () => {
    const found = async (bin: string): Promise<readonly unknown[]> =>
      itemsOf(await server.admin.send("GET", `/api/account-ranges?bin=${bin}`)).map((one) => one["low"]);
    expect(new Set(await found("580000"))).toEqual(new Set(["5800000000000000000"]));
    expect(await found("52123")).toEqual(["5200000000000000000"]);
    expect(new Set(await found("58"))).toEqual(new Set(["5800000000000000000"]));
    expect(await found("570000")).toEqual([]);
    expect((await server.admin.request("GET", "/api/account-ranges?bin=580000000000")).status).toBe(422);
  });

  it("want the header, and tell at most a hundred errors", async () => {
    for (const [body, pointer] of [
      ["", "/1"],
      ["low,high\n", "/1/ica"],
      [`${HEADER},extra\n`, "/1/8"],
      [`low,${HEADER}\n`, "/1/low"],
      [`${HEADER}\n"510000,1`, "/2"],
    ] as const) {
      const answer = await importCsv("/api/account-ranges/import", body);
      expect([body, answer.status, pointersOf(answer)[0]]).toEqual([body, 422, pointer]);
    }
    const many = await ranges(...Array.from({ length: 5_000 }, () => "x,y,z,Bank,POL,WLE,"));
    expect(pointersOf(many)).toHaveLength(100);
    const json = await raw(server, "POST", "/api/account-ranges/import", { body: "{}" });
    expect([json.status, codeOf(json)]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  });

  it("come by hundreds of thousands in a few seconds", async () => {
    const rows = Array.from({ length: 200_000 }, (_, n) => {
      const bin = String(6_000_000_000 + n * 7);
      return `${bin},${bin},${String(100_000 + (n % 5_000))},Bank ${String(n % 500)},POL,WLE,World Elite`;
    });
    const answer = await importCsv("/api/account-ranges/import", [HEADER, ...rows].join("\n"));
    expect(answer.body).toMatchObject({ imported: 200_000 });
    const page = await server.admin.send("GET", "/api/account-ranges?limit=1");
    expect(page.body).toMatchObject({ total: 10_000, totalExact: false });
  });

  it("are refused beyond 64 MiB", async () => {
    const line = `510000,510000,1,${"x".repeat(190)},POL,WLE,\n`;
    const body = `${HEADER}\n${line.repeat(Math.ceil(67_200_000 / line.length))}`;
    const answer = await importCsv("/api/account-ranges/import", body).catch(() => null);
    // A client that is still sending may find the connection closed before it reads the answer.
    if (answer !== null) expect([answer.status, codeOf(answer)]).toEqual([413, "TOO_LARGE"]);
    expect((await server.admin.request("GET", "/api/account-ranges?limit=1")).status).toBe(200);
  });
});

const purchase = (transactionId: string, more: object = {}) => ({
  transactionId,
  pan: PAN,
  type: "PURCHASE",
  amount: { amount: "12.50", currency: "EUR" },
  mcc: "5941",
  transactionAt: "2026-05-01T10:00:00Z",
  ...more,
});

async function post(...transactions: unknown[]) {
  return await server.admin.request("POST", "/api/transactions", { transactions });
}

describe("transactions", () => {
  it("are stored once, by number or by card", async () => {
    const { cardId } = z
      .looseObject({ cardId: z.string() })
      .parse((await server.admin.send("POST", "/api/cards/lookup", { pan: PAN })).body);
    const { pan: _pan, ...byCard } = purchase("t-2", { cardRef: cardId, type: "REFUND", refersTo: "t-1" });
    const first = await post(purchase("t-1"), byCard, purchase("t-3", { pan: OTHER_PAN }));
    expect(first.body).toEqual({ stored: 3, ignored: 0 });
    const again = purchase("t-1", {
      amount: { amount: "12.5", currency: "EUR" },
      transactionAt: "2026-05-01T12:00:00+02:00",
    });
    expect((await post(again, byCard, purchase("t-4"), purchase("t-4"))).body).toEqual({
      stored: 1,
      ignored: 3,
    });
    const { rows } = await server.server.services.pool.query<{ card_id: string; minor: string }>(
      "select card_id, minor from transactions where transaction_id in ('t-1', 't-2', 't-4')",
    );
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ card_id: cardId, minor: "1250" })));
  });

  it("of one id and other content are refused, and nothing is stored", async () => {
    await post(purchase("d-1"));
    for (const other of [
      { amount: { amount: "12.51", currency: "EUR" } },
      { amount: { amount: "12.50", currency: "USD" } },
      { pan: OTHER_PAN },
      { mcc: "5942" },
      { type: "REFUND" },
      { transactionAt: "2026-05-01T10:00:00.001Z" },
      { postedAt: "2026-05-02T10:00:00Z" },
      { refersTo: "x" },
    ]) {
      const answer = await post(purchase("d-2"), purchase("d-1", other));
      expect([answer.status, codeOf(answer), ...pointersOf(answer)]).toEqual([
        409,
        "TRANSACTION_DIFFERS",
        "/transactions/1",
      ]);
    }
    expect((await post(purchase("d-2"), purchase("d-2", { mcc: "1111" }))).status).toBe(409);
    expect((await post(purchase("d-2"))).body).toEqual({ stored: 1, ignored: 0 });
  });

  it("are refused as a whole for a bad one, which is named", async () => {
    const bad: readonly unknown[] = [
      purchase("b", { pan: "5555555555554445" }),
      purchase("b", { pan: undefined }),
      purchase("b", { cardRef: "01J00000000000000000000000" }),
      purchase("b", { pan: undefined, cardRef: "01J00000000000000000000000" }),
      purchase("b", { amount: { amount: "-1", currency: "EUR" } }),
      purchase("b", { amount: { amount: "1.005", currency: "EUR" } }),
      purchase("b", { transactionAt: "yesterday" }),
      purchase("b", { mcc: "12" }),
      purchase("", {}),
      "no object",
      null,
    ];
    for (const one of bad) {
      const answer = await post(purchase("g-1"), one, purchase("g-2"));
      expect([answer.status, pointersOf(answer)]).toEqual([422, ["/transactions/1"]]);
    }
    expect((await post(purchase("g-1"))).body).toEqual({ stored: 1, ignored: 0 });
    const many = Array.from({ length: 1_001 }, (_, n) => purchase(`m-${String(n)}`));
    const answer = await post(...many);
    expect([answer.status, ...pointersOf(answer)]).toEqual([422, "/transactions"]);
    expect((await post(...many.slice(1))).body).toEqual({ stored: 1_000, ignored: 0 });
  });

  it("sent twice at once are stored once", async () => {
    const batch = Array.from({ length: 200 }, (_, n) => purchase(`race-${String(n)}`, { pan: OTHER_PAN }));
    const answers = await Promise.all(
      Array.from({ length: 6 }, async (_, n) => await post(...(n % 2 === 0 ? batch : [...batch].reverse()))),
    );
    const counts = z.looseObject({ stored: z.int(), ignored: z.int() });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(answers.reduce((sum, { body }) => sum + counts.parse(body).stored, 0)).toBe(200);
  });

  it("of one new number sent at once belong to one card", async () => {
    const pan = "5454545454545454";
    await Promise.all(
      Array.from({ length: 8 }, async (_, n) => await post(purchase(`new-${String(n)}`, { pan }))),
    );
    const { rows } = await server.server.services.pool.query(
      "select distinct card_id from transactions where transaction_id like 'new-%'",
    );
    expect(rows).toHaveLength(1);
    const orphans = await server.server.services.pool.query(
      "select 1 from card_vault v where not exists (select 1 from card_alias a where a.card_id = v.card_id)",
    );
    expect(orphans.rows).toEqual([]);
  });

  it("are imported as CSV, with lines for pointers", async () => {
    const header = "transactionId,pan,type,amount,currency,mcc,transactionAt";
    const row = (id: string, mcc = "5941") => `${id},${PAN},PURCHASE,1.00,EUR,${mcc},2026-05-01T10:00:00Z`;
    const body = [header, ...Array.from({ length: 12_000 }, (_, n) => row(`csv-${String(n)}`))].join("\n");
    expect((await importCsv("/api/transactions/import", body)).body).toEqual({ stored: 12_000, ignored: 0 });
    expect((await importCsv("/api/transactions/import", body)).body).toEqual({ stored: 0, ignored: 12_000 });
    const differs = await importCsv(
      "/api/transactions/import",
      `${body.replace("5941", "5942")}\n${row("csv-new")}`,
    );
    expect([differs.status, ...pointersOf(differs)]).toEqual([409, "/2"]);
    const bad = await importCsv(
      "/api/transactions/import",
      [header, row("csv-new"), row("csv-bad", "x")].join("\n"),
    );
    expect([bad.status, ...pointersOf(bad)]).toEqual([422, "/3/mcc"]);
    expect((await importCsv("/api/transactions/import", [header, row("csv-new")].join("\n"))).body).toEqual({
      stored: 1,
      ignored: 0,
    });
  });
});

describe("imports of transactions that are tried", () => {
  const header = "transactionId,pan,type,amount,currency,mcc,transactionAt";
  const line = (id: string, pan: string, amount = "1.00") =>
    `${id},${pan},PURCHASE,${amount},EUR,5812,2026-11-01T10:00:00Z`;

  it("say what would be stored, and leave nothing: neither transactions nor cards", async () => {
    const { services } = server.server;
    const counts = async () =>
      (
        await services.pool.query<{ transactions: string; cards: string }>(
          "select (select count(*) from transactions) as transactions, (select count(*) from card_vault) as cards",
        )
      ).rows[0];
    await importCsv("/api/transactions/import", [header, line("try-1", PAN)].join("\n"));
    const before = await counts();
    const file = [
      header,
      line("try-1", PAN),
      line("try-2", PAN),
      line("try-3", "4000000000000119"),
      line("try-3", "4000000000000119"),
    ].join("\n");
    const tried = await importCsv("/api/transactions/import?dryRun=true", file);
    expect(tried.body).toEqual({ stored: 2, ignored: 2 });
    expect(await counts()).toEqual(before);
    const differing = [header, line("try-1", PAN, "2.00"), line("try-9", PAN)].join("\n");
    const refused = await importCsv("/api/transactions/import?dryRun=true", differing);
    expect([refused.status, codeOf(refused), pointersOf(refused)]).toEqual([
      409,
      "TRANSACTION_DIFFERS",
      ["/2"],
    ]);
    const twice = [header, line("try-7", "4000000000000119"), line("try-7", "4000000000000127")].join("\n");
    expect((await importCsv("/api/transactions/import?dryRun=true", twice)).status).toBe(409);
    expect((await importCsv("/api/transactions/import", file)).body).toEqual(tried.body);
  });

  it("are listed, the newest first, for whoever may see the card", async () => {
    const list = async (query: string) =>
      itemsOf(await server.admin.send("GET", `/api/transactions?${query}`));
    expect(await list("transactionId=try-2")).toMatchObject([
      {
        transactionId: "try-2",
        maskedPan: `${PAN.slice(0, 6)}******${PAN.slice(-4)}`,
        type: "PURCHASE",
        amount: { amount: "1.00", currency: "EUR" },
        mcc: "5812",
        transactionAt: "2026-11-01T10:00:00.000Z",
        postedAt: null,
      },
    ]);
    const ids = async (query: string) =>
      (await list(`limit=500&${query}`))
        .map(({ transactionId }) => String(transactionId))
        .filter((id) => id.startsWith("try-"));
    expect(await ids("last4=0119")).toEqual(["try-3"]);
    expect(await ids(`bin=${PAN.slice(0, 6)}`)).toEqual(["try-2", "try-1"]);
    expect(await ids("mcc=5812&currency=EUR&type=PURCHASE&from=2026-11-01T10:00:00Z")).toEqual([
      "try-3",
      "try-2",
      "try-1",
    ]);
    expect(await ids("to=2026-11-01T10:00:00Z")).toEqual([]);
    expect(await ids("type=REFUND")).toEqual([]);
    const keyOf = async (role: string, scope: object): Promise<string> => {
      const made = await server.admin.send("POST", "/api/keys", { name: role, role, scope });
      return z.looseObject({ key: z.string() }).parse(made.body).key;
    };
    for (const scope of [{ icas: ["0009999"] }, { locationIds: ["01J00000000000000000000000"] }]) {
      const answer = await fetch(`${server.url}/api/transactions`, {
        headers: { authorization: `Bearer ${await keyOf("AUDITOR", scope)}` },
      });
      expect(await answer.json()).toMatchObject({ items: [], total: 0 });
    }
  });
});

describe("rates", () => {
  it("are added, and the newest of a day and pair counts", async () => {
    const rate = { date: "2026-05-01", base: "EUR", quote: "PLN" };
    const answer = await server.admin.send("POST", "/api/rates", {
      rates: [
        { ...rate, rate: "4.25" },
        { ...rate, rate: 4.5 },
      ],
    });
    expect(answer.body).toEqual({ stored: 2 });
    const items = itemsOf(await server.admin.send("GET", "/api/rates?base=EUR&date=2026-05-01"));
    expect(items.map(({ date, rate: text }) => [date, text])).toEqual([
      ["2026-05-01", "4.5"],
      ["2026-05-01", "4.25"],
    ]);
    const { services } = server.server;
    const { rows } = await services.pool.query<{ revision: number }>(
      "select revision from scope_revisions where scope = 'rates'",
    );
    expect(rows[0]?.revision).toBe(1);
    expect((await services.rates.at(1, ["2026-05-01"])).find("2026-05-01", "EUR", "PLN")?.text).toContain(
      "45:10",
    );
  });

  it("come as CSV, tried first, and are stored no second time", async () => {
    const csv = (...rows: string[]) => ["date,base,quote,rate", ...rows].join("\n");
    const file = csv("2026-06-01,EUR,USD,1.1000", "2026-06-01,EUR,PLN,4.1", "2026-06-02,EUR,PLN,4.2");
    const stored = async (): Promise<number> =>
      itemsOf(await server.admin.send("GET", "/api/rates?limit=500")).filter(({ date }) =>
        String(date).startsWith("2026-06"),
      ).length;
    const tried = await importCsv("/api/rates/import?dryRun=true", file);
    expect(tried.body).toEqual({ stored: 0, added: 3, replaced: 0, unchanged: 0 });
    expect(await stored()).toBe(0);
    expect((await importCsv("/api/rates/import", file)).body).toEqual({ ...members(tried), stored: 3 });
    const next = csv(
      "2026-06-01,EUR,USD,1.1",
      "2026-06-01,EUR,PLN,4.9",
      "2026-06-01,EUR,PLN,4.15",
      "2026-06-03,EUR,PLN,04.20",
    );
    expect((await importCsv("/api/rates/import", next)).body).toEqual({
      stored: 2,
      added: 1,
      replaced: 1,
      unchanged: 1,
    });
    expect(await stored()).toBe(5);
    const newest = itemsOf(await server.admin.send("GET", "/api/rates?date=2026-06-01&quote=PLN"));
    expect(newest[0]).toMatchObject({ rate: "4.15" });
    const wrong = await importCsv(
      "/api/rates/import",
      csv("2026-06-04,EUR,EUR,1", "2026-06-04,EUR,PLN,-1", "2026-02-30,EUR,PLN,1"),
    );
    expect([wrong.status, pointersOf(wrong)]).toEqual([422, ["/2/quote", "/3/rate", "/4/date"]]);
    expect(await stored()).toBe(5);
  });
});
