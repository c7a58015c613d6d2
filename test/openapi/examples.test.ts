import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { terminalOf } from "../../src/cli/pos/terminal.ts";
import { testKeys } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/** Every example of the served document, sent to a server as a reader would: only ids, codes and keys are put in. */

const media = z.looseObject({
  schema: z.unknown(),
  examples: z.object({ example: z.object({ value: z.unknown() }) }).optional(),
});
const content = z.record(z.string(), media);
const operation = z.looseObject({
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: content.optional() })),
});
const shape = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

/** In the order in which one makes the next possible. A second tap is what can be cancelled. */
const ORDER = [
  "POST /api/merchants",
  "POST /api/locations",
  "POST /api/account-ranges/import",
  "POST /api/rates",
  "POST /api/rulesets",
  "POST /api/rulesets/{id}/publish",
  "POST /api/terminals",
  "POST /api/terminals/{serialNumber}/pairing-codes",
  "POST /pos/pair",
  "POST /pos/check_entry",
  "POST /pos/quote_entry",
  "POST /pos/confirm_entry",
  "POST /api/operations/{accessId}/reversal",
  "POST /pos/check_entry",
  "POST /pos/cancel_entry",
  "POST /api/cards/lookup",
  "POST /api/cards/{cardId}/adjustments",
  "POST /api/transactions",
  "POST /api/transactions/import",
  "POST /api/users",
  "POST /api/session",
  "POST /api/keys",
];

let server: TestServer;
let document: z.infer<typeof shape>;

beforeAll(async () => {
  server = await startTestServer();
  document = shape.parse((await server.admin.send("GET", "/openapi.json")).body);
});
afterAll(async () => {
  await server.stop();
});

interface Given {
  readonly type: string;
  readonly value: unknown;
}

function examples(): ReadonlyMap<string, Given> {
  const found = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]) =>
      Object.entries(requestBody?.content ?? {}).flatMap(([type, { examples: one }]) =>
        one === undefined
          ? []
          : [[`${method.toUpperCase()} ${path}`, { type, value: one.example.value }] as const],
      ),
    ),
  );
  return new Map(found);
}

/** The example with what is the installation's own in its place, wherever a member of that name stands. */
function filled(value: unknown, own: ReadonlyMap<string, unknown>, name = ""): unknown {
  if (own.has(name)) return own.get(name);
  if (Array.isArray(value)) return value.map((one) => filled(one, own));
  const members = z.record(z.string(), z.unknown()).safeParse(value);
  if (!members.success) return value;
  return Object.fromEntries(Object.entries(members.data).map(([key, one]) => [key, filled(one, own, key)]));
}

/** What an answer says that later requests name. */
const LEARNT: Readonly<
  Record<string, (body: Readonly<Record<string, unknown>>) => readonly [string, unknown][]>
> = {
  "POST /api/merchants": ({ id }) => [["merchantId", id]],
  "POST /api/locations": ({ id }) => [
    ["locationId", id],
    ["locationIds", [id]],
  ],
  "POST /api/rulesets": ({ id }) => [
    ["id", id],
    ["rulesetId", id],
  ],
  "POST /api/terminals": ({ serialNumber }) => [["serialNumber", serialNumber]],
  "POST /api/terminals/{serialNumber}/pairing-codes": ({ code }) => [["pairingCode", code]],
  "POST /pos/check_entry": ({ accessId }) => [["accessId", accessId]],
  "POST /api/cards/lookup": ({ cardId }) => [["cardId", cardId]],
};

/** A check of a served schema, with references to the whole document. */
function validator(ajv: Ajv2020, where: readonly string[]) {
  const part = (text: string): string => encodeURIComponent(text.replaceAll("~", "~0").replaceAll("/", "~1"));
  const valid = ajv.getSchema(`document#/${where.map(part).join("/")}/schema`);
  if (valid === undefined) throw new Error(`${where.join(" ")} is not there`);
  return valid;
}

const succeeded = z.record(z.string(), z.unknown());

it("everyExampleOfTheDocumentIsTakenAndAnsweredAsItSays", async () => {
  const given = examples();
  expect([...given.keys()].sort()).toEqual([...new Set(ORDER)].sort());
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, "document");
  const { publicKey, privateKey } = testKeys();
  const { serialNumber } = z
    .object({ serialNumber: z.string() })
    .parse(given.get("POST /api/terminals")?.value);
  const terminal = terminalOf(server.url, serialNumber, privateKey, () => Date.now());
  const own = new Map<string, unknown>([["publicKey", publicKey]]);
  const sentBefore = new Set<string>();
  for (const name of ORDER) {
    const [method = "", path = ""] = name.split(" ");
    const example = given.get(name);
    if (example === undefined) throw new Error(`${name} has no example`);
    const body = filled(example.value, own);
    // The same tap again would be answered as before.
    const sent = sentBefore.has(name) ? { ...succeeded.parse(body), requestId: "tap-0002" } : body;
    sentBefore.add(name);
    const said = validator(ajv, [
      "paths",
      path,
      method.toLowerCase(),
      "requestBody",
      "content",
      example.type,
    ]);
    expect({ name, taken: said(sent), errors: said.errors ?? null }).toEqual({
      name,
      taken: true,
      errors: null,
    });

    const url = path.replace(/\{(\w+)\}/g, (_, parameter: string) => z.string().parse(own.get(parameter)));
    const client = path.startsWith("/pos") ? terminal.client : server.admin;
    const answer = await client.request(method, url, sent);

    const responses = document.paths[path]?.[method.toLowerCase()]?.responses ?? {};
    const declared = Object.keys(responses).filter((status) => status.startsWith("2"));
    const isDeclared = declared.includes(String(answer.status));
    expect({ name, isDeclared, answer: isDeclared ? null : answer.body }).toEqual({
      name,
      isDeclared: true,
      answer: null,
    });
    if (responses[String(answer.status)]?.content === undefined) continue;
    const where = [String(answer.status), "content", "application/json"];
    const shown = validator(ajv, ["paths", path, method.toLowerCase(), "responses", ...where]);
    expect({ name, valid: shown(answer.body), errors: shown.errors ?? null }).toEqual({
      name,
      valid: true,
      errors: null,
    });
    for (const [key, value] of LEARNT[name]?.(succeeded.parse(answer.body)) ?? []) own.set(key, value);
  }
});
