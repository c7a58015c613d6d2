import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Answer, type Client, createClient } from "../../../src/client.ts";
import { newKeys, terminalOf } from "../../../src/cli/pos/terminal.ts";
import { check, createLocation, outcome, publishRuleset, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** A device comes in by an enrollment's code (enroll-device.md), over HTTP. */

const enrollment = z.object({
  enrollment_id: z.string(),
  enrollment_code: z.string(),
  status: z.string(),
  expires_at: z.string(),
  metadata: z.record(z.string(), z.string()),
});
const device = z.looseObject({ id: z.string(), token: z.string().nullable().optional() });
const list = z.object({
  content: z.array(z.looseObject({})),
  total_elements: z.int(),
  total_pages: z.int(),
  page_number: z.int(),
  page_size: z.int(),
});

const someText: unknown = expect.any(String);
const aToken: unknown = expect.stringMatching(/^admd\./);
const noToken: unknown = expect.not.objectContaining({ token: aToken });

let product: TestServer;
let admin: Client;
let app: Client;
let locationId = "";
let hardware = 0;

beforeAll(async () => {
  product = await startTestServer({ settings: { TRUST_PROXY: "1", TEST_CLOCK: "1" } });
  ({ admin } = product);
  app = createClient(product.url, null);
  locationId = await createLocation(admin);
  await publishRuleset(admin, { name: "Everyone" });
});
afterAll(async () => {
  await product.stop();
});

async function enroll(body: Readonly<Record<string, unknown>> = {}): Promise<z.infer<typeof enrollment>> {
  const made = await admin.send("POST", "/ipp/v1/enrollments", { location_id: locationId, ...body });
  return enrollment.parse(made.body);
}

async function register(
  enrollment_code: string,
  body: Readonly<Record<string, unknown>> = {},
  address = "203.0.113.1",
): Promise<Answer> {
  const hardware_id = `HW-${String(++hardware)}`;
  return await app.request(
    "POST",
    "/ipp/v1/devices",
    { enrollment_code, hardware_id, ...body },
    { "x-forwarded-for": address },
  );
}

/** With the token in its hand, as a device keeps it. */
function deviceClient(answer: Answer): Client {
  const { token } = device.parse(answer.body);
  return createClient(product.url, token ?? null);
}

describe("anEnrollment", () => {
  test("isMadeWithACodeThatIsShownOnceAndWaits", async () => {
    const metadata = { username: "john.doe", type: "android" };
    const made = await enroll({ metadata, expires_in: 36_000_000 });
    expect(made).toMatchObject({ status: "PENDING", metadata });
    expect(made.enrollment_code).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
    const now = z.object({ now: z.string() }).parse((await admin.send("GET", "/api/test-clock")).body).now;
    const lives = Date.parse(made.expires_at) - Date.parse(now);
    expect(lives).toBeGreaterThan(35_900_000);
    expect(lives).toBeLessThanOrEqual(36_000_000);
    const shown = await admin.send("GET", `/ipp/v1/enrollments/${made.enrollment_id}`);
    expect(shown.body).toEqual({ ...made, enrollment_code: null, location_id: locationId });
  });

  test("holdsNoCardNumberWhateverItsMetadataIsCalled", async () => {
    for (const name of ["pan", "amount", "reference", "note"]) {
      const body = { location_id: locationId, metadata: { [name]: testPan(1) } };
      const told = await admin.request("POST", "/ipp/v1/enrollments", body);
      expect(told).toMatchObject({ status: 422, body: { errors: [{ pointer: `/metadata/${name}` }] } });
    }
  });

  test("isListedWhileItWaitsOrWhenADeviceCameByItAndNotWhenItIsCancelledOrExpired", async () => {
    const metadata = { batch: "listed" };
    const [waits, used, cancelled] = [
      await enroll({ metadata }),
      await enroll({ metadata }),
      await enroll({ metadata }),
    ];
    const expires = await enroll({ metadata, expires_in: 60_000 });
    await register(used.enrollment_code);
    await admin.send("DELETE", `/ipp/v1/enrollments/${cancelled.enrollment_id}`);
    await admin.send("POST", "/api/test-clock", { advance: "PT61S" });
    const read = async () =>
      list.parse((await admin.send("GET", "/ipp/v1/enrollments?metadata=batch:listed")).body);
    // The list is a read model, which may come after what was acknowledged.
    await expect.poll(async () => (await read()).total_elements).toBe(2);
    const listed = await read();
    expect(listed).toMatchObject({ total_elements: 2, total_pages: 1, page_number: 0, page_size: 20 });
    expect(listed.content).toEqual([
      expect.objectContaining({ enrollment_id: used.enrollment_id, status: "CONSUMED" }),
      expect.objectContaining({ enrollment_id: waits.enrollment_id, status: "PENDING" }),
    ]);
    for (const [one, status] of [
      [cancelled, "CANCELLED"],
      [expires, "EXPIRED"],
    ] as const) {
      const shown = await admin.send("GET", `/ipp/v1/enrollments/${one.enrollment_id}`);
      expect(shown.body).toMatchObject({ status });
    }
  });

  test("isNotCancelledOnceADeviceCameByItAndIsCancelledAsOftenAsSomebodyAsks", async () => {
    const [used, other] = [await enroll(), await enroll()];
    await register(used.enrollment_code);
    const path = `/ipp/v1/enrollments/${used.enrollment_id}`;
    expect(await admin.request("DELETE", path)).toMatchObject({ status: 409, body: { code: "IN_USE" } });
    for (const _ of [1, 2]) {
      const again = await admin.request("DELETE", `/ipp/v1/enrollments/${other.enrollment_id}`);
      expect(again.status).toBe(204);
    }
  });

  test.each([
    ["/location_id", { location_id: "01J00000000000000000000XX1" }],
    ["/expires_in", { expires_in: 1 }],
    ["/metadata", { metadata: { "4111111111111111": "a" } }],
    ["/metadata/note", { metadata: { note: "card 4111 1111 1111 1111" } }],
    ["/colour", { colour: "red" }],
  ])("isRefusedAt %s", async (pointer, body) => {
    const answer = await admin.request("POST", "/ipp/v1/enrollments", { location_id: locationId, ...body });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect(JSON.stringify(answer.body)).not.toContain("4111");
  });
});

describe("aDevice", () => {
  test("comesByItsCodeAndDecidesAtPosWithTheTokenThatItIsGivenOnce", async () => {
    const metadata = { floor: "2" };
    const { enrollment_id, enrollment_code } = await enroll({ metadata });
    const typed = `${enrollment_code.slice(0, 4).toLowerCase()}-${enrollment_code.slice(4)}`;
    const answer = await register(typed, { hardware_id: "HW-FIRST", name: "Desk", platform: "android" });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: enrollment_id,
      hardware_id: "HW-FIRST",
      merchant_id: null,
      location_id: locationId,
      name: "Desk",
      platform: "android",
      metadata,
      created_at: someText,
      token: aToken,
    });
    const client = deviceClient(answer);
    const entered = outcome(await check({ client }, testPan(1)));
    expect(entered.decision).toBe("GRANTED");
    const listed = list.parse((await admin.send("GET", "/ipp/v1/devices?metadata=floor:2")).body);
    expect(listed.content).toEqual([noToken]);
    const terminal = await admin.send("GET", "/api/terminals/HW-FIRST");
    expect(terminal.body).toMatchObject({ status: "PAIRED", credential: { trust: "BEARER" } });
  });

  test("withAKeyOfItsOwnSignsItsTokensIsKeyProvenAndMayAskForALostReply", async () => {
    const { enrollment_code } = await enroll();
    const keys = newKeys();
    const body = { hardware_id: "HW-KEY", public_key: keys.publicKey };
    const answer = await register(enrollment_code, body);
    expect(answer).toMatchObject({ status: 201, body: { token: null } });
    const { client } = terminalOf(product.url, "HW-KEY", keys.privateKey, () => Date.now());
    expect((await client.send("GET", "/pos/status")).status).toBe(200);
    const again = await register(enrollment_code, body);
    expect(again.body).toEqual(answer.body);
    const other = await register(enrollment_code, { ...body, public_key: newKeys().publicKey });
    expect(other).toMatchObject({ status: 403, body: { code: "PAIRING_REFUSED" } });
    const terminal = await admin.send("GET", "/api/terminals/HW-KEY");
    expect(terminal.body).toMatchObject({ credential: { trust: "KEY" } });
  });

  test("withATokenIsLetInOnlyWhereTheRulesetWantsNoMore", async () => {
    const strict = await createLocation(admin);
    const criteria = { locations: { locationIds: [strict] }, minimumTrust: "KEY" as const };
    await publishRuleset(admin, { name: "Proven", criteria, priority: 1 });
    const { enrollment_code } = await enroll({ location_id: strict });
    const client = deviceClient(await register(enrollment_code, { hardware_id: "HW-STRICT" }));
    const answer = await check({ client }, testPan(2));
    expect(answer.body).toMatchObject({ ruleset: { name: "Everyone" } });
  });

  test("isNamedMovedAndDescribedAndWhatIsAbsentStays", async () => {
    const { enrollment_id, enrollment_code } = await enroll({ metadata: { a: "1" } });
    await register(enrollment_code, { name: "Before" });
    const path = `/ipp/v1/devices/${enrollment_id}`;
    const elsewhere = await createLocation(admin);
    const named = await admin.send("PUT", path, { name: "After" });
    expect(named.body).toMatchObject({ name: "After", location_id: locationId, metadata: { a: "1" } });
    const moved = await admin.send("PUT", path, { location_id: elsewhere, metadata: {} });
    expect(moved.body).toMatchObject({ name: "After", location_id: elsewhere, metadata: {} });
    expect((await admin.send("GET", path)).body).toEqual(moved.body);
    expect((await admin.request("PUT", path, { name: "Stale" }, { "If-Match": '"0"' })).status).toBe(412);
  });

  test("thatIsDeregisteredIsRefusedWithTheNextRequestAndComesAgainByAnotherCode", async () => {
    const [first, second] = [await enroll(), await enroll()];
    const body = { hardware_id: "HW-AGAIN" };
    const client = deviceClient(await register(first.enrollment_code, body));
    expect((await client.request("GET", "/pos/status")).status).toBe(200);
    const taken = await register(second.enrollment_code, body);
    expect(taken).toMatchObject({ status: 409, body: { code: "ALREADY_EXISTS" } });
    await admin.send("DELETE", `/ipp/v1/devices/${first.enrollment_id}`);
    expect((await client.request("GET", "/pos/status")).status).toBe(401);
    expect((await admin.request("GET", `/ipp/v1/devices/${first.enrollment_id}`)).status).toBe(404);
    // What refused it did not use the code up.
    const again = await register(second.enrollment_code, body);
    expect(again).toMatchObject({ status: 201, body: { id: second.enrollment_id } });
    expect((await client.request("GET", "/pos/status")).status).toBe(401);
    expect((await deviceClient(again).request("GET", "/pos/status")).status).toBe(200);
    const old = await register(first.enrollment_code, body);
    expect(old).toMatchObject({ status: 403, body: { code: "PAIRING_REFUSED" } });
  });

  test("isOnePerCodeHoweverManyComeAtOnce", async () => {
    const { enrollment_id, enrollment_code } = await enroll();
    const all = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, index) => await register(enrollment_code, {}, `198.51.100.${String(index)}`),
      ),
    );
    const came = all.filter(({ status }) => status === 201);
    expect(came).toHaveLength(1);
    expect(came[0]?.body).toMatchObject({ id: enrollment_id });
    for (const { status } of all) expect([201, 403]).toContain(status);
  });

  test.each(["token", "key"])("isRefusedWithSomebodyElsesOrAnAltered %s", async (kind) => {
    const { enrollment_code } = await enroll();
    const answer = await register(enrollment_code);
    const { token } = z.object({ token: z.string() }).parse(answer.body);
    const [prefix = "", serial = "", secret = ""] = token.split(".");
    const other = Buffer.from("HW-FIRST").toString("base64url");
    const wrong = kind === "token" ? [prefix, serial, secret.replace(/./, "_")] : [prefix, other, secret];
    for (const altered of [wrong.join("."), `${token}.`, token.slice(0, -1), token.toUpperCase()]) {
      const refused = await createClient(product.url, altered).request("GET", "/pos/status");
      expect(refused).toMatchObject({ status: 401, body: { serverTime: someText } });
    }
  });
});

