import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Answer, Client } from "../../../src/client.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { DAY } from "../../../src/domain/time.ts";
import { wholeLog } from "../../support/readModels/rows.ts";
import { check, outcome, publishRuleset, simpleProgramme, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, itemsOf, pointersOf, settled } from "./support.ts";

let server: TestServer;
let terminal: Terminal;
let rulesetId = "";
let pans = 7_000;
const newPan = (): string => testPan(++pans);
const HEADER = "pan,rulesetId,usedAt,free,adultsFree";

beforeAll(async () => {
  server = await startTestServer({ testClock: true });
  const programme = await simpleProgramme(server.admin, server.url, {
    name: "Lounges",
    cardholder: { window: { kind: "ROLLING", days: 30 }, free: 3 },
    guests: { adults: { free: 5 } },
  });
  ({ terminal, rulesetId } = programme);
});
afterAll(async () => {
  await server.stop();
});

const told = z.looseObject({
  importId: z.string().nullable(),
  lines: z.int(),
  taken: z.int(),
  unchanged: z.int(),
  refused: z.int(),
  outcomes: z.array(
    z.looseObject({
      line: z.int(),
      outcome: z.string(),
      cardId: z.string().nullable(),
      code: z.string().nullable(),
      pointer: z.string().nullable(),
    }),
  ),
});
async function send(lines: readonly string[], query = "", by: Client = server.admin): Promise<Answer> {
  return await by.request("POST", `/api/opening-balances${query}`, [HEADER, ...lines, ""].join("\n"));
}
async function taken(lines: readonly string[], query = ""): Promise<z.infer<typeof told>> {
  const answer = await send(lines, query);
  expect([answer.status, answer.body]).toMatchObject([200, {}]);
  return told.parse(answer.body);
}
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY).toISOString();
const verified = async (pan: string) =>
  z
    .looseObject({ cardId: z.string().nullable() })
    .parse((await server.admin.send("POST", "/api/cards/enrolments/verify", { pan })).body).cardId;

