import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { z } from "zod";
import {
  check,
  confirm,
  createLocation,
  createTerminal,
  outcome,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

let product: TestServer;
const HOSTILE = '=cmd|"/c calc"!A1';
const listed = z.object({
  items: z.array(
    z.looseObject({ accessId: z.string(), status: z.string(), locationName: z.string().nullable() }),
  ),
  total: z.int(),
});

beforeAll(async () => {
  product = await startTestServer();
  const { admin, url } = product;
  const { terminal, rulesetId } = await simpleProgramme(admin, url, {
    cardholder: { free: 1, window: { kind: "ROLLING", days: 30 } },
    criteria: { locations: null },
    guests: { adults: { free: 2, maxPerEntry: 2 } },
  });
  expect(rulesetId).not.toBe("");
  const hostile = await createTerminal(admin, url, await createLocation(admin, { name: HOSTILE }));
  for (let card = 0; card < 12; card++) {
    const { accessId } = outcome(await check(card % 3 === 0 ? hostile : terminal, testPan(card)));
    if (card % 4 !== 0) await confirm(card % 3 === 0 ? hostile : terminal, accessId, card % 2);
    await check(terminal, testPan(card));
  }
});
afterAll(async () => {
  await product.stop();
});

async function file(query: string, key = product.adminKey, what = "operations"): Promise<Response> {
  return await fetch(`${product.url}/api/exports/${what}?${query}`, {
    headers: { authorization: `Bearer ${key}` },
  });
}

async function csv(query: string, what = "operations"): Promise<readonly Readonly<Record<string, string>>[]> {
  const answer = await file(query, product.adminKey, what);
  expect(answer.status).toBe(200);
  return z
    .array(z.record(z.string(), z.string()))
    .parse(parse(await answer.text(), { columns: true, bom: true }));
}

describe("exports of operations", () => {
  test("haveTheRowsOfTheListWithTheSameFilter, in its order, in every format", async () => {
    const filters = fc.record(
      {
        status: fc.subarray(["PENDING", "COMPLETED", "REJECTED"], { minLength: 1 }),
        service: fc.constantFrom("LOUNGE", "FAST_LINE"),
        country: fc.constantFrom("POL", "DEU"),
        sort: fc.constantFrom("at", "-at"),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(filters, fc.constantFrom("SUMMARY", "DETAILED"), async (filter, detail) => {
        const query = Object.entries(filter)
          .flatMap(([name, values]) => [values].flat().map((value) => `${name}=${value}`))
          .join("&");
        const list = listed.parse(
          (await product.admin.send("GET", `/api/operations?limit=500&${query}`)).body,
        );
        const wanted = list.items.map(({ accessId }) => accessId);
        const rows = await csv(`${query}&detail=${detail}`);
        expect(rows.map((row) => row["Access id"])).toEqual(wanted);
        const json = z
          .array(z.looseObject({ "Access id": z.string() }))
          .parse(await (await file(`${query}&detail=${detail}&format=json`)).json());
        expect(json.map((row) => row["Access id"])).toEqual(wanted);
      }),
      { numRuns: 15 },
    );
  });

  test("holdNothingThatASpreadsheetTakesForAFormula", async () => {
    const text = await (await file("")).text();
    expect(text).toContain(`"'=cmd|""/c calc""!A1"`);
    const rows = await csv("");
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+@\t\r-]/);
  });

  test("asAWorkbookHaveTheirFilterOnASecondSheet", async () => {
    const answer = await file("format=xlsx&status=COMPLETED&timeZone=Europe/Warsaw");
    expect(answer.headers.get("content-type")).toContain("spreadsheetml");
    expect(answer.headers.get("content-disposition")).toMatch(
      /^attachment; filename="operations-summary-.*\.xlsx"$/,
    );
    const bytes = Buffer.from(await answer.arrayBuffer());
    // A workbook is a ZIP file.
    expect(bytes.subarray(0, 2).toString()).toBe("PK");
    expect(bytes.includes("xl/worksheets/sheet2.xml")).toBe(true);
  });

  test("areRefusedToACallCenter, and to nobody whose role may", async () => {
    const keyOf = async (role: string): Promise<string> => {
      const scope = role === "ISSUER" ? { icas: ["0001234"] } : {};
      const made = await product.admin.send("POST", "/api/keys", { name: role, role, scope });
      return z.looseObject({ key: z.string() }).parse(made.body).key;
    };
    expect((await file("", await keyOf("CALL_CENTER"))).status).toBe(403);
    expect((await file("", await keyOf("AUDITOR"))).status).toBe(200);
    const issuers = z
      .array(z.looseObject({}))
      .parse(await (await file("format=json", await keyOf("ISSUER"))).json());
    const all = listed.parse((await product.admin.send("GET", "/api/operations")).body).total;
    expect(issuers.length).toBe(all);
  });
});

const cards = z.object({
  items: z.array(z.looseObject({ cardId: z.string(), maskedPan: z.string() })),
});
const balances = z.looseObject({
  limits: z.array(
    z.object({
      rulesetId: z.string(),
      available: z.looseObject({ free: z.int(), paid: z.int() }),
    }),
  ),
});

describe("exports of cards", () => {
  test("haveEachCardOfTheListOnceForEachBalanceThatTheCardItselfTells", async () => {
    for (const query of ["", "bin=555555", "sort=lastSeenAt", "frozen=true"]) {
      const { items } = cards.parse((await product.admin.send("GET", `/api/cards?limit=500&${query}`)).body);
      const wanted: (readonly (string | undefined)[])[] = [];
      for (const { cardId, maskedPan } of items) {
        const { limits } = balances.parse((await product.admin.send("GET", `/api/cards/${cardId}`)).body);
        for (const { rulesetId, available } of limits) {
          wanted.push([cardId, maskedPan, rulesetId, String(available.free), String(available.paid)]);
        }
        if (limits.length === 0) wanted.push([cardId, maskedPan, "", "", ""]);
      }
      const rows = await csv(query, "cards");
      expect(
        rows.map((row) => [
          row["Card ID"],
          row["Masked PAN"],
          row["Ruleset ID"],
          row["Available free entries"],
          row["Available paid entries"],
        ]),
      ).toEqual(wanted);
      expect(rows.length > 0).toBe(query !== "frozen=true");
    }
  });

  test("areForWhoeverSeesCardsButTheCallCenterAndEachSeesItsOwn", async () => {
    const keyOf = async (role: string, scope: object): Promise<string> => {
      const made = await product.admin.send("POST", "/api/keys", { name: role, role, scope });
      return z.looseObject({ key: z.string() }).parse(made.body).key;
    };
    const statusOf = async (role: string, scope = {}) =>
      (await file("", await keyOf(role, scope), "cards")).status;
    expect(await statusOf("CALL_CENTER")).toBe(403);
    expect(await statusOf("SERVICE_PROVIDER", { locationIds: ["01J00000000000000000000000"] })).toBe(403);
    expect(await statusOf("AUDITOR")).toBe(200);
    const other = await file("format=json", await keyOf("ISSUER", { icas: ["0009999"] }), "cards");
    expect(await other.json()).toEqual([]);
  });
});