describe("aCode", () => {
  test("thatIsWrongUsedExpiredOrCancelledIsAnsweredAlike", async () => {
    const [used, expired, cancelled] = [await enroll(), await enroll({ expires_in: 60_000 }), await enroll()];
    await register(used.enrollment_code);
    await admin.send("DELETE", `/ipp/v1/enrollments/${cancelled.enrollment_id}`);
    await admin.send("POST", "/api/test-clock", { advance: "PT61S" });
    const answers = new Set<string>();
    for (const code of [
      "ZZZZZZZZ",
      used.enrollment_code,
      expired.enrollment_code,
      cancelled.enrollment_code,
      "?",
    ]) {
      const { status, body } = await register(code);
      answers.add(JSON.stringify([status, { ...z.looseObject({}).parse(body), traceId: "" }]));
    }
    expect([...answers]).toHaveLength(1);
    expect([...answers].join()).toContain("PAIRING_REFUSED");
  });

  test("ofADeviceWhoseKeyIsWeakIsNotUsedUp", async () => {
    const { enrollment_code } = await enroll();
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 })
      .publicKey.export({ format: "der", type: "spki" })
      .toString("base64");
    const refused = await register(enrollment_code, { public_key: weak });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: "/public_key" }] } });
    expect((await register(enrollment_code)).status).toBe(201);
  });

  test("ofADeviceThatCallsItselfByACardNumberIsNotUsedUp", async () => {
    const { enrollment_code } = await enroll();
    const refused = await register(enrollment_code, { hardware_id: testPan(1) });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: "/hardware_id" }] } });
    expect((await register(enrollment_code)).status).toBe(201);
  });

  test("isNoLongerGuessedByWhoeverTriedTooOftenAndStillComesForTheNextOne", async () => {
    const address = "192.0.2.77";
    const before = await enroll();
    for (let index = 0; index < 12; index++) await register("ZZZZZZZZ", {}, address);
    expect((await register("ZZZZZZZZ", {}, address)).status).toBe(429);
    expect((await register(before.enrollment_code, {}, address)).status).toBe(429);
    const { enrollment_code } = await enroll();
    expect((await register(enrollment_code, {}, address)).status).toBe(201);
  });

  test("standsNowhereInTheDatabaseNorDoesAToken", async () => {
    const { enrollment_code } = await enroll();
    const { token } = z.object({ token: z.string() }).parse((await register(enrollment_code)).body);
    const { pool } = product.server.services;
    const { rows } = await pool.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'",
    );
    expect(rows.length).toBeGreaterThan(30);
    for (const { name } of rows) {
      const all = await pool.query<{ text: string }>(`select t::text as text from "${name}" t`);
      const text = all.rows.map((row) => row.text).join("\n");
      expect(text).not.toContain(enrollment_code);
      expect(text).not.toContain(token.split(".")[2] ?? token);
    }
  });
});
