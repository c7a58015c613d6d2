import { createHmac } from "node:crypto";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { exportKey, rotateExportKey } from "../../../src/engine/enrolledCards/exportHashes.ts";
import {
  check,
  confirm,
  outcome,
  publishRuleset,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, codeOf, itemsOf, members, pointersOf, settled } from "./support.ts";

let server: TestServer;
let terminal: Terminal;
let pans = 400;
const newPan = (): string => testPan(++pans);
const FOREIGN = "4111111111111111";

beforeAll(async () => {
  server = await startTestServer({ testClock: true });
  const programme = await simpleProgramme(server.admin, server.url, {
    name: "Lounges",
    cardholder: { window: { kind: "ROLLING", days: 30 }, free: 3 },
  });
  ({ terminal } = programme);
});
afterAll(async () => {
  await server.stop();
});

async function lookUp(pan: string): Promise<string> {
  const { body } = await server.admin.send("POST", "/api/cards/lookup", { pan });
  return z.object({ cardId: z.string() }).parse(body).cardId;
}
const viewOf = async (cardId: string) => members(await server.admin.send("GET", `/api/cards/${cardId}`));
const codeAt = async (pan: string) => outcome(await check(terminal, pan)).code ?? "GRANTED";
async function visit(pan: string): Promise<void> {
  const { accessId, decision } = outcome(await check(terminal, pan));
  expect(decision).toBe("GRANTED");
  await confirm(terminal, accessId);
}
const limits = z.object({
  limits: z.array(z.object({ rulesetId: z.string(), available: z.unknown(), used: z.unknown() })),
});
const leftOf = (view: unknown) => limits.parse(view);
async function enrol(body: Readonly<Record<string, unknown>>) {
  return await server.admin.request("POST", "/api/cards/enrolments", body);
}
async function replace(cardId: string, pan: string, cause = "LOST") {
  return await server.admin.request("POST", `/api/cards/${cardId}/replacement`, { pan, cause });
}

