import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { apiDocument, type ApiDocument } from "../support/documented.ts";
import {
  createLocation,
  createTerminal,
  importRanges,
  publishRuleset,
  testKeys,
  testPan,
} from "../support/programme.ts";
import { terminalOf } from "../../src/cli/pos/terminal.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Within the checkout, so that what is generated finds its packages.
const folder = join(root, "node_modules", ".admittance-test", `openapi-${String(process.pid)}`);
const file = join(folder, "openapi.json");
const ran = promisify(execFile);

let server: TestServer;
let served: unknown;
let document: ApiDocument;

async function run(program: string, ...args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    REDOCLY_TELEMETRY: "off",
    REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
    NO_COLOR: "1",
  };
  const { stdout, stderr } = await ran(join(root, "node_modules", ".bin", program), args, {
    cwd: folder,
    env,
  }).catch((error: unknown) => {
    const said = z.looseObject({ stdout: z.string(), stderr: z.string() }).parse(error);
    throw new Error(`${program}: ${said.stdout}${said.stderr}`);
  });
  return stdout + stderr;
}

beforeAll(async () => {
  server = await startTestServer();
  served = (await server.admin.send("GET", "/openapi.json")).body;
  document = apiDocument.parse(served);
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(served));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
});

/** Every schema in the document, and where it stands. */
function* within(value: unknown, at = "#"): Generator<readonly [at: string, value: Record<string, unknown>]> {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield* within(one, `${at}/${String(index)}`);
    return;
  }
  const object = z.record(z.string(), z.unknown()).safeParse(value);
  if (!object.success) return;
  yield [at, object.data];
  for (const [key, inner] of Object.entries(object.data)) yield* within(inner, `${at}/${key}`);
}

describe("the OpenAPI document", () => {
  it("is one in which Redocly's recommended rules find nothing", async () => {
    const said = await run("redocly", "lint", file, "--extends", "recommended", "--format", "json");
    const found = z
      .object({ totals: z.object({ errors: z.int(), warnings: z.int() }), problems: z.array(z.unknown()) })
      .parse(JSON.parse(said.slice(said.indexOf("{"), said.lastIndexOf("}") + 1)));
    expect(found).toMatchObject({ totals: { errors: 0, warnings: 0 }, problems: [] });
  });

  it("is of the version that the package is", async () => {
    const { version } = z
      .looseObject({ version: z.string() })
      .parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
    expect(z.looseObject({ info: z.looseObject({ version: z.string() }) }).parse(served).info.version).toBe(
      version,
    );
  });

  it("has no union with a branch that takes anything", () => {
    const loose = [...within(served)].flatMap(([at, schema]) =>
      [schema["anyOf"], schema["oneOf"]].flat().some((one) => JSON.stringify(one) === "{}") ? [at] : [],
    );
    expect(loose).toEqual([]);
  });

  it("says of each operation what it wants and answers, and why it may be refused", () => {
    const thin = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses, requestBody }]) => {
        const statuses = Object.keys(responses);
        const body = z.object({ required: z.boolean() }).optional().safeParse(requestBody);
        const isWhole =
          statuses.some((one) => one.startsWith("2")) &&
          statuses.some((one) => one.startsWith("4")) &&
          statuses.includes("503") &&
          body.success;
        return isWhole ? [] : [`${method} ${path}`];
      }),
    );
    expect(thin).toEqual([]);
  });

  it("wants a body of exactly those that refuse to go without", { timeout: 60_000 }, async () => {
    const { admin, url } = server;
    const terminal = await createTerminal(admin, url, await createLocation(admin));
    const ids = "01K9M2Z8Q4V7W3X5Y6A1B2C3D4";
    const wrong: string[] = [];
    let required = 0;
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { requestBody }] of Object.entries(operations)) {
        if (requestBody === undefined) continue;
        const said = z.object({ required: z.boolean() }).parse(requestBody).required;
        const client = path.startsWith("/pos") && path !== "/pos/claim" ? terminal.client : admin;
        const { status } = await client.request(method.toUpperCase(), path.replace(/\{\w+\}/g, ids));
        if (said !== [400, 415, 422].includes(status)) wrong.push(`${method} ${path} ${String(status)}`);
        if (said) required += 1;
      }
    }
    expect(wrong).toEqual([]);
    expect(required).toBeGreaterThan(0);
  });

  it("says of a member what it says of itself, before what its name means elsewhere", () => {
    const answers = z.object({
      paths: z.object({
        "/pos/fallback_bin_ranges": z.object({
          get: z.object({
            responses: z.object({
              "200": z.object({
                content: z.object({
                  "application/json": z.object({
                    schema: z.object({
                      anyOf: z.tuple([
                        z.object({
                          properties: z.object({
                            version: z.object({ description: z.string() }),
                            issuedAt: z.object({ description: z.string() }),
                          }),
                        }),
                        z.unknown(),
                      ]),
                    }),
                  }),
                }),
              }),
            }),
          }),
        }),
      }),
    });
    const { properties } =
      answers.parse(served).paths["/pos/fallback_bin_ranges"].get.responses["200"].content["application/json"]
        .schema.anyOf[0];
    expect(properties.version.description).toContain("SHA-256");
    expect(properties.issuedAt.description).toBe("When it was issued.");
  });

  it("says of each member and parameter what it means", () => {
    const named = z.record(
      z.string(),
      z.looseObject({ description: z.string().optional(), $ref: z.string().optional() }),
    );
    const silent = [...within(served)].flatMap(([at, { properties }]) =>
      Object.entries(named.safeParse(properties).data ?? {})
        .filter(([, { description, $ref }]) => description === undefined && $ref === undefined)
        .map(([name]) => `${at}: ${name}`),
    );
    expect(silent).toEqual([]);
  });
});

