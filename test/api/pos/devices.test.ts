import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { Wire } from "../../../src/cli/pos/wire.ts";
import type { Answer, Client } from "../../../src/client.ts";
import {
  check,
  confirm,
  createLocation,
  outcome,
  pairTerminal,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

/** A vendor's clients and their devices (pos-integration.txt), over HTTP and a WebSocket. */

const device = z.looseObject({ id: z.string(), enabled: z.boolean(), connection: z.string().optional() });
const transfer = z.looseObject({
  id: z.string(),
  state: z.string(),
  failure_code: z.string().nullable(),
  amount: z.int(),
});
const created = z.object({ id: z.string() });

let product: TestServer;
let admin: Client;
let merchantId = "";
let locationId = "";
let serials = 0;

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  ({ admin } = product);
  merchantId = created.parse((await admin.send("POST", "/api/merchants", { name: "Airport" })).body).id;
  locationId = await createLocation(admin, { merchantId });
});
afterAll(async () => {
  await product.stop();
});

interface Made {
  readonly id: string;
  readonly serialNumber: string;
  readonly terminal: Terminal;
}

async function makeDevice(): Promise<Made> {
  const serialNumber = `DEV-${String(++serials)}`;
  const body = { serial_number: serialNumber, model: "PAX_A800", name: "Till", location: locationId };
  const made = await admin.send("POST", `/merchants/${merchantId}/devices`, body);
  const terminal = await pairTerminal(admin, product.url, serialNumber);
  return { id: device.parse(made.body).id, serialNumber, terminal };
}

async function wireOf({ terminal }: Pick<Made, "terminal">, url = product.url): Promise<Wire> {
  const wire = await Wire.open(url, await terminal.token());
  await wire.next("welcome");
  return wire;
}

/** Connected, and activated. */
async function ready(): Promise<Made & { readonly wire: Wire }> {
  const made = await makeDevice();
  const wire = await wireOf(made);
  const activating = admin.send("PUT", `/devices/${made.id}`, { action: "ACTIVATE" });
  await obey(wire);
  expect(device.parse((await activating).body).enabled).toBe(true);
  return { ...made, wire };
}

/** The device does what it is asked for next. */
async function obey(
  wire: Wire,
  told: Parameters<Wire["result"]>[1] = { outcome: "SUCCEEDED" },
): Promise<string> {
  const command = await wire.next("command");
  if (command === null) throw new Error("the connection is over");
  wire.received(command.id);
  wire.result(command.id, told);
  await wire.next("recorded");
  return command.id;
}

const async_ = { prefer: "respond-async" };

function sale(of: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { amount: 150, currency: "USD", device: of, operation_key: "CARD_PRESENT_DEBIT", ...more };
}

async function sell(of: string, more: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  return await admin.request("POST", "/transfers", sale(of, more), async_);
}

async function stateOf(id: string): Promise<z.infer<typeof transfer>> {
  return transfer.parse((await admin.send("GET", `/transfers/${id}`)).body);
}

