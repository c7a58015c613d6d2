import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { HttpAcquirer } from "../../src/integrations/acquirer/acquirer.ts";
import { HttpExternalRules } from "../../src/integrations/externalRules/externalRules.ts";
import { HttpRewards } from "../../src/integrations/rewards/rewards.ts";
import { rewardsFeed } from "../../src/simulators/rewards/feed.ts";
import { simulateRewards } from "../../src/simulators/rewards/rewards.ts";
import { type Seen, startAcquirer, startRewards, startRules, systemAt, type Told } from "./support.ts";

/** What the adapters send and the simulators answer is what the published contracts say: nothing else, nothing less. */

const operation = z.object({
  parameters: z.array(z.object({ $ref: z.string() })),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
  responses: z.record(z.string(), z.object({ $ref: z.string().optional(), content: z.unknown().optional() })),
});
const contract = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

class Contract {
  readonly #paths: z.output<typeof contract>["paths"];
  readonly #ajv = new Ajv2020({ strict: false });

  constructor(document: object) {
    this.#paths = contract.parse(document).paths;
    this.#ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    this.#ajv.addSchema(document, "contract");
  }

  /** Where a path of the contract stands, and the operation; throws for one that is not there. */
  find({ method, path }: Pick<Seen, "method" | "path">): readonly [string, z.output<typeof operation>] {
    for (const [template, methods] of Object.entries(this.#paths)) {
      const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, "[A-Za-z0-9_-]{8,64}")}$`);
      const found = methods[method.toLowerCase()];
      if (pattern.test(path.split("?")[0] ?? "") && found !== undefined)
        return [`paths/${template.replaceAll("/", "~1")}/${method.toLowerCase()}`, found];
    }
    throw new Error(`the contract knows no ${method} ${path}`);
  }

  problemOf(pointer: string, value: unknown): string | null {
    const validate = this.#ajv.getSchema(
      `contract#/${pointer.replaceAll("{", "%7B").replaceAll("}", "%7D")}`,
    );
    if (validate === undefined) throw new Error(`the contract has no ${pointer}`);
    return validate(value) === true ? null : this.#ajv.errorsText(validate.errors);
  }
}

async function contractIn(name: string): Promise<Contract> {
  const text = await readFile(new URL(`../../docs/contracts/${name}`, import.meta.url), "utf8");
  const document: unknown = parse(text);
  return new Contract(z.looseObject({}).parse(document));
}

let acquirer: Told;
let rules: Told;
let rewards: Told;

beforeAll(async () => {
  [acquirer, rules, rewards] = await Promise.all([startAcquirer(), startRules(), startRewards()]);
});
afterAll(async () => {
  await Promise.all([acquirer.close(), rules.close(), rewards.close()]);
});

const AMOUNT = { amount: "1.00", currency: "EUR" };
const PAN = "5555555555554444";

async function checkSeen(told: Told, against: Contract): Promise<readonly string[]> {
  const kinds = new Set<string>();
  for (const one of await told.seen()) {
    const [pointer, { parameters, requestBody }] = against.find(one);
    kinds.add(pointer);
    for (const { $ref } of parameters) {
      const name = $ref.split("/").at(-1) ?? "";
      const header = HEADERS[name];
      if (header === undefined) continue;
      const schema = `components/parameters/${name}/schema`;
      expect(against.problemOf(schema, one.headers[header]), `${one.path} ${header}`).toBeNull();
    }
    expect(one.headers["admittance-signature"]).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
    if (requestBody === undefined) continue;
    const schema = `${pointer}/requestBody/content/application~1json/schema`;
    expect(against.problemOf(schema, JSON.parse(one.body)), one.path).toBeNull();
  }
  return [...kinds];
}

const HEADERS: Readonly<Record<string, string>> = {
  Id: "admittance-id",
  Timestamp: "admittance-timestamp",
  IdempotencyKey: "idempotency-key",
};

