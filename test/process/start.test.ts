import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../src/client.ts";
import { productProgram } from "../support/childProgram.ts";
import { exitOf, launch, type Product, type ProductHome, productHome } from "../support/product.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";

/** The product as a process: how it starts, shares its data, refuses, and stops. */

describe("an installation", () => {
  let home: ProductHome;
  let first: Product;

  beforeAll(async () => {
    home = await productHome();
    first = await home.start({ TEST_CLOCK: "1" });
  });
  afterAll(async () => {
    await home.destroy();
  });

  test("theFirstStartShowsAKeyOnceAndItsFilesAreItsOwnersAlone", async () => {
    const key = await home.adminKey();
    expect(key).toMatch(/^adm_/);
    expect((await createClient(first.url, key).request("GET", "/api/locations")).status).toBe(200);
    expect((await stat(join(home.dataDir, "keyring.json"))).mode & 0o077).toBe(0);
  });

  test("aSecondInstanceOnTheSameDataDecidesWhatTheFirstDecides", async () => {
    const second = await home.start({ TEST_CLOCK: "1" });
    expect(second.output()).not.toContain("API key");
    const admin = createClient(first.url, await home.adminKey());
    const there = createClient(second.url, await home.adminKey());
    const { terminal, rulesetId, locationId } = await simpleProgramme(admin, first.url, {
      cardholder: { free: 1 },
    });
    const elsewhere = { ...terminal, client: clientAt(second.url, terminal.client) };

    const granted = outcome(await check(terminal, testPan(60_001)));
    expect(outcome(await check(elsewhere, testPan(60_001))).code).toBe("TEMPORARILY_BLOCKED");
    expect((await confirm(elsewhere, granted.accessId)).status).toBe(200);
    expect(outcome(await check(terminal, testPan(60_001))).code).toBe("LIMIT_EXCEEDED");

    // A ruleset published here holds there with the next request.
    const criteria = { locations: { locationIds: [locationId] } };
    await there.send("PUT", `/api/rulesets/${rulesetId}`, {
      name: "More",
      criteria,
      cardholder: { free: 2 },
    });
    await there.send("POST", `/api/rulesets/${rulesetId}/publish`, {});
    expect(outcome(await check(terminal, testPan(60_001))).decision).toBe("GRANTED");

    // The clock of one is the clock of all.
    await admin.send("POST", "/api/test-clock", { advance: "PT6M" });
    expect(outcome(await check(elsewhere, testPan(60_001))).decision).toBe("GRANTED");

    // Revoked here, it is out there.
    expect((await elsewhere.client.request("GET", "/pos/status")).status).toBe(200);
    await admin.send("POST", `/api/terminals/${terminal.serialNumber}/unpair`, {});
    expect((await elsewhere.client.request("GET", "/pos/status")).status).toBe(401);
    expect(await second.end("SIGTERM")).toBe(0);
    expect((await createClient(first.url, null).request("GET", "/readyz")).status).toBe(200);
  });

  test("requestsUnderWayFinishWhenItIsStopped", async () => {
    const another = await home.start({ TEST_CLOCK: "1" });
    const admin = createClient(another.url, await home.adminKey());
    const { terminal } = await simpleProgramme(admin, another.url);
    const answers = Array.from({ length: 20 }, (_, index) => check(terminal, testPan(61_000 + index)));
    // The first answer says that the others have arrived as well: they were sent together.
    await Promise.race(answers);
    const stopped = another.end("SIGTERM");
    const settled = await Promise.allSettled(answers);
    expect(await stopped).toBe(0);
    const lost = settled.filter((one) => one.status === "fulfilled" && one.value.status !== 200);
    expect(lost).toEqual([]);
    expect(settled.filter((one) => one.status === "fulfilled").length).toBeGreaterThan(0);
  });

  test("aDatabaseWithATestClockKeepsItAndAnotherKeyringIsRefused", async () => {
    await first.end("SIGTERM");
    const again = await home.start();
    const answer = await createClient(again.url, await home.adminKey()).request("GET", "/api/test-clock");
    expect(answer.status).toBe(200);
    await again.end("SIGTERM");
    const refused = launch(await productProgram("main"), {
      DATA_DIR: home.dataDir,
      PORT: "0",
      KEYRING_FILE: join(home.dataDir, "another.json"),
    });
    expect(await exitOf(refused)).toBe(1);
    expect(refused.output()).toMatch(/The keyring .* is not the one of this database/);
  });
});

function clientAt(url: string, client: ReturnType<typeof createClient>): ReturnType<typeof createClient> {
  return {
    request: async (method, path, body, headers) =>
      await client.request(method, new URL(path, url).href, body, headers),
    send: async (method, path, body, headers) =>
      await client.send(method, new URL(path, url).href, body, headers),
  };
}

describe("a start that can't go on", () => {
  let program: string;
  let directory: string;

  beforeAll(async () => {
    program = await productProgram("main");
    directory = await mkdtemp(join(tmpdir(), "admittance-refused-"));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  const rows: [string, Record<string, string>, RegExp][] = [
    ["a port that is none", { PORT: "http" }, /^PORT/],
    ["a log level that is none", { LOG_LEVEL: "loud" }, /^LOG_LEVEL/],
    ["plain HTTP to the world", { HOST: "0.0.0.0" }, /HOST/],
    ["a database that is none", { DATABASE_URL: "mysql://x" }, /^DATABASE_URL/],
    [
      "a database that is not there",
      { DATABASE_URL: "postgres://a:b@127.0.0.1:1/x" },
      /^The database can't be used/,
    ],
    [
      "an event store that is not there",
      { EVENTSTORE_URL: "esdb://127.0.0.1:1?tls=false" },
      /^EVENTSTORE_URL can't be used/,
    ],
    [
      "a sign-in that is not there",
      { OIDC_ISSUER: "https://id.example", OIDC_CLIENT_ID: "x" },
      /^OIDC_ISSUER/,
    ],
  ];
  test.each(rows)("with %s ends with one clear line", async (_what, env, line) => {
    const product = launch(program, { DATA_DIR: directory, PORT: "0", ...env });
    expect(await exitOf(product)).toBe(1);
    const printed = product.output().trim();
    expect(printed).toMatch(line);
  });

  test("with a directory that is not its own it touches nothing", async () => {
    const foreign = await mkdtemp(join(tmpdir(), "admittance-foreign-"));
    const postgres = join(foreign, "postgres");
    await writeFile(postgres, "not a database");
    const product = launch(program, { DATA_DIR: foreign, PORT: "0" });
    expect(await exitOf(product)).toBe(1);
    expect((await stat(postgres)).size).toBe("not a database".length);
    await rm(foreign, { recursive: true, force: true });
  });

  test("with a port that is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const product = launch(program, { DATA_DIR: join(directory, "d"), PORT: String(port), DEMO: "0" });
    expect(await exitOf(product)).toBe(1);
    expect(product.output().trim()).toMatch(/is taken\. Set PORT/);
    taken.close();
  });
});