describe("aDevice", () => {
  test("isTheTerminalOfItsSerialNumberAndHasEveryMemberOfTheDocument", async () => {
    const { id, serialNumber } = await makeDevice();
    expect(id).toMatch(/^DV[A-Za-z0-9]{24}$/);
    const shown = await admin.send("GET", `/devices/${id}?include_connection=true`);
    expect(shown.headers.get("content-type")).toBe("application/hal+json");
    expect(shown.body).toMatchObject({
      ...{ id, serial_number: serialNumber, merchant: merchantId, connection: "Closed", enabled: false },
      ...{ model: "PAX_A800", name: "Till", description: null, idle_message: null, tags: {} },
      configuration_details: { allow_debit: true, tipping_details: { percent_options: [18, 20, 22] } },
      _links: {
        self: { href: `${product.url}/devices/${id}` },
        merchant: { href: `${product.url}/merchants/${merchantId}` },
      },
    });
    const own = await admin.send("GET", `/api/terminals/${serialNumber}`);
    expect(own.body).toMatchObject({ locationId, status: "PAIRED" });
  });

  test("leadsByItsLinksToItsMerchantAndToTheTransfersOfItsOwn", async () => {
    const { id, wire } = await ready();
    const another = await ready();
    const links = z.object({ _links: z.record(z.string(), z.object({ href: z.string().nullable() })) });
    const { _links } = links.parse((await admin.send("GET", `/devices/${id}`)).body);
    const pathOf = (name: string): string => (_links[name]?.href ?? "").slice(product.url.length);
    expect(await admin.send("GET", pathOf("merchant"))).toMatchObject({
      status: 200,
      body: { id: merchantId, name: "Airport", _links: { self: { href: _links["merchant"]?.href } } },
    });
    const sold: string[] = [];
    for (const amount of [100, 200, 300]) {
      sold.push(transfer.parse((await sell(id, { amount })).body).id);
      await obey(wire);
    }
    await sell(another.id);
    await obey(another.wire);
    const list = z.object({
      page: z.object({ limit: z.int(), next_cursor: z.string().nullable() }),
      _embedded: z.object({ transfers: z.array(transfer) }),
    });
    const ids: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const path: string = `${pathOf("transfers")}&limit=2${cursor === "" ? "" : `&after_cursor=${cursor}`}`;
      const answer: Answer = await admin.request("GET", path, undefined, {
        "Wait-For": await product.server.services.log.newest(),
      });
      const { page, _embedded } = list.parse(answer.body);
      ids.push(..._embedded.transfers.map((one) => one.id));
      cursor = page.next_cursor;
    }
    expect(ids).toEqual([...sold].reverse());
    for (const query of ["", "?device=DV1", `?device=${id}&after_cursor=x`, `?device=${id}&limit=0`]) {
      const refused = await admin.request("GET", `/transfers${query}`);
      expect([refused.status, refused.headers.get("content-type")]).toEqual([422, "application/hal+json"]);
    }
    wire.close();
    another.wire.close();
  });

  test.each([
    ["GET", "/devices", 404],
    ["GET", "/devices/x/y", 404],
    ["DELETE", "/transfers", 405],
    ["GET", "/merchants/x/devices", 405],
    ["POST", "/merchants/x", 405],
  ] as const)("%s %s is none of its routes, and is told so in its own way", async (method, path, status) => {
    const answer = await admin.request(method, path);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "application/hal+json"]);
    const code = status === 404 ? "NOT_FOUND" : "METHOD_NOT_ALLOWED";
    expect(answer.body).toMatchObject({ total: 1, _embedded: { errors: [{ code }] } });
  });

  test("isWrittenNothingByANameThatEveryObjectHas", async () => {
    const { id } = await makeDevice();
    for (const body of ['{"tags":{"a":"1","__proto__":"x"}}', '{"tags":{"\\u005f_proto__":"x"}}']) {
      const answer = await fetch(`${product.url}/devices/${id}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${product.adminKey}`, "content-type": "application/json" },
        body,
      });
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ _embedded: { errors: [{ field: "tags.__proto__" }] } });
    }
    expect((await admin.send("GET", `/devices/${id}`)).body).toMatchObject({ tags: {} });
  });

  test("holdsNoCardNumberWhateverItsTagIsCalled", async () => {
    const { id } = await makeDevice();
    for (const name of ["pan", "amount", "reference", "note"]) {
      const told = await admin.request("PUT", `/devices/${id}`, { tags: { [name]: testPan(1) } });
      expect(told).toMatchObject({
        status: 422,
        body: { _embedded: { errors: [{ field: `tags.${name}` }] } },
      });
    }
  });

  test("ofOneSerialNumberIsMadeOnceAndOfAnotherMerchantsTerminalNever", async () => {
    const { serialNumber } = await makeDevice();
    const body = { serial_number: serialNumber, model: "PAX_A800", name: "Again" };
    const again = await admin.request("POST", `/merchants/${merchantId}/devices`, body);
    expect(again).toMatchObject({
      status: 409,
      body: { _embedded: { errors: [{ code: "ALREADY_EXISTS" }] } },
    });
    const other = created.parse((await admin.send("POST", "/api/merchants", { name: "Other" })).body).id;
    const foreign = await admin.request("POST", `/merchants/${other}/devices`, body);
    expect(foreign.status).toBe(409);
    const nobody = "01J00000000000000000000000";
    expect((await admin.request("POST", `/merchants/${nobody}/devices`, body)).status).toBe(404);
  });

  test("isChangedWhereSomethingIsGivenAndStaysElsewhere", async () => {
    const { id } = await makeDevice();
    const body = { name: "Bar", tags: { floor: "2" }, configuration_details: { allow_debit: false } };
    const changed = await admin.send("PUT", `/devices/${id}`, body);
    expect(changed.body).toMatchObject({
      ...{ name: "Bar", tags: { floor: "2" }, model: "PAX_A800" },
      configuration_details: { allow_debit: false, prompt_manual_entry: false },
    });
    const both = await admin.request("PUT", `/devices/${id}`, { action: "CANCEL", name: "Bar" });
    expect(both).toMatchObject({
      status: 422,
      body: { total: 1, _embedded: { errors: [{ code: "INVALID_REQUEST", field: "action" }] } },
    });
  });

  test("isActivatedOnlyWhileItIsThereAndSaysSoItself", async () => {
    const made = await makeDevice();
    const activate = { action: "ACTIVATE" };
    const closed = await admin.request("PUT", `/devices/${made.id}`, activate);
    expect(closed).toMatchObject({
      status: 409,
      body: { _embedded: { errors: [{ code: "DEVICE_UNREACHABLE" }] } },
    });
    const wire = await wireOf(made);
    const refusing = admin.request("PUT", `/devices/${made.id}`, activate);
    await obey(wire, { outcome: "FAILED", failureCode: "APP_NOT_IN_FRONT" });
    expect(await refusing).toMatchObject({ status: 409 });
    const activating = admin.request("PUT", `/devices/${made.id}`, activate);
    await obey(wire);
    expect((await activating).body).toMatchObject({ enabled: true });
    const open = await admin.send("GET", `/devices/${made.id}?include_connection=true`);
    expect(open.body).toMatchObject({ connection: "Open", enabled: true });
    const off = await admin.send("PUT", `/devices/${made.id}`, { action: "DEACTIVATE" });
    expect(off.body).toMatchObject({ enabled: false });
    expect((await wire.next("command"))?.action).toBe("DEACTIVATE");
    expect((await sell(made.id)).body).toMatchObject({
      _embedded: { errors: [{ code: "DEVICE_NOT_ENABLED" }] },
    });
    wire.close();
  });

  test("isReachedByBasicWithAnApiKeyAndByNothingElse", async () => {
    const { id } = await makeDevice();
    const get = async (pair: string): Promise<Response> =>
      await fetch(`${product.url}/devices/${id}`, {
        headers: {
          authorization: `Basic ${Buffer.from(pair).toString("base64")}`,
          "Finix-Version": "2022-02-01",
        },
      });
    expect((await get(`whoever:${product.adminKey}`)).status).toBe(200);
    const refused = await get("whoever:wrong");
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toMatch(/^Basic/);
    expect(await refused.json()).toMatchObject({
      total: 1,
      _embedded: { errors: [{ code: "UNAUTHENTICATED" }] },
    });
  });
});

