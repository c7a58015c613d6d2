import { afterAll, beforeAll, expect, test } from "vitest";
import pg from "pg";
import { z } from "zod";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { check, createLocation, outcome, simpleProgramme, testKeys, testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { GLUED, sentNumbersIn, SPELLINGS } from "../support/spellings.ts";

/**
 * A card number in every field of the API that takes text, in every spelling; then it is looked for wherever the product
 * keeps or says anything. The fields are those of the OpenAPI document: a new one is swept with the others.
 */

const NUMBERS = process.env["LONG"] === "1" ? 1_000 : 40;

let server: TestServer;
let terminal: Terminal;
let rulesetId = "";
let locationId = "";
let merchantId = "";
let userId = "";
let accessId = "";
let cardId = "";
let fields: readonly Field[] = [];
const sent = new Set<string>();
let sends = 0;

/** Where a text goes: into a body's member, a query, a header, or as the name of a member that is not known. */
interface Field {
  readonly method: string;
  readonly path: string;
  readonly place: "body" | "query" | "path" | "header" | "member" | "column";
  readonly at: readonly string[];
}

const HEADERS = [
  "idempotency-key",
  "traceparent",
  "if-match",
  "wait-for",
  "accept-language",
  "x-forwarded-for",
  "user-agent",
  "x-csrf-token",
];
/** What is a card number by right, or a secret that is kept as a hash. */
const MEANT = new Set(["pan", "tokenOf", "jwe", "password", "pairingCode"]);
/** Of these, digits glued to a number are not told from a longer number (docs/security.md). */
const MACHINES =
  /requestId|accessId|transactionId|refersTo|reference|serialNumber|ruleId|idempotency-key|traceparent|terminal/;

const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.looseObject({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    items: jsonSchema.optional(),
    anyOf: z.array(jsonSchema).optional(),
    oneOf: z.array(jsonSchema).optional(),
    allOf: z.array(jsonSchema).optional(),
    $ref: z.string().optional(),
  }),
);
interface JsonSchema {
  readonly type?: string | string[] | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly items?: JsonSchema | undefined;
  readonly anyOf?: readonly JsonSchema[] | undefined;
  readonly oneOf?: readonly JsonSchema[] | undefined;
  readonly allOf?: readonly JsonSchema[] | undefined;
  readonly $ref?: string | undefined;
}
const operation = z.looseObject({
  parameters: z.array(
    z.object({ name: z.string(), in: z.enum(["path", "query", "header"]), schema: z.unknown() }),
  ),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: jsonSchema })) }).optional(),
});
const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), jsonSchema) }),
});
type Schemas = z.infer<typeof document>["components"]["schemas"];

const REFERENCE = "#/components/schemas/";

/** Where the texts of a schema stand; one that holds itself is followed once. */
function textsOf(
  schema: JsonSchema,
  schemas: Schemas,
  at: readonly string[] = [],
  inside: readonly string[] = [],
): readonly (readonly string[])[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace(REFERENCE, "");
    const shared = schemas[name];
    if (shared === undefined) throw new Error(`${schema.$ref} is not there`);
    return inside.includes(name) ? [] : textsOf(shared, schemas, at, [...inside, name]);
  }
  const inner = (one: JsonSchema, place: readonly string[]): readonly (readonly string[])[] =>
    textsOf(one, schemas, place, inside);
  const own = [schema.type].flat().includes("string") ? [at] : [];
  return [
    ...own,
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => inner(one, [...at, name])),
    ...(schema.items === undefined ? [] : inner(schema.items, [...at, "0"])),
    ...[schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) =>
      (list ?? []).flatMap((one) => inner(one, at)),
    ),
  ];
}

const CSV: Readonly<Record<string, string>> = {
  "/api/account-ranges/import": "low,high,ica,issuerName,country,productCode,productName",
  "/api/transactions/import":
    "transactionId,pan,cardRef,type,refersTo,amount,currency,mcc,transactionAt,postedAt",
};

function fieldsOf({ paths, components: { schemas } }: z.infer<typeof document>): readonly Field[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { parameters, requestBody }]): readonly Field[] => {
      const one = { method: method.toUpperCase(), path };
      const schema = requestBody?.content["application/json"]?.schema;
      const inBody =
        schema === undefined
          ? []
          : textsOf(schema, schemas).map((at) => ({ ...one, place: "body" as const, at }));
      const columns = (CSV[path] ?? "").split(",").filter((name) => name !== "" && method === "post");
      return [
        ...inBody,
        ...columns.map((name) => ({ ...one, place: "column" as const, at: [name] })),
        ...parameters.flatMap(({ in: place, name }) =>
          // The headers have a list of their own.
          place === "header" ? [] : [{ ...one, place, at: [name] }],
        ),
        ...HEADERS.map((name) => ({ ...one, place: "header" as const, at: [name] })),
        ...(schema === undefined ? [] : [{ ...one, place: "member" as const, at: [] }]),
      ].filter(({ at }) => !MEANT.has(at.at(-1) ?? ""));
    }),
  );
}