describe("opening balances", () => {
  it("count as visits of their date: at the terminal, in what is left, and until they leave the window", async () => {
    const pan = newPan();
    const used = daysAgo(10);
    expect(await taken([`${pan},${rulesetId},${used},3,2`])).toMatchObject({
      lines: 1,
      taken: 1,
      refused: 0,
    });
    const refused = outcome(await check(terminal, pan));
    expect(refused).toMatchObject({ decision: "REJECTED", code: "LIMIT_EXCEEDED" });
    expect(Date.parse(refused.nextFreeAt ?? "")).toBe(Date.parse(used) + 30 * DAY);
    const { body } = await server.admin.send("POST", "/api/cards/lookup", { pan });
    const { cardId } = z.looseObject({ cardId: z.string() }).parse(body);
    expect((await server.admin.send("GET", `/api/cards/${cardId}`)).body).toMatchObject({
      limits: [
        { available: { free: 0 }, allowed: { free: 3 }, used: { free: 3 }, guests: { adults: { free: 3 } } },
      ],
    });
    expect(itemsOf(await server.admin.send("GET", `/api/cards/${cardId}/history`))).toMatchObject([
      { act: "OPENING_BALANCE", adjustment: { rulesetId, free: -3, adjustmentId: "opening" } },
    ]);
    const old = newPan();
    await taken([`${old},${rulesetId},${daysAgo(31)},3,`]);
    expect(outcome(await check(terminal, old))).toMatchObject({
      decision: "GRANTED",
      available: { free: 3 },
    });
  });

  it("are previewed without making a card, and taken once however often the file is sent", async () => {
    const [pan, second] = [newPan(), newPan()];
    const lines = [
      `${pan},${rulesetId},2026-01-02,1,`,
      `${pan},${rulesetId},2026-01-03,2,`,
      `${second},${rulesetId},2026-01-02,,4`,
      `${second},${rulesetId},2026-01-02,,4`,
    ];
    const preview = await taken(lines, "?dryRun=true");
    expect(preview).toMatchObject({ importId: null, lines: 4, taken: 3, unchanged: 1 });
    expect(preview.outcomes.map(({ cardId }) => cardId)).toEqual([null, null, null, null]);
    expect(await verified(pan)).toBe(null);
    const done = await taken(lines);
    expect(done).toMatchObject({ lines: 4, taken: 3, unchanged: 1, refused: 0 });
    expect(done.outcomes.map(({ outcome: what }) => what)).toEqual(["TAKEN", "TAKEN", "TAKEN", "UNCHANGED"]);
    expect(done.outcomes[0]?.cardId).toBe(await verified(pan));
    expect(await taken(lines)).toMatchObject({ taken: 0, unchanged: 4 });
    expect(await taken(lines.slice(0, 1), "?source=other-file")).toMatchObject({ taken: 1 });
    const differs = await taken([`${pan},${rulesetId},2026-01-02,2,`]);
    expect(differs.outcomes).toMatchObject([
      { line: 2, outcome: "REFUSED", code: "BALANCE_DIFFERS", pointer: "/2/free", cardId: null },
    ]);
    const history = itemsOf(await server.admin.send("GET", "/api/opening-balances?limit=3"));
    expect(history).toMatchObject([
      { source: "opening", lines: 1, refused: 1 },
      { source: "other-file", taken: 1 },
      { source: "opening", lines: 4, taken: 0, unchanged: 4, by: { role: "ADMIN" } },
    ]);
  });

  it("of two files that are sent at once are taken once", async () => {
    const lines = Array.from({ length: 60 }, () => `${newPan()},${rulesetId},2026-02-01,1,`);
    const both = await Promise.all([taken(lines), taken(lines)]);
    expect(both.reduce((sum, one) => sum + one.taken, 0)).toBe(60);
    expect(both.reduce((sum, one) => sum + one.unchanged, 0)).toBe(60);
  });

  it("name what is amiss by its line and column, and never a number", async () => {
    const pan = newPan();
    const retired = await publishRuleset(server.admin, { name: "Gone", priority: 900 });
    await server.admin.send("POST", `/api/rulesets/${retired}/retire`, {});
    const done = await taken([
      `${pan},${rulesetId},2999-01-01,1,`,
      `${pan},01J00000000000000000000AAA,2026-01-01,1,`,
      `${pan},${retired},2026-01-01,1,`,
      `${pan},${rulesetId},2026-01-01,1,`,
    ]);
    expect(done.outcomes.map(({ line, code, pointer }) => [line, code, pointer])).toEqual([
      [2, "IN_FUTURE", "/2/usedAt"],
      [3, "RULESET_UNKNOWN", "/3/rulesetId"],
      [4, "RULESET_UNKNOWN", "/4/rulesetId"],
      [5, null, null],
    ]);
    expect(JSON.stringify(done)).not.toContain(pan);
  });

  it("that can't be read are refused as a whole", async () => {
    const pan = newPan();
    const cases: readonly (readonly [string, readonly string[]])[] = [
      [`${pan}1,${rulesetId},2026-01-01,1,`, ["/2/pan"]],
      [`${pan},x,2026-01-01,1,`, ["/2/rulesetId"]],
      [`${pan},${rulesetId},yesterday,1,`, ["/2/usedAt"]],
      [`${pan},${rulesetId},2026-01-01,-1,`, ["/2/free"]],
      [`${pan},${rulesetId},2026-01-01,1e3,`, ["/2/free"]],
      [`${pan},${rulesetId},2026-01-01,9999999,`, ["/2/free"]],
      [`${pan},${rulesetId},2026-01-01,=1+1,`, ["/2/free"]],
      [`${pan},${rulesetId},2026-01-01,${pan},`, ["/2/free"]],
      [`${pan},${rulesetId},2026-01-01,,`, ["/2/free"]],
      [`${pan},${rulesetId},2026-01-01,1,1,1,1`, ["/2"]],
      [`"${pan},${rulesetId}`, ["/2"]],
      [",,,,", ["/2/pan", "/2/rulesetId", "/2/usedAt"]],
    ];
    for (const [line, pointers] of cases) {
      const answer = await send([line]);
      expect([line, answer.status, pointersOf(answer)]).toEqual([line, 422, pointers]);
      expect(JSON.stringify(answer.body)).not.toContain(pan);
    }
    expect(await verified(pan)).toBe(null);
    for (const source of ["", testPan(1), "a b", "x".repeat(41)])
      expect((await send([], `?source=${encodeURIComponent(source)}`)).status).toBe(422);
    const many = Array.from({ length: 10_001 }, () => `${pan},${rulesetId},2026-01-01,1,`);
    expect(pointersOf(await send(many))).toEqual(["/10002"]);
    expect((await server.admin.request("POST", "/api/opening-balances", { pan })).status).toBe(415);
  });

  it("stay in the scope of whoever brings them", async () => {
    const bank = await clientFor(server, "USER", { icas: ["0001234"] });
    const foreign = await clientFor(server, "USER", { icas: ["0009999"] });
    const place = await clientFor(server, "USER", { locationIds: ["01J00000000000000000000AAA"] });
    const line = `${newPan()},${rulesetId},2026-01-01,1,`;
    expect((await send([line], "", foreign)).status).toBe(422);
    expect((await send([line], "", place)).status).toBe(422);
    expect((await send([line], "", bank)).body).toMatchObject({ taken: 1 });
    expect(itemsOf(await bank.send("GET", "/api/opening-balances"))).toHaveLength(1);
    expect(itemsOf(await foreign.send("GET", "/api/opening-balances"))).toEqual([]);
  });

  it("leave no number in the log, nor in the database", async () => {
    await settled(server);
    const { log, pool } = server.server.services;
    const events = (await wholeLog(log)).map(({ body }) => body).join("\n");
    const tables = await Promise.all(
      ["opening_balance_imports", "card_adjustments", "adjustments", "card_vault", "idempotency_keys"].map(
        async (table) =>
          (await pool.query<{ line: string }>(`select t::text as line from ${table} t`)).rows
            .map(({ line }) => line)
            .join("\n"),
      ),
    );
    const text = [events, ...tables].join("\n");
    for (let index = 7_001; index <= pans; index++) expect(text.includes(testPan(index))).toBe(false);
  });
});