describe("aSale", () => {
  test("isTakenByTheDeviceAndAnsweredWithAllThatTheDocumentHas", async () => {
    const { id, wire } = await ready();
    const selling = admin.send(
      "POST",
      "/transfers",
      sale(id, { tags: { order_number: "chris123transfer" } }),
    );
    const card = {
      maskedAccountNumber: "************0059",
      brand: "DISCOVER",
      entryMode: "CHIP_ENTRY",
      applicationIdentifier: "A0000001523010",
    };
    await obey(wire, { outcome: "SUCCEEDED", card });
    const { status, body } = await selling;
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ amount: 150, amount_requested: 150, capture_amount: 150, currency: "USD", device: id },
      ...{
        state: "SUCCEEDED",
        failure_code: null,
        merchant: merchantId,
        type: "DEBIT",
        fee: 0,
        source: null,
      },
      tags: { order_number: "chris123transfer" },
      card_present_details: { masked_account_number: "************0059", brand: "DISCOVER", name: null },
    });
    const { id: made } = transfer.parse(body);
    const self = `${product.url}/transfers/${made}`;
    expect(body).toMatchObject({ _links: { self: { href: self }, transfer: { href: self } } });
    expect(await stateOf(made)).toEqual(body);
    wire.close();
  });

  test("atADeviceThatIsNotThereHasFailed", async () => {
    const { id, wire } = await ready();
    wire.close();
    await until(
      async () =>
        !/"Open"/.test(
          JSON.stringify((await admin.send("GET", `/devices/${id}?include_connection=true`)).body),
        ),
    );
    const { status, body } = await sell(id);
    expect({ status, ...transfer.parse(body) }).toMatchObject({
      ...{ status: 201, state: "FAILED", failure_code: "DEVICE_UNREACHABLE" },
    });
  });

  test("isCancelledForGoodAndTheDeviceIsToldSoWhateverItDid", async () => {
    const { id, wire } = await ready();
    const { id: sold } = transfer.parse((await sell(id, { amount: 2_000 })).body);
    const command = await wire.next("command");
    expect(command).toMatchObject({ id: sold, action: "SALE", transfer: { amount: 2_000, currency: "USD" } });
    wire.received(sold);
    const cancelled = await admin.send("PUT", `/devices/${id}`, { action: "CANCEL" });
    expect(cancelled.body).toMatchObject({
      ...{ id: sold, state: "FAILED", failure_code: "CANCELLATION_VIA_API", amount: 2_000 },
      failure_message:
        "The transaction was canceled via API before the transaction was completed. The cardholder needs to attempt the transaction again.",
      card_present_details: { brand: "UNKNOWN", entry_mode: "UNKNOWN" },
    });
    expect(await wire.next("command")).toMatchObject({ action: "CANCEL", cancels: sold });
    wire.result(sold, { outcome: "SUCCEEDED" });
    expect(await wire.next("recorded")).toMatchObject({ id: sold, status: "CANCELLED" });
    expect((await stateOf(sold)).state).toBe("FAILED");
    const none = await admin.request("PUT", `/devices/${id}`, { action: "CANCEL" });
    expect(none).toMatchObject({
      status: 409,
      body: { _embedded: { errors: [{ code: "NOTHING_TO_CANCEL" }] } },
    });
    wire.close();
  });

  test("ofTheSameIdempotencyIdIsTheSameOneAndOfOtherContentIsRefused", async () => {
    const { id, wire } = await ready();
    const idempotency_id = "order 17";
    const all = await Promise.all(Array.from({ length: 10 }, async () => await sell(id, { idempotency_id })));
    const ids = new Set(all.map(({ body }) => transfer.parse(body).id));
    expect(ids.size).toBe(1);
    await obey(wire);
    const again = await admin.send("POST", "/transfers", sale(id, { idempotency_id }));
    expect(transfer.parse(again.body)).toMatchObject({ id: [...ids][0], state: "SUCCEEDED" });
    const other = await sell(id, { idempotency_id, amount: 151 });
    expect(other).toMatchObject({
      status: 409,
      body: { _embedded: { errors: [{ code: "REQUEST_ID_REUSED" }] } },
    });
    expect(wire.heard.filter(({ type }) => type === "command")).toHaveLength(2);
    wire.close();
  });

  test("thatNobodyAnswersTimesOut", async () => {
    const { id, wire } = await ready();
    const { id: sold } = transfer.parse((await sell(id)).body);
    await wire.next("command");
    wire.received(sold);
    await until(
      async () =>
        (await product.server.services.streams.command.refresh(`command-${sold}`)).state?.status ===
        "DISPATCHED",
    );
    await admin.send("POST", "/api/test-clock", { advance: "PT3M" });
    expect(await stateOf(sold)).toMatchObject({ state: "FAILED", failure_code: "TRANSACTION_TIMED_OUT" });
    wire.result(sold, { outcome: "SUCCEEDED" });
    expect(await wire.next("recorded")).toMatchObject({ id: sold, status: "TIMED_OUT" });
    wire.close();
  });

  test("isGivenBackInPartsAndNeverMoreThanItTook", async () => {
    const { id, wire } = await ready();
    const { id: sold } = transfer.parse((await sell(id, { amount: 1_000 })).body);
    await obey(wire);
    const path = `/transfers/${sold}/reversals`;
    const reversing = admin.send("POST", path, { refund_amount: 600, idempotency_id: "r1" });
    const command = await wire.next("command");
    expect(command).toMatchObject({ action: "REVERSAL", transfer: { amount: 600, reverses: sold } });
    wire.result(command?.id ?? "", { outcome: "SUCCEEDED" });
    expect((await reversing).body).toMatchObject({
      ...{ type: "REVERSAL", state: "SUCCEEDED", amount: 600, parent_transfer: sold },
    });
    const tooMuch = await admin.request("POST", path, { refund_amount: 401 });
    expect(tooMuch).toMatchObject({
      status: 422,
      body: { _embedded: { errors: [{ field: "refund_amount" }] } },
    });
    const failing = admin.send("POST", path, {});
    await wire.next("recorded");
    await obey(wire, { outcome: "FAILED", failureCode: "DECLINED" });
    expect((await failing).body).toMatchObject({ state: "FAILED", amount: 400, failure_code: "DECLINED" });
    const rest = admin.send("POST", path, { refund_amount: 400 });
    await obey(wire);
    expect((await rest).body).toMatchObject({ state: "SUCCEEDED" });
    const list = await admin.send("GET", path);
    expect(list.body).toMatchObject({ total: 3, _embedded: { transfers: [{ amount: 600 }, {}, {}] } });
    wire.close();
  });

  test("isGivenBackAgainWhereNoDeviceTookIt, or where it fails late; while it may have gone back it is not", async () => {
    const { id, wire } = await ready();
    const { id: sold } = transfer.parse((await sell(id, { amount: 1_000 })).body);
    await obey(wire);
    const path = `/transfers/${sold}/reversals`;
    const reverse = async () => await admin.request("POST", path, { refund_amount: 1_000 }, async_);
    const idOf = ({ body }: Answer): string => transfer.parse(body).id;

    const untaken = idOf(await reverse());
    await wire.next("command");
    expect((await reverse()).status).toBe(422);
    await admin.send("POST", "/api/test-clock", { advance: "PT3M" });
    expect(await stateOf(untaken)).toMatchObject({ state: "FAILED", failure_code: "DEVICE_UNREACHABLE" });
    // Written down by whoever looks after commands, a moment later.
    let again = await reverse();
    await until(async () => again.status !== 422 || (again = await reverse()).status !== 422);

    const unanswered = idOf(again);
    expect(await wire.next("command")).toMatchObject({ id: unanswered });
    wire.received(unanswered);
    await until(
      async () =>
        (await product.server.services.streams.command.refresh(`command-${unanswered}`)).state?.status ===
        "DISPATCHED",
    );
    await admin.send("POST", "/api/test-clock", { advance: "PT3M" });
    expect(await stateOf(unanswered)).toMatchObject({ failure_code: "TRANSACTION_TIMED_OUT" });
    await until(
      async () =>
        (await product.server.services.streams.command.refresh(`command-${unanswered}`)).state?.status ===
        "TIMED_OUT",
    );
    expect((await reverse()).status).toBe(422);
    wire.result(unanswered, { outcome: "FAILED", failureCode: "DECLINED" });
    expect(await wire.next("recorded")).toMatchObject({ id: unanswered, status: "TIMED_OUT" });

    const last = idOf(await reverse());
    await obey(wire);
    expect(await stateOf(last)).toMatchObject({ state: "SUCCEEDED" });
    wire.close();
  });

  test("thatTakesAnEntrysFeePaysTheEntry", async () => {
    const fee = { amount: "25.00", currency: "EUR" };
    const programme = await simpleProgramme(
      admin,
      product.url,
      { cardholder: { free: 0, paid: "UNLIMITED", fee } },
      { merchantId },
    );
    const { serialNumber } = programme.terminal;
    const body = { serial_number: serialNumber, model: "PAX_A800", name: "Lounge" };
    const { id } = device.parse((await admin.send("POST", `/merchants/${merchantId}/devices`, body)).body);
    const wire = await wireOf(programme);
    const activating = admin.send("PUT", `/devices/${id}`, { action: "ACTIVATE" });
    await obey(wire);
    await activating;
    const { accessId } = outcome(await check(programme.terminal, testPan(1)));
    const fee_ = { amount: 2_500, currency: "EUR", access_id: accessId };
    expect(await sell(id, fee_)).toMatchObject({ status: 422 });
    expect((await confirm(programme.terminal, accessId)).body).toMatchObject({ paymentStatus: "PENDING" });
    expect(await sell(id, { ...fee_, amount: 2_400 })).toMatchObject({
      ...{ status: 422, body: { _embedded: { errors: [{ field: "amount" }] } } },
    });
    const { id: sold } = transfer.parse((await sell(id, fee_)).body);
    await obey(wire);
    const entry = await programme.terminal.client.send("GET", `/pos/entries/${accessId}`);
    expect(JSON.stringify(entry.body)).toContain('"paymentStatus":"PAID"');
    expect(await stateOf(sold)).toMatchObject({ state: "SUCCEEDED", access_id: accessId });
    expect(await sell(id, fee_)).toMatchObject({ status: 422 });
    wire.close();
  });
});

