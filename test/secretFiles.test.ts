import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSettings, withSecretFiles } from "../src/start/secretFiles.ts";
import { createTestDatabase, query } from "./support/postgres.ts";
import { productHome } from "./support/product.ts";

let directory: string;
const PASSWORD = "p@s/s:w#o%rd?&=ä";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "admittance-secrets-"));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

describe("a secret in a file", () => {
  it("is a whole setting", async () => {
    const env = { METRICS_TOKEN_FILE: await file("token", "0123456789abcdef\n") };
    expect(readSettings(env).metricsToken).toBe("0123456789abcdef");
  });

  it("is the password of the user that a URL names, whatever signs are in it", async () => {
    const password = await file("password", PASSWORD);
    const settings = readSettings({
      DATABASE_URL: "postgres://admittance@db:5432/one?sslmode=require",
      DATABASE_PASSWORD_FILE: password,
      EVENTSTORE_URL: "esdb://ops@a:2113,b:2113?tls=true",
      EVENTSTORE_PASSWORD_FILE: password,
    });
    const database = new URL(settings.databaseUrl ?? "");
    expect([
      database.username,
      decodeURIComponent(database.password),
      database.host,
      database.search,
    ]).toEqual(["admittance", PASSWORD, "db:5432", "?sslmode=require"]);
    expect(settings.eventStoreUrl).toBe(`esdb://ops:${encodeURIComponent(PASSWORD)}@a:2113,b:2113?tls=true`);
  });

  it("opens the database, as the product starts", async () => {
    const database = await createTestDatabase();
    const role = `secret_${String(process.pid)}`;
    const url = new URL(database.url);
    await query(database.url, `create role ${role} login superuser password '${PASSWORD}'`);
    const home = await productHome();
    try {
      url.username = role;
      url.password = "";
      const password = await file("database", `${PASSWORD}\n`);
      const product = await home.start({ DATABASE_URL: url.href, DATABASE_PASSWORD_FILE: password });
      expect(product.output()).toContain("Ready.");
      expect(product.output()).not.toContain(PASSWORD);
    } finally {
      await home.destroy();
      await database.drop();
    }
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ["that is not there", { DATABASE_URL_FILE: "/nowhere/url" }, /^DATABASE_URL_FILE can't be read: ENOENT/],
    [
      "beside the setting",
      { METRICS_TOKEN: "0123456789abcdef", METRICS_TOKEN_FILE: "/nowhere/token" },
      /^METRICS_TOKEN and METRICS_TOKEN_FILE are set: set one of them\.$/,
    ],
    [
      "for a user who has a password",
      { DATABASE_URL: "postgres://u:hunter2@h/d", DATABASE_PASSWORD_FILE: "FILE" },
      /^DATABASE_PASSWORD_FILE wants DATABASE_URL to name a user without a password/,
    ],
    ["without a user", { DATABASE_PASSWORD_FILE: "FILE" }, /^DATABASE_PASSWORD_FILE wants DATABASE_URL/],
    ["that is empty", { METRICS_TOKEN_FILE: "EMPTY" }, /^METRICS_TOKEN_FILE is "[^"]+", which is empty\.$/],
  ])("%s is refused in one line", async (_, given, line) => {
    const paths = { FILE: await file("some", PASSWORD), EMPTY: await file("empty", "\n") };
    const env = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        value === "FILE" || value === "EMPTY" ? paths[value] : value,
      ]),
    );
    let message = "";
    try {
      withSecretFiles(env);
    } catch (error) {
      if (error instanceof Error) message = error.message;
    }
    expect(message).toMatch(line);
    expect(message).not.toMatch(/[\r\n]|hunter2|p@s/);
  });
});