test("theAcquirerIsAskedByItsContractAndAnswersByIt", async () => {
  const contracted = await contractIn("acquirer.openapi.yaml");
  const { system, close } = systemAt(acquirer);
  const port = new HttpAcquirer(system, AMOUNT);
  const card = { pan: PAN, expiry: "2030-12", within: 5_000 };
  expect(await port.verify({ ...card, method: "ASI", key: "key-of-asi" })).toMatchObject({
    answer: { method: "ASI", outcome: "PASSED", responseCode: "00" },
  });
  await acquirer.answers({ asi: "05", amount: "51" });
  expect(await port.verify({ ...card, expiry: null, method: "ASI", key: "key-of-asi-2" })).toMatchObject({
    answer: { outcome: "FAILED", responseCode: "05" },
    reference: null,
  });
  expect(await port.verify({ ...card, method: "AMOUNT", key: "key-of-amount" })).toMatchObject({
    answer: { outcome: "INSUFFICIENT_FUNDS", responseCode: "51" },
  });
  await acquirer.answers({ asi: "91" });
  expect(await port.verify({ ...card, method: "ASI", key: "key-of-asi-3" })).toMatchObject({
    answer: { outcome: "UNAVAILABLE", responseCode: "91", why: "ISSUER_AWAY" },
  });
  expect(await port.findAmount("key-of-amount", 5_000)).toEqual({ kind: "NONE", responseCode: "51" });
  expect(await port.findAmount("key-of-nobody", 5_000)).toEqual({ kind: "NONE", responseCode: null });
  expect(await port.giveBack("key-of-amount", 5_000)).toEqual({ kind: "DONE" });
  expect(await system.test(5_000)).toEqual({ kind: "said", value: { status: "UP" } });
  expect(await checkSeen(acquirer, contracted)).toHaveLength(5);
  await close();
});

test("feesAreChargedByTheContract, each key once", async () => {
  const contracted = await contractIn("acquirer.openapi.yaml");
  const told = await startAcquirer();
  const { system, close } = systemAt(told);
  const port = new HttpAcquirer(system, AMOUNT);
  const asked = { pan: PAN, expiry: null, within: 5_000, method: "ASI" as const, key: "key-of-asi" };
  const { reference } = await port.verify(asked);
  if (reference === null) throw new Error("a reference is given");
  const amount = { amount: "25.00", currency: "EUR" };
  const approved = { kind: "APPROVED", responseCode: "00" };
  const charge = { key: "key-of-charge", reference, amount };
  expect(await port.findCharge(charge.key, 5_000)).toEqual({ kind: "NOT_FOUND" });
  expect(await port.charge(charge, 5_000)).toEqual(approved);
  expect(await port.charge(charge, 5_000)).toEqual(approved);
  expect(await port.findCharge(charge.key, 5_000)).toEqual(approved);
  expect(await port.voidCharge(charge.key, 5_000)).toEqual(approved);
  const refund = { key: "key-of-refund", chargeKey: charge.key, amount: { ...amount, amount: "10.00" } };
  expect(await port.findRefund(refund, 5_000)).toEqual({ kind: "NOT_FOUND" });
  expect(await port.refund(refund, 5_000)).toEqual(approved);
  expect(await port.refund(refund, 5_000)).toEqual(approved);
  expect(await port.findRefund(refund, 5_000)).toEqual(approved);
  const tooMuch = { ...refund, key: "key-of-refund-2", amount: { ...amount, amount: "15.01" } };
  expect(await port.refund(tooMuch, 5_000)).toEqual({ kind: "NOT_DONE", why: "REFUSED" });
  expect(await port.voidCharge("key-never-sent", 5_000)).toEqual({ kind: "VOIDED", responseCode: null });
  expect(await port.charge({ ...charge, key: "key-never-sent" }, 5_000)).toEqual({
    ...{ kind: "NOT_DONE", why: "REFUSED" },
  });
  await told.answers({ charge: "51", refund: "05" });
  expect(await port.charge({ ...charge, key: "key-of-poor" }, 5_000)).toEqual({
    ...{ kind: "DECLINED", responseCode: "51" },
  });
  expect(await port.refund({ ...refund, key: "key-of-refund-3" }, 5_000)).toMatchObject({ kind: "DECLINED" });
  await told.answers({ charge: "91" });
  const away = { ...charge, key: "key-of-away" };
  expect(await port.charge(away, 5_000)).toEqual({ kind: "NOT_DONE", why: "ISSUER_AWAY" });
  expect(await port.findCharge(away.key, 5_000)).toEqual({ kind: "NOT_FOUND" });
  await told.answers({});
  expect(await port.charge(away, 5_000)).toEqual(approved);
  const { charges, refunds } = await told.books();
  expect(charges.filter(({ outcome: said }) => said === "APPROVED").map(({ key }) => key)).toEqual([
    ...[charge.key, away.key],
  ]);
  expect(refunds.filter(({ outcome: said }) => said === "APPROVED")).toHaveLength(1);
  expect(await checkSeen(told, contracted)).toHaveLength(6);
  await close();
  await told.close();
});