describe("aConnection", () => {
  test("isRefusedAsOtherRoutesOfTerminalsRefuse", async () => {
    const made = await makeDevice();
    await expect(Wire.open(product.url, "nonsense")).rejects.toMatchObject({
      status: 401,
      code: "UNAUTHENTICATED",
    });
    await admin.send("POST", `/api/terminals/${made.serialNumber}/suspend`, {});
    const token = await made.terminal.token();
    await expect(Wire.open(product.url, token)).rejects.toMatchObject({
      status: 403,
      code: "TERMINAL_SUSPENDED",
    });
    const plain = await made.terminal.client.request("GET", "/pos/connect");
    expect(plain).toMatchObject({ status: 403, body: { code: "TERMINAL_SUSPENDED" } });
    await admin.send("POST", `/api/terminals/${made.serialNumber}/resume`, {});
    const wire = await wireOf(made);
    const open = await made.terminal.client.request("GET", "/pos/connect");
    expect(open).toMatchObject({ status: 200, body: { connection: "OPEN" } });
    wire.close();
  });

  test("takesThePlaceOfTheOneBefore", async () => {
    const made = await makeDevice();
    const [first, second] = [await wireOf(made), await wireOf(made)];
    expect(await first.ended).toMatchObject({ code: 4409 });
    const activating = admin.send("PUT", `/devices/${made.id}`, { action: "ACTIVATE" });
    await obey(second);
    await activating;
    second.close();
  });

  test("ofADeviceThatIsSuspendedOrUnpairedEndsAndBringsItNothingMore", async () => {
    for (const [act, code] of [
      ["suspend", 4403],
      ["unpair", 4401],
    ] as const) {
      const { id, serialNumber, wire } = await ready();
      await admin.send("POST", `/api/terminals/${serialNumber}/${act}`, {});
      expect(await wire.ended).toMatchObject({ code });
      expect((await sell(id)).status).toBe(409);
    }
  });

  test("bringsWhatWaitedOnceAndAgainUntilTheDeviceHasIt", async () => {
    const { id, terminal, wire } = await ready();
    const { id: sold } = transfer.parse((await sell(id)).body);
    expect(await wire.next("command")).toMatchObject({ id: sold });
    wire.drop();
    const second = await wireOf({ terminal });
    expect(await second.next("command")).toMatchObject({ id: sold });
    second.received(sold);
    await until(
      async () =>
        (await product.server.services.streams.command.refresh(`command-${sold}`)).state?.status ===
        "DISPATCHED",
    );
    second.drop();
    const third = await wireOf({ terminal });
    third.result(sold, { outcome: "SUCCEEDED" });
    expect(await third.next("recorded")).toMatchObject({ id: sold, status: "SUCCEEDED" });
    expect(third.heard.filter(({ type }) => type === "command")).toEqual([]);
    third.close();
  });

  test("bearsWhateverComesAndServesOthersMeanwhile", async () => {
    const made = await ready();
    const other = await ready();
    const { id: foreign } = transfer.parse((await sell(other.id)).body);
    const { wire } = made;
    const wrong = [
      Buffer.from([0, 1, 2]),
      "",
      "{",
      "[]",
      '"text"',
      '{"type":"result","id":"TR1","outcome":"SUCCEEDED"}',
      { type: "result", id: foreign, outcome: "WON" },
      { type: "result", id: foreign, outcome: "SUCCEEDED", card: { brand: "5555555555554444" } },
      {
        type: "result",
        id: foreign,
        outcome: "SUCCEEDED",
        card: { maskedAccountNumber: "5555555555554444" },
      },
      { type: "result", id: foreign, outcome: "FAILED", failureCode: "A", failureMessage: "\u0000" },
    ];
    for (const message of wrong) {
      wire.say(message);
      expect(await wire.next("error")).toMatchObject({ code: "MALFORMED" });
    }
    const named: readonly [member: string, more: Readonly<Record<string, unknown>>][] = [
      ["outcome", { outcome: "WON" }],
      ["card.brand", { outcome: "SUCCEEDED", card: { brand: "5555555555554444" } }],
      ["card.maskedAccountNumber", { outcome: "SUCCEEDED", card: { maskedAccountNumber: "5" } }],
      ["failureCode", { outcome: "FAILED", failureCode: "no" }],
      ["failureMessage", { outcome: "FAILED", failureCode: "A", failureMessage: "\u0000" }],
    ];
    for (const [member, more] of named) {
      wire.say({ type: "result", id: foreign, ...more });
      expect(await wire.next("error")).toMatchObject({ message: `${member}: it is none that is taken` });
    }
    wire.result(foreign, { outcome: "SUCCEEDED" });
    expect(await wire.next("error")).toMatchObject({ code: "UNKNOWN_COMMAND" });
    wire.received("TR000000000000000000000000");
    expect(await wire.next("error")).toMatchObject({ code: "UNKNOWN_COMMAND" });
    for (let count = 0; count < 500; count++) wire.say("{");
    expect(await wire.ended).toMatchObject({ code: 4400 });
    const huge = await wireOf(made);
    huge.say("x".repeat(20_000));
    expect(await huge.ended).toMatchObject({ code: 1009 });
    await obey(other.wire);
    expect(await stateOf(foreign)).toMatchObject({ state: "SUCCEEDED" });
    other.wire.close();
  });

  test("isNoneForThoseWhoOfferOtherProtocols", async () => {
    const body = JSON.stringify({ name: "By HTTP/2, perhaps" });
    const status = await new Promise<number>((resolve, reject) => {
      const sent = httpRequest(`${product.url}/api/merchants`, {
        method: "POST",
        headers: {
          ...{
            connection: "Upgrade, HTTP2-Settings",
            upgrade: "h2c",
            "http2-settings": "AAEAAEAAAAIAAAABAAMAAABk",
          },
          ...{ authorization: `Bearer ${product.adminKey}`, "content-type": "application/json" },
          "content-length": String(body.length),
        },
      });
      sent.on("response", (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      sent.on("error", reject);
      sent.end(body);
    });
    expect(status).toBe(201);
    const elsewhere = Wire.open(`${product.url}/`, "x").then(
      () => null,
      (error: unknown) => error,
    );
    expect(await elsewhere).toMatchObject({ status: 401 });
  });

  test.each(["/", "//", "//[", "/pos/status"])(
    "isNoneAt %s, which is told and closed at once",
    async (path) => {
      const { hostname, port } = new URL(product.url);
      // It keeps its own side open: that holds nothing.
      const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
      const wish = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
      const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
      socket.write([`GET ${path} HTTP/1.1`, `Host: ${hostname}`, ...wish, key, "", ""].join("\r\n"));
      socket.on("error", () => socket.destroy());
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 /);
      await until(async () => await Promise.resolve(socket.destroyed || !socket.write("x")));
    },
  );
});

describe("twoInstances", () => {
  test("aCommandOfOneReachesTheDeviceOfTheOtherAndWhatIsRevokedThereIsCutOffHere", async () => {
    const other = await product.another();
    try {
      const made = await makeDevice();
      const wire = await wireOf(made, other.url);
      const activating = admin.send("PUT", `/devices/${made.id}`, { action: "ACTIVATE" });
      await obey(wire);
      expect((await activating).body).toMatchObject({ enabled: true });
      const selling = admin.send("POST", "/transfers", sale(made.id));
      await obey(wire);
      expect((await selling).body).toMatchObject({ state: "SUCCEEDED" });
      const here = await wireOf(made);
      expect((await sell(made.id)).status).toBe(201);
      await obey(here);
      expect(await wire.ended).toMatchObject({ code: 4409 });
      const back = await wireOf(made, other.url);
      await admin.send("POST", `/api/terminals/${made.serialNumber}/suspend`, {});
      expect(await back.ended).toMatchObject({ code: 4403 });
      here.drop();
    } finally {
      await other.stop();
    }
  });

  test("aServerThatStopsSaysSoAndTheDeviceGoesOnElsewhere", async () => {
    const other = await product.another();
    const made = await makeDevice();
    const wire = await wireOf(made, other.url);
    await other.stop();
    expect(await wire.ended).toMatchObject({ code: 1012 });
    const shown = await admin.send("GET", `/devices/${made.id}?include_connection=true`);
    expect(shown.body).toMatchObject({ connection: "Closed" });
  });
});