describe("an enrolment", () => {
  it("takes ICA and product from the account ranges, and is there at once", async () => {
    const pan = newPan();
    const answer = await enrol({ pan, aref: "AREF-1", since: "2026-01-02T03:04:05Z" });
    expect(answer.body).toMatchObject({
      outcome: "ENROLLED",
      aref: "AREF-1",
      ica: "0001234",
      productCode: "WLE",
    });
    expect(answer.headers.get("position")).toBeTruthy();
    const cardId = await lookUp(pan);
    expect(await viewOf(cardId)).toMatchObject({
      enrolled: true,
      enrolment: { aref: "AREF-1", ica: "0001234", productCode: "WLE", since: "2026-01-02T03:04:05.000Z" },
      issuer: { ica: "0001234" },
      limits: [{ name: "Lounges", available: { free: 3 } }],
    });
    expect((await enrol({ cardRef: cardId, aref: "AREF-1" })).body).toMatchObject({ outcome: "UNCHANGED" });
    await settled(server);
    const found = async (query: string) =>
      itemsOf(await server.admin.send("GET", `/api/cards?${query}`)).map((one) => one["cardId"]);
    expect(await found("aref=AREF-1")).toEqual([cardId]);
    expect(
      await found("aref=AREF-1&enrolledFrom=2026-01-02T03:04:05Z&enrolledTo=2026-01-02T03:04:06Z"),
    ).toEqual([cardId]);
    expect(await found("aref=AREF-1&enrolledTo=2026-01-02T03:04:05Z")).toEqual([]);
    expect(await found("aref=AREF-1&ica=0001234&productCode=WLE&enrolled=true")).toEqual([cardId]);
  });

  it("is verified by number and by AREF, and makes no card", async () => {
    const pan = newPan();
    const verify = async (body: unknown) =>
      await server.admin.request("POST", "/api/cards/enrolments/verify", body);
    expect((await verify({ pan })).body).toEqual({
      ...{ enrolled: false, cardId: null, maskedPan: null, enrolment: null },
    });
    await enrol({ pan, aref: "AREF-2" });
    const cardId = await lookUp(pan);
    for (const body of [{ pan }, { aref: "AREF-2" }])
      expect((await verify(body)).body).toMatchObject({
        enrolled: true,
        cardId,
        enrolment: { aref: "AREF-2" },
      });
    expect((await verify({ aref: "NONE" })).status).toBe(404);
    expect((await verify({ pan, aref: "AREF-2" })).status).toBe(422);
    await server.admin.send("POST", `/api/cards/${cardId}/unenroll`, {});
    expect((await verify({ aref: "AREF-2" })).status).toBe(404);
    expect((await verify({ pan })).body).toMatchObject({ enrolled: false, cardId, enrolment: null });
  });

  it("has an AREF of its own, free again with its end", async () => {
    const [first, second] = [newPan(), newPan()];
    await enrol({ pan: first, aref: "AREF-3" });
    const taken = await enrol({ pan: second, aref: "AREF-3" });
    expect([taken.status, codeOf(taken), pointersOf(taken)]).toEqual([409, "ALREADY_EXISTS", ["/aref"]]);
    const otherwise = await enrol({ pan: first, aref: "AREF-4" });
    expect([otherwise.status, codeOf(otherwise)]).toEqual([409, "ALREADY_EXISTS"]);
    await server.admin.send("POST", `/api/cards/${await lookUp(first)}/unenroll`, {});
    expect((await enrol({ pan: second, aref: "AREF-3" })).body).toMatchObject({ outcome: "ENROLLED" });
    expect((await enrol({ pan: first, aref: "AREF-3" })).status).toBe(409);
  });

  it("of many that want one AREF at once, one has it", async () => {
    const wanted = Array.from({ length: 6 }, newPan);
    const answers = await Promise.all(wanted.map(async (pan) => await enrol({ pan, aref: "AREF-5" })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });

  it("says what is amiss", async () => {
    const pan = newPan();
    const wrong = async (body: Readonly<Record<string, unknown>>) => {
      const answer = await enrol(body);
      return [answer.status, ...pointersOf(answer)];
    };
    expect(await wrong({ pan, aref: "A", ica: "0009999" })).toEqual([422, "/ica"]);
    expect(await wrong({ pan: FOREIGN, aref: "A" })).toEqual([422, "/ica"]);
    expect(await wrong({ pan: FOREIGN, aref: "A", ica: "1" })).toEqual([422, "/productCode"]);
    expect(await wrong({ pan, aref: "A", since: "2999-01-01T00:00:00Z" })).toEqual([422, "/since"]);
    expect(await wrong({ pan, aref: pan })).toEqual([422, "/aref"]);
    expect(await wrong({ pan, aref: "" })).toEqual([422, "/aref"]);
    expect(await wrong({ pan, aref: "with space" })).toEqual([422, "/aref"]);
    expect(await wrong({ pan, aref: "x".repeat(65) })).toEqual([422, "/aref"]);
    expect(await wrong({ aref: "A" })).toEqual([422, "/pan"]);
    expect(await wrong({ cardRef: "01J00000000000000000000000", aref: "A" })).toEqual([404]);
    expect((await enrol({ pan: FOREIGN, aref: "FOREIGN-1", ica: "7", productCode: "MCC" })).status).toBe(200);
  });

  it("is of one's own ICAs only for whoever is limited to them", async () => {
    const bank = await clientFor(server, "USER", { icas: ["0009999"] });
    const refused = await bank.request("POST", "/api/cards/enrolments", { pan: newPan(), aref: "BANK-1" });
    expect(refused.status).toBe(404);
    const own = await clientFor(server, "USER", { icas: ["0001234"] });
    const pan = newPan();
    expect((await own.request("POST", "/api/cards/enrolments", { pan, aref: "BANK-2" })).status).toBe(200);
    const claims = { pan: FOREIGN, aref: "BANK-3", ica: "0001234", productCode: "WLE" };
    expect((await own.request("POST", "/api/cards/enrolments", claims)).status).toBe(404);
    const replacement = { pan: FOREIGN, cause: "LOST" };
    const path = `/api/cards/${await lookUp(pan)}/replacement`;
    expect(pointersOf(await own.request("POST", path, replacement))).toEqual(["/pan"]);
  });

  it("opens what is for enrolled cards only", async () => {
    await publishRuleset(server.admin, {
      name: "Enrolled",
      priority: 1,
      criteria: { enrolledOnly: true, productCodes: ["WLE"] },
      cardholder: { free: 9, window: { kind: "ROLLING", days: 30 } },
    });
    const pan = newPan();
    await enrol({ pan, aref: "AREF-6" });
    const accessId = outcome(await check(terminal, pan)).accessId;
    const operation = members(await server.admin.send("GET", `/api/operations/${accessId}`));
    expect(operation).toMatchObject({ ruleset: { name: "Enrolled" } });
  });
});

describe("enrolments from a file", () => {
  const send = async (text: string, query = "", client = server.admin) =>
    await client.request("POST", `/api/cards/enrolments/import${query}`, text, {
      "content-type": "text/csv",
    });

  it("say of each line what became of it; a dry run stores nothing", async () => {
    const [first, second, third] = [newPan(), newPan(), newPan()];
    await enrol({ pan: third, aref: "FILE-3" });
    const text = `pan,aref,ica\n${first},FILE-1,\n${second},FILE-1,\n${third},FILE-3,0001234\n${second},FILE-2,9\n`;
    const expected = {
      ...{ lines: 4, enrolled: 1, unchanged: 1, refused: 2 },
      outcomes: [
        { line: 2, outcome: "ENROLLED", code: null },
        { line: 3, outcome: "REFUSED", code: "AREF_TAKEN", pointer: "/3/aref" },
        { line: 4, outcome: "UNCHANGED" },
        { line: 5, outcome: "REFUSED", code: "ICA_DIFFERS", pointer: "/5/ica" },
      ],
    };
    expect((await send(text, "?dryRun=true")).body).toMatchObject(expected);
    const verify = { aref: "FILE-1" };
    expect((await server.admin.request("POST", "/api/cards/enrolments/verify", verify)).status).toBe(404);
    expect((await send(text)).body).toMatchObject(expected);
    expect((await send(text)).body).toMatchObject({ enrolled: 0, unchanged: 2, refused: 2 });
    expect((await server.admin.request("POST", "/api/cards/enrolments/verify", verify)).body).toMatchObject({
      cardId: await lookUp(first),
    });
  });

  it("are refused as a whole where they can't be read, hold too many lines or cards of others", async () => {
    const pan = newPan();
    expect(pointersOf(await send(`pan,aref\n${pan},\n`))).toEqual(["/2/aref"]);
    expect(pointersOf(await send("pan,aref\n5555555555554445,A\n"))).toEqual(["/2/pan"]);
    expect(pointersOf(await send(`pan,aref\n${pan},${pan}\n`))).toEqual(["/2/aref"]);
    const many = Array.from({ length: 1_001 }, (_, index) => `${pan},M-${String(index)}`);
    expect(pointersOf(await send(`pan,aref\n${many.join("\n")}\n`))).toEqual(["/1002"]);
    const bank = await clientFor(server, "USER", { icas: ["0009999"] });
    expect(pointersOf(await send(`pan,aref\n${pan},FILE-9\n`, "", bank))).toEqual(["/2/pan"]);
  });
});

describe("a card whose place another takes", () => {
  it("is refused with its own reason; counts, spend and enrolment are the new card's", async () => {
    const [lost, fresh] = [newPan(), newPan()];
    await visit(lost);
    await enrol({ pan: lost, aref: "LOST-1" });
    const cardId = await lookUp(lost);
    const transaction = {
      ...{ transactionId: "spend-1", cardRef: cardId, type: "PURCHASE", mcc: "5411" },
      ...{ amount: { amount: "10.00", currency: "EUR" }, transactionAt: new Date().toISOString() },
    };
    await server.admin.send("POST", "/api/transactions", { transactions: [transaction] });
    await server.admin.send("POST", `/api/cards/${cardId}/freeze`, { reason: "lost" });
    const before = await viewOf(cardId);
    const answer = await replace(cardId, fresh);
    const { cardId: freshId } = z.object({ cardId: z.string() }).parse(answer.body);
    expect(answer.body).toMatchObject({
      maskedPan: `${fresh.slice(0, 6)}******${fresh.slice(-4)}`,
      replaced: cardId,
    });
    expect(await codeAt(lost)).toBe("CARD_REPLACED");
    const after = await viewOf(freshId);
    expect(after).toMatchObject({
      ...{ status: "ACTIVE", frozen: false, visits: 1, joined: [cardId] },
      ...{ enrolled: true, enrolment: before["enrolment"] },
    });
    expect(leftOf(after)).toEqual(leftOf(before));
    expect(await viewOf(cardId)).toMatchObject({
      ...{ status: "REPLACED", enrolled: false, joinedInto: freshId },
      replaced: { into: freshId, cause: "LOST" },
    });
    await visit(fresh);
    expect(await viewOf(freshId)).toMatchObject({ visits: 2 });
    const verified = await server.admin.send("POST", "/api/cards/enrolments/verify", { aref: "LOST-1" });
    expect(verified.body).toMatchObject({ enrolled: true, cardId: freshId });
    await settled(server);
    const listed = itemsOf(await server.admin.send("GET", "/api/cards?aref=LOST-1"));
    expect(listed).toMatchObject([{ cardId: freshId, enrolled: true }]);
    expect(itemsOf(await server.admin.send("GET", `/api/cards?last4=${lost.slice(-4)}`))).toMatchObject([
      { cardId, enrolled: false, replacedBy: freshId },
    ]);
    const acts = async (id: string) =>
      itemsOf(await server.admin.send("GET", `/api/cards/${id}/history`)).map((one) => one["act"]);
    expect(await acts(cardId)).toEqual(["REPLACED", "FROZEN", "ENROLLED"]);
    expect(await acts(freshId)).toEqual(["INHERITED"]);
  });

  it("is replaced again, and all that was counts for the last", async () => {
    const [first, second, third] = [newPan(), newPan(), newPan()];
    await visit(first);
    await replace(await lookUp(first), second);
    await visit(second);
    await replace(await lookUp(second), third, "STOLEN");
    expect(await Promise.all([first, second].map(codeAt))).toEqual(["CARD_REPLACED", "CARD_REPLACED"]);
    expect(await viewOf(await lookUp(third))).toMatchObject({ visits: 2 });
    await visit(third);
    expect(await viewOf(await lookUp(third))).toMatchObject({ visits: 3 });
    expect((await enrol({ pan: first, aref: "AGAIN" })).status).toBe(409);
  });

  it("is replaced once: the same again changes nothing, another is refused", async () => {
    const [lost, fresh] = [newPan(), newPan()];
    await visit(lost);
    const cardId = await lookUp(lost);
    expect((await replace(cardId, lost)).status).toBe(422);
    await replace(cardId, fresh);
    expect((await replace(cardId, fresh)).status).toBe(200);
    const other = await replace(cardId, newPan());
    expect([other.status, codeOf(other)]).toEqual([409, "CARD_REPLACED"]);
    // Nor does a card that is refused take the place of any.
    const third = newPan();
    await visit(third);
    expect(pointersOf(await replace(await lookUp(third), lost))).toEqual(["/pan"]);
  });

  it("keeps its numbers refused whatever names them: the account's reference goes on with the new card", async () => {
    const tap = async (card: Readonly<Record<string, unknown>>) =>
      outcome(
        await terminal.client.request("POST", "/pos/check_entry", {
          card: { entryMode: "CONTACTLESS", ...card },
        }),
      );
    const [lost, phone, fresh, watch] = [newPan(), newPan(), newPan(), newPan()];
    const par = `P${"0".repeat(20)}REPLACED`;
    await confirm(terminal, (await tap({ pan: lost, par })).accessId);
    await confirm(terminal, (await tap({ pan: phone, tokenOf: lost })).accessId);
    await replace(await lookUp(lost), fresh);
    expect((await tap({ pan: lost, par })).code).toBe("CARD_REPLACED");
    expect((await tap({ pan: phone, tokenOf: lost })).code).toBe("CARD_REPLACED");
    await confirm(terminal, (await tap({ pan: fresh, par })).accessId);
    expect(await viewOf(await lookUp(fresh))).toMatchObject({ visits: 3 });
    // The phone holds the new card by now; a watch says the old plastic, which leads to its successor.
    expect((await tap({ pan: phone, tokenOf: fresh })).code).not.toBe("CARD_REPLACED");
    expect((await tap({ pan: watch, tokenOf: lost })).code).not.toBe("CARD_REPLACED");
    expect(await lookUp(phone)).toBe(await lookUp(fresh));
    expect(await lookUp(watch)).toBe(await lookUp(fresh));
    expect((await tap({ pan: lost, par })).code).toBe("CARD_REPLACED");
  });

  it("goes off the lists of terminals, and its successor stands there as long", async () => {
    const [lost, fresh] = [newPan(), newPan()];
    const rulesetId = await publishRuleset(server.admin, { name: "Listed", priority: 800 });
    const entry = { pan: lost, rulesetId, validTo: "2999-01-01T00:00:00Z" };
    await server.admin.send("POST", "/api/whitelist", entry);
    const cardId = await lookUp(lost);
    await replace(cardId, fresh);
    const listed = itemsOf(await server.admin.send("GET", `/api/whitelist?rulesetId=${rulesetId}`));
    expect(listed).toMatchObject([{ cardId: await lookUp(fresh), validTo: "2999-01-01T00:00:00.000Z" }]);
  });

  it("is forgotten with its successor", async () => {
    const [lost, fresh] = [newPan(), newPan()];
    await visit(lost);
    const cardId = await lookUp(lost);
    await replace(cardId, fresh);
    await server.admin.send("POST", `/api/cards/${await lookUp(fresh)}/erase`, {});
    expect(await viewOf(cardId)).toMatchObject({ maskedPan: null, hasHash: false });
    expect(await lookUp(lost)).not.toBe(cardId);
  });
});

describe("hashes by which partners match cards", () => {
  const file = async (query: string, key: string) => {
    const answer = await fetch(`${server.url}/api/exports/cards?${query}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(200);
    return z
      .array(z.record(z.string(), z.string()))
      .parse(parse(await answer.text(), { columns: true, bom: true }));
  };

  const shown = async (cardId: string, client = server.admin) =>
    await client.request("POST", `/api/cards/${cardId}/hash`, {});

  it("are made by the export key, and stand in the export and on the card", async () => {
    const pan = newPan();
    await enrol({ pan, aref: "HASH-1" });
    const { version, key } = await exportKey(server.server.services);
    const hash = `v${String(version)}.${createHmac("sha256", key).update(pan).digest("base64url")}`;
    expect(await viewOf(await lookUp(pan))).toMatchObject({ hasHash: true });
    expect((await shown(await lookUp(pan))).body).toEqual({ hash });
    await settled(server);
    const [row] = await file("aref=HASH-1", server.adminKey);
    expect(row).toMatchObject({ HASH: hash, AREF: "HASH-1", ICA: "0001234", "Product code": "WLE" });
    expect(row?.["Issuer name"]).not.toBe("");
    const rotated = await rotateExportKey(server.server.services);
    expect(rotated.version).toBe(version + 1);
    expect((await shown(await lookUp(pan))).body).toEqual({
      hash: `v${String(version + 1)}.${createHmac("sha256", rotated.key).update(pan).digest("base64url")}`,
    });
  });

  it("are for roles that match cards", async () => {
    const pan = newPan();
    await enrol({ pan, aref: "HASH-2" });
    const cardId = await lookUp(pan);
    await settled(server);
    const auditor = await clientFor(server, "AUDITOR");
    expect(members(await auditor.send("GET", `/api/cards/${cardId}`))["hasHash"]).toBe(false);
    expect((await shown(cardId, auditor)).status).toBe(403);
    const issuer = await clientFor(server, "ISSUER", { icas: ["0001234"] });
    expect(members(await issuer.send("GET", `/api/cards/${cardId}`))["hasHash"]).toBe(true);
    expect(members(await shown(cardId, issuer))["hash"]).toEqual(expect.any(String));
  });

  it("are shown to nobody without the card's history saying to whom, and when", async () => {
    const pan = newPan();
    await enrol({ pan, aref: "HASH-3" });
    const cardId = await lookUp(pan);
    const history = async () => itemsOf(await server.admin.send("GET", `/api/cards/${cardId}/history`));
    const before = (await history()).length;
    const card = await server.admin.send("GET", `/api/cards/${cardId}`);
    expect(JSON.stringify(card.body)).not.toMatch(/"v\d+\./);
    expect(await history()).toHaveLength(before);
    const user = await clientFor(server, "USER");
    await shown(cardId, user);
    await shown(cardId);
    const [last, first] = await history();
    expect(last).toMatchObject({ act: "HASH_SHOWN", by: { role: "ADMIN" } });
    expect(first).toMatchObject({ act: "HASH_SHOWN", by: { role: "USER" } });
    const unseen = await lookUp(newPan());
    await server.server.services.pool.query("delete from card_export_hashes where card_id = $1", [unseen]);
    expect((await shown(unseen)).status).toBe(404);
    expect(itemsOf(await server.admin.send("GET", `/api/cards/${unseen}/history`))).toEqual([]);
  });

  it("and the export has the list's cards, by the same filter", async () => {
    await settled(server);
    for (const query of [
      "enrolled=true",
      "aref=FILE-1",
      "enrolledFrom=2026-06-01T00:00:00Z",
      "productCode=WLE",
    ]) {
      const listed = itemsOf(await server.admin.send("GET", `/api/cards?${query}&limit=500`));
      const rows = await file(query, server.adminKey);
      expect([...new Set(rows.map((row) => row["Card ID"]))]).toEqual(listed.map((one) => one["cardId"]));
      expect(listed.length).toBeGreaterThan(0);
    }
  });
});