describe("a client generated from it", () => {
  beforeAll(async () => {
    // What has a default may be left out of a request.
    await run(
      "openapi-typescript",
      file,
      "--default-non-nullable",
      "false",
      "--output",
      join(folder, "openapiTypescript.ts"),
    );
    await run("oazapfts", file, join(folder, "oazapftsClient.ts"));
    for (const name of ["openapiFetch.ts", "oazapfts.ts"]) {
      await copyFile(join(root, "test", "openapi", "clients", name), join(folder, name));
    }
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const compilerOptions = {
      ...{ strict: true, noUncheckedIndexedAccess: true },
      ...{ target: "es2023", module: "nodenext", outDir: "out", skipLibCheck: true, types: ["node"] },
      rootDir: ".",
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    await run("tsc", "--project", join(folder, "tsconfig.json"));
  });

  for (const client of ["openapiFetch", "oazapfts"]) {
    it(`compiles strictly and drives a visit (${client})`, async () => {
      const { admin, url, adminKey } = server;
      await importRanges(admin, ["5000,5999,0001234,Test Bank,POL,WLE,World Elite"]);
      const locationId = await createLocation(admin);
      const guests = { adults: { free: 2, maxPerEntry: 2 } };
      await publishRuleset(admin, { criteria: { locations: { locationIds: [locationId] } }, guests });
      const serialNumber = `GENERATED-${client}`;
      await admin.send("POST", "/api/terminals", { serialNumber, locationId });
      const issued = await admin.send("POST", `/api/terminals/${serialNumber}/pairing-codes`, {});
      const { code: pairingCode } = z.object({ code: z.string() }).parse(issued.body);
      const { publicKey, privateKey } = testKeys();
      const token = await terminalOf(url, serialNumber, privateKey, () => Date.now()).token();
      const pan = testPan(client.length);
      const scene = { url, adminKey, serialNumber, pairingCode, publicKey, token, pan };
      const { stdout } = await ran(process.execPath, [
        join(folder, "out", `${client}.js`),
        JSON.stringify(scene),
      ]);
      expect(JSON.parse(stdout)).toEqual({
        ...{ status: "PAIRED", confirmed: "COMPLETED", adults: 1, listed: "COMPLETED" },
        refused: "NOT_FOUND",
      });
    });
  }
});