/** Bodies that would be taken as they are, so that a text which is not refused would be kept. */
function bodyOf(path: string, method: string): unknown {
  const location = {
    name: "Lounge",
    countryCode: "POL",
    service: "LOUNGE",
    postalCode: "1",
    city: "W",
    address: "x",
  };
  const transaction = {
    transactionId: `t-${String(sends)}`,
    cardRef: cardId,
    type: "REFUND",
    refersTo: "t-0",
  };
  const money = { amount: "1.00", currency: "EUR" };
  const bodies: Readonly<Record<string, unknown>> = {
    "/api/merchants": { name: "M" },
    "/api/merchants/{id}": { name: "M" },
    "/api/locations": location,
    "/api/locations/{id}": location,
    "/api/terminals": { serialNumber: `S-${String(sends)}`, locationId },
    "/api/terminals/{serialNumber}": { serialNumber: terminal.serialNumber, locationId },
    "/api/rulesets": { name: "R", criteria: {} },
    "/api/rulesets/{id}": { name: "R", criteria: {} },
    "/api/transactions": {
      transactions: [{ ...transaction, amount: money, mcc: "5941", transactionAt: "2026-11-01T00:00:00Z" }],
    },
    "/api/rates": { rates: [{ date: "2026-11-01", base: "EUR", quote: "USD", rate: "1.1" }] },
    "/api/users": { email: `u${String(sends)}@example.org`, firstName: "A", lastName: "B", role: "USER" },
    "/api/users/{id}": { email: "user@example.org", firstName: "A", lastName: "B", role: "USER" },
    "/api/keys": { name: "K", role: "USER" },
    "/api/session": { email: "nobody@example.org", password: "not the right one" },
    "/api/cards/lookup": { pan: testPan(1) },
    "/api/cards/{cardId}/adjustments": { rulesetId, free: 1, reason: "x" },
    "/pos/check_entry": { card: { pan: testPan(sends % 1_000), entryMode: "CHIP" } },
    "/pos/quote_entry": { accessId, guests: 0 },
    "/pos/confirm_entry": { accessId, guests: 0 },
    "/pos/cancel_entry": { accessId },
    "/pos/pair": { serialNumber: "NOBODY", pairingCode: "00000000", publicKey: testKeys().publicKey },
    "/api/test-clock": { advance: "PT0S" },
  };
  return method === "GET" ? undefined : structuredClone(bodies[path] ?? {});
}

function withText(body: unknown, at: readonly string[], text: string): unknown {
  const [name, ...rest] = at;
  if (name === undefined) return text;
  if (name === "0") return [withText(Array.isArray(body) ? body[0] : undefined, rest, text)];
  const members = z.record(z.string(), z.unknown()).catch({}).parse(body);
  return { ...members, [name]: withText(members[name], rest, text) };
}

function csvOf(path: string, column: string, text: string): string {
  const header = CSV[path] ?? "";
  const values: Readonly<Record<string, string>> = {
    ...{ low: "5100", high: "5199", ica: "0001234", issuerName: "B", country: "POL", productCode: "WLE" },
    ...{
      transactionId: `c-${String(sends)}`,
      cardRef: cardId,
      type: "PURCHASE",
      amount: "1.00",
      currency: "EUR",
    },
    ...{ mcc: "5941", transactionAt: "2026-11-01T00:00:00Z" },
    [column]: text,
  };
  const quoted = header.split(",").map((name) => `"${(values[name] ?? "").replaceAll('"', '""')}"`);
  return `${header}\n${quoted.join(",")}\n`;
}

const IDS: Readonly<Record<string, () => string>> = {
  serialNumber: () => terminal.serialNumber,
  cardId: () => cardId,
  accessId: () => accessId,
};

async function send({ method, path, place, at }: Field, text: string): Promise<string> {
  const [name = ""] = at;
  const ids = path.replace(/\{(\w+)\}/g, (_, parameter: string) =>
    place === "path" && parameter === name
      ? encodeURIComponent(text)
      : (IDS[parameter]?.() ??
        (path.includes("rulesets")
          ? rulesetId
          : path.includes("users")
            ? userId
            : path.includes("merchants")
              ? merchantId
              : locationId)),
  );
  const query = place === "query" ? `?${new URLSearchParams({ [name]: text }).toString()}` : "";
  const traceparent = `00-${text.padStart(32, "0").slice(-32)}-1234567890abcdef-01`;
  const header =
    place === "header"
      ? {
          [name]: Buffer.from(name === "traceparent" ? traceparent : text)
            .toString("latin1")
            .trim(),
        }
      : {};
  const isCsv = CSV[path] !== undefined && method === "POST";
  const plain = bodyOf(path, method);
  const body =
    place === "body" ? withText(plain, at, text) : place === "member" ? withText(plain, [text], "x") : plain;
  const csv = csvOf(path, place === "column" ? name : "", text);
  if (path.endsWith("/stream")) return await beginningOf(ids + query, header);
  const token = path.startsWith("/pos") ? terminal.client : server.admin;
  // Answers are read as bytes: an error body may say nothing, in any form.
  const answer = await token.request(method, ids + query, isCsv ? csv : body, header);
  return JSON.stringify([answer.body, ...(answer.status < 400 ? [] : [Object.fromEntries(answer.headers)])]);
}