test("rulesAreAskedByTheirContractAndAnswerByIt", async () => {
  const contracted = await contractIn("external-rules.openapi.yaml");
  const { system, close } = systemAt(rules, { name: "externalRules" });
  const port = new HttpExternalRules(system);
  const question = {
    ...{ id: "01JDOFATEST-0-RULE", ruleId: "vip", cardId: "a-card", within: 5_000, at: 1_764_000_000_000 },
    location: { id: "a-place", country: "POL", service: "LOUNGE" },
    issuer: { ica: "0001234", country: "POL", productCode: "WLE" },
  };
  expect(await port.ask(question)).toEqual({ answer: "MET", reason: null });
  await rules.answers({ rules: { vip: { decision: "DENY", reason: ` not\u202e in ${PAN}\nthe list ` } } });
  expect(await port.ask({ ...question, issuer: null })).toEqual({
    answer: "NOT_MET",
    reason: "not in [card number removed] the list",
  });
  await rules.answers({ rules: { vip: { decision: "DENY", reason: "x".repeat(5_000) } } });
  expect((await port.ask(question)).reason).toHaveLength(200);
  await system.test(5_000);
  expect(await checkSeen(rules, contracted)).toHaveLength(2);
  await close();
});

test("theRewardSystemIsAskedByItsContractAndAnswersByIt", async () => {
  const contracted = await contractIn("rewards.openapi.yaml");
  const { system, close } = systemAt(rewards, { name: "rewards" });
  const port = new HttpRewards(system, 300);
  const since = "2026-01-31T12:00:00Z";
  const spent = {
    aref: "AREF-1",
    mcc: "5411",
    currency: "EUR",
    transactionTime: "2026-02-01T10:00:00+01:00",
  };
  await rewards.feed({
    cards: [{ aref: "AREF-1", ica: "1234", productCode: "WLE", since }],
    transactions: Array.from({ length: 101 }, (_, index) => ({
      ...{
        ...spent,
        id: `t-${String(index)}`,
        kind: index === 1 ? "REFUND" : "PURCHASE",
        amountMinor: 1_250,
      },
      ...(index === 1 ? { refersTo: "t-0", postedTime: "2026-02-02T00:00:00Z" } : {}),
    })),
  });
  const first = await port.transactionsAfter(null, 5_000);
  if (first.kind !== "PAGE") throw new Error("a page is answered");
  expect([first.items.length, first.hasMore]).toEqual([100, true]);
  expect(first.items.slice(0, 2)).toEqual([
    {
      ...{ transactionId: "t-0", aref: "AREF-1", type: "PURCHASE", refersTo: null, mcc: "5411" },
      ...{ amount: { amount: "12.50", currency: "EUR" }, postedAt: null },
      transactionAt: "2026-02-01T09:00:00.000Z",
    },
    expect.objectContaining({ type: "REFUND", refersTo: "t-0", postedAt: "2026-02-02T00:00:00.000Z" }),
  ]);
  const second = await port.transactionsAfter(first.next, 5_000);
  expect(second).toMatchObject({ kind: "PAGE", items: [{ transactionId: "t-100" }], hasMore: false });
  expect(await port.transactionsAfter("of-nobody", 5_000)).toEqual({
    ...{ kind: "NOTHING", why: "REFUSED", status: 400 },
  });
  const asked = { aref: "AREF-1", ica: "0001234", productCode: "WLE" };
  expect(await port.findEnrolment(asked, 5_000)).toEqual({
    ...{ kind: "FOUND", enrolled: true, ica: "1234", productCode: "WLE", since: "2026-01-31T12:00:00.000Z" },
  });
  expect(await port.findEnrolment({ ...asked, aref: "AREF-2" }, 5_000)).toEqual({
    ...{ kind: "FOUND", enrolled: false, ica: null, productCode: null, since: null },
  });
  expect(await system.test(5_000)).toEqual({ kind: "said", value: { status: "UP" } });
  expect(await checkSeen(rewards, contracted)).toHaveLength(3);
  const page = `${TRANSACTIONS}/get/responses/200/content/application~1json/schema`;
  const enrolment = "paths/~1v1~1enrolment-inquiries/post/responses/200/content/application~1json/schema";
  const unsigned = await simulateRewards(
    rewardsFeed.parse({}),
    { seed: 7, cards: 3, transactions: 90 },
    {
      ...{ port: 0, key: null, fault: { kind: "none" as const }, now: () => Date.now() },
    },
  );
  const answer = await (await fetch(`${unsigned.url}/v1/transactions`)).json();
  expect(contracted.problemOf(page, answer)).toBeNull();
  expect(z.object({ items: z.array(z.unknown()) }).parse(answer).items).toHaveLength(90);
  for (const aref of ["SIM-7-0001", "SIM-7-9999"]) {
    const body = JSON.stringify({ ...asked, aref });
    const said = await fetch(`${unsigned.url}/v1/enrolment-inquiries`, { method: "POST", body });
    expect(contracted.problemOf(enrolment, await said.json())).toBeNull();
  }
  await unsigned.close();
  await close();
});

