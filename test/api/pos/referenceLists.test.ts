import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../../src/client.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import {
  createLocation,
  createTerminal,
  importRanges,
  publishRuleset,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { deliveredWhitelist, OFFLINE_BY_NAME } from "../../support/whitelists.ts";

const SECRET = "shared-secret-of-all-terminals";

async function programme(server: TestServer): Promise<Record<"reference" | "standard", Terminal>> {
  const { admin, url } = server;
  await importRanges(admin, ["5555,5555,0001234,Test Bank,POL,WLE,"]);
  const locationId = await createLocation(admin);
  await publishRuleset(admin, {
    criteria: { locations: { locationIds: [locationId] } },
    offline: { ...OFFLINE_BY_NAME, accountRanges: true },
  });
  const listed = { pan: testPan(1), locationId };
  await admin.send("POST", "/api/whitelist", listed);
  await admin.send("POST", "/api/whitelist", { pan: testPan(2), locationId, validTo: "2020-01-01" });
  const [reference, standard] = await Promise.all(
    (["reference", "standard"] as const).map(
      async (profile) => await createTerminal(admin, url, locationId, { profile }),
    ),
  );
  if (reference === undefined || standard === undefined) throw new Error("both were made");
  return { reference, standard };
}

async function get(client: Client, path: string, tag = "") {
  return await client.request("GET", path, undefined, { "If-None-Match": tag });
}

describe.each([
  ["where the operator has set the shared secret", { REFERENCE_LIST_SECRET: SECRET }, true],
  ["where nothing is set", {}, false],
])("lists of the reference profile, %s", (_, settings: Record<string, string>, isPlain) => {
  let server: TestServer;
  let terminals: Record<"reference" | "standard", Terminal>;
  beforeAll(async () => {
    server = await startTestServer({ settings });
    terminals = await programme(server);
  });
  afterAll(async () => {
    await server.stop();
  });

  test(isPlain ? "are plain" : "are those of every terminal", async () => {
    const { client } = terminals.reference;
    const ranges = await get(client, "/pos/fallback_bin_ranges");
    const hashes = await get(client, "/pos/whitelisted_pans");
    if (!isPlain) {
      expect(deliveredWhitelist.safeParse(ranges.body).success).toBe(true);
      expect(hashes).toMatchObject({ status: 403, body: { code: "KEY_REQUIRED" } });
      return;
    }
    expect(ranges.body).toEqual({
      binRanges: [{ low: "5555000000000000000", high: "5555999999999999999" }],
    });
    expect(hashes.body).toEqual({
      hashes: [createHmac("sha256", SECRET).update(testPan(1)).digest("hex")],
    });
    for (const [path, answer] of [
      ["/pos/fallback_bin_ranges", ranges],
      ["/pos/whitelisted_pans", hashes],
    ] as const) {
      expect((await get(client, path, answer.headers.get("etag") ?? "")).status).toBe(304);
    }
  });

  test("are no standard terminal's", async () => {
    const { client } = terminals.standard;
    const { body } = await get(client, "/pos/fallback_bin_ranges");
    expect(deliveredWhitelist.safeParse(body).success).toBe(true);
    expect(await get(client, "/pos/whitelisted_pans")).toMatchObject({
      status: 403,
      body: { code: "KEY_REQUIRED" },
    });
  });
});