/** What a stream that does not end says first, headers and all. */
async function beginningOf(path: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const gone = new AbortController();
  const authorization = `Bearer ${server.adminKey}`;
  const answer = await fetch(new URL(path, server.url), {
    headers: { authorization, ...headers },
    signal: gone.signal,
  });
  const first = await answer.body?.pipeThrough(new TextDecoderStream()).getReader().read();
  gone.abort();
  const text = String(first?.value);
  return JSON.stringify([text, Object.fromEntries(answer.headers)]);
}

beforeAll(async () => {
  server = await startTestServer({ testClock: true, settings: { TRUST_PROXY: "1" } });
  const { admin } = server;
  const programme = await simpleProgramme(admin, server.url);
  ({ terminal, rulesetId } = programme);
  const idOf = (body: unknown): string => z.looseObject({ id: z.string() }).parse(body).id;
  merchantId = idOf((await admin.send("POST", "/api/merchants", { name: "M" })).body);
  // One that may be changed and deleted: the programme's own stays as it is.
  locationId = await createLocation(admin, { merchantId });
  userId = idOf(
    (
      await admin.send("POST", "/api/users", {
        email: "user@example.org",
        firstName: "A",
        lastName: "B",
        role: "USER",
      })
    ).body,
  );
  accessId = outcome(await check(terminal, testPan(1))).accessId;
  cardId = z
    .object({ cardId: z.string() })
    .parse((await admin.send("POST", "/api/cards/lookup", { pan: testPan(1) })).body).cardId;
  fields = fieldsOf(document.parse((await admin.send("GET", "/openapi.json")).body)).filter(
    // What ends the terminal or the card that everything else needs, has its reason swept as the others' are.
    ({ method, path }) => method !== "DELETE" && !/unpair|suspend|erase|freeze/.test(path),
  );
});
afterAll(async () => {
  await server.stop();
});

test("noCardNumberStaysOrComesBackThroughAnyFieldInAnySpelling", { timeout: 3_600_000 }, async () => {
  expect(fields.length).toBeGreaterThan(300);
  const spellings = { ...SPELLINGS, ...GLUED };
  const echoed: string[] = [];
  for (let number = 0; number < NUMBERS; number++) {
    const pan = testPan(700_000 + number * 7_919);
    sent.add(pan);
    for (const [name, spell] of Object.entries(spellings)) {
      // Each spelling of each number goes into another field, until every field has had every spelling.
      const field = fields[sends++ % fields.length];
      if (field === undefined) throw new Error("there are fields");
      if (name in GLUED && MACHINES.test(field.at.join())) continue;
      const answer = await send(field, spell(pan));
      const { method, path, place, at } = field;
      if (sentNumbersIn(answer, sent).length > 0 || answer.includes(JSON.stringify(spell(pan)).slice(1, -1)))
        echoed.push(`${method} ${path} ${place} ${at.join("/")} ${name}: ${answer.slice(0, 200)}`);
    }
    // And where it belongs.
    await check(terminal, pan);
    await server.admin.send("POST", "/api/cards/lookup", { pan });
  }
  expect(echoed).toEqual([]);
  expect(await inDatabase()).toEqual([]);
  expect(sentNumbersIn(server.logged(), sent)).toEqual([]);
  const metrics = await fetch(`${server.url}/metrics`);
  expect(sentNumbersIn(await metrics.text(), sent)).toEqual([]);
});

/** Every row of every table, and what the write-ahead log has kept of this database's writes. */
async function inDatabase(): Promise<readonly string[]> {
  const client = new pg.Client(server.databaseUrl);
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(`select t::text as line from ${name} t`);
      for (const { line } of rows)
        found.push(...sentNumbersIn(line, sent).map((number) => `${name}: ${number}: ${line.slice(0, 200)}`));
    }
    const { rows: segments } = await client.query<{ name: string }>(
      "select name from pg_ls_waldir() order by name",
    );
    let scanned = 0;
    for (const { name } of segments) {
      const { rows } = await client.query<{ bytes: Buffer | null }>(
        "select pg_read_binary_file('pg_wal/' || $1, 0, 16777216, true) as bytes",
        [name],
      );
      const bytes = rows[0]?.bytes;
      if (bytes == null) continue;
      scanned += bytes.length;
      found.push(...sentNumbersIn(bytes.toString("latin1"), sent).map((number) => `${name}: ${number}`));
    }
    expect(scanned).toBeGreaterThan(0);
    return found;
  } finally {
    await client.end();
  }
}