const TRANSACTIONS = "paths/~1v1~1transactions";
const ONE = {
  ...{ id: "t-1", aref: "AREF-1", kind: "PURCHASE", mcc: "5411", amountMinor: 1, currency: "EUR" },
  transactionTime: "2026-02-01T10:00:00Z",
};

test.each([
  ["a number as an id", { items: [{ ...ONE, id: PAN }], next: "n", hasMore: false }],
  ["a number as an AREF", { items: [{ ...ONE, aref: PAN }], next: "n", hasMore: false }],
  ["less than nothing", { items: [{ ...ONE, amountMinor: -1 }], next: "n", hasMore: false }],
  ["a part of a cent", { items: [{ ...ONE, amountMinor: 0.5 }], next: "n", hasMore: false }],
  ["a currency of nobody", { items: [{ ...ONE, currency: "XXX" }], next: "n", hasMore: false }],
  ["a kind of its own", { items: [{ ...ONE, kind: "FEE" }], next: "n", hasMore: false }],
  ["no time", { items: [{ ...ONE, transactionTime: "yesterday" }], next: "n", hasMore: false }],
  ["more of the same place", { items: [], next: "here", hasMore: true }],
  ["no cursor", { items: [ONE], hasMore: false }],
  ["more than is asked for", { items: Array.from({ length: 101 }, () => ONE), next: "n", hasMore: false }],
])("aPageThatTells %s is none", async (_name, body) => {
  const { system, close } = systemAt(rewards, { name: "rewards" });
  await rewards.answers({ next: [body] });
  const answer = await new HttpRewards(system, 300).transactionsAfter("here", 5_000);
  expect(answer).toEqual({ kind: "NOTHING", why: "BAD_ANSWER", status: null });
  expect(system.heard[0]).toMatchObject({ asked: "TRANSACTIONS", outcome: "BAD_ANSWER", status: 200 });
  await close();
});

test("noCardNumberStandsInWhatRulesAreSent, and at the acquirer only in the two requests that verify a card", async () => {
  expect(JSON.stringify(await rules.seen())).not.toContain(PAN);
  expect(JSON.stringify(await rewards.seen())).not.toContain(PAN);
  for (const { path, headers, body } of await acquirer.seen()) {
    expect(path + JSON.stringify(headers)).not.toContain(PAN);
    expect(body.includes(PAN)).toBe(/^\/v1\/(account-status-inquiries|amount-verifications)$/.test(path));
  }
});

test("everyAnswerThatTheSimulatorGivesIsOfTheContract", async () => {
  const contracted = await contractIn("acquirer.openapi.yaml");
  const said = async (method: string, path: string, body?: object): Promise<void> => {
    const response = await fetch(`${acquirer.url}${path}`, {
      ...{ method, headers: { "idempotency-key": "a-key-of-tests" } },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [, { responses }] = contracted.find({ method, path });
    expect(Object.keys(responses)).toContain(String(response.status));
    expect(contracted.problemOf("components/schemas/Problem", await response.json())).toBeNull();
  };
  // Unsigned.
  await said("POST", "/v1/account-status-inquiries", {});
  await said("GET", "/v1/amount-verifications/a-key-of-tests");
  await said("GET", "/v1/health");
});
