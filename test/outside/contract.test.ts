import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { HttpAcquirer } from "../../src/integrations/acquirer/acquirer.ts";
import { HttpExternalRules } from "../../src/integrations/externalRules/externalRules.ts";
import { type Seen, startAcquirer, startRules, systemAt, type Told } from "./support.ts";

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
      if (pattern.test(path) && found !== undefined)
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

beforeAll(async () => {
  [acquirer, rules] = await Promise.all([startAcquirer(), startRules()]);
});
afterAll(async () => {
  await Promise.all([acquirer.close(), rules.close()]);
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

test("noCardNumberStandsInWhatRulesAreSent, and at the acquirer only in the two requests that verify a card", async () => {
  expect(JSON.stringify(await rules.seen())).not.toContain(PAN);
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
