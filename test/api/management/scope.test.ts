import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Answer, Client } from "../../../src/client.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import {
  check,
  confirm,
  createTerminal,
  importRanges,
  outcome,
  publishRuleset,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import {
  clientFor,
  codeOf,
  idOf,
  itemsOf,
  LOCATION,
  OTHER_PAN,
  PAN,
  pointersOf,
  settled,
} from "./support.ts";

/** Two merchants with a lounge each, and two banks: each role sees its own side only. */

interface Side {
  readonly merchantId: string;
  readonly locationId: string;
  readonly terminal: Terminal;
  readonly accessId: string;
  readonly cardId: string;
}

let server: TestServer;
let ours: Side;
let theirs: Side;
let provider: Client;
let issuer: Client;
let keeper: Client;
let ourRuleset = "";
let theirRuleset = "";

const card = z.looseObject({ cardId: z.string() });

async function side(name: string, pan: string): Promise<Side> {
  const { admin, url } = server;
  const merchantId = idOf(await admin.send("POST", "/api/merchants", { name }));
  const locationId = idOf(await admin.send("POST", "/api/locations", { ...LOCATION, name, merchantId }));
  const terminal = await createTerminal(admin, url, locationId);
  const { accessId } = outcome(await check(terminal, pan));
  await confirm(terminal, accessId);
  const { cardId } = card.parse((await admin.send("POST", "/api/cards/lookup", { pan })).body);
  return { merchantId, locationId, terminal, accessId, cardId };
}

beforeAll(async () => {
  server = await startTestServer();
  const { admin } = server;
  await importRanges(admin, ["5555,5555,0001111,Ours,POL,WLE,", "5105,5105,0002222,Theirs,POL,WLE,"]);
  await publishRuleset(admin, { name: "Everyone" });
  ourRuleset = await publishRuleset(admin, {
    name: "Ours",
    criteria: { icas: [{ ica: "0001111" }] },
    priority: 200,
  });
  theirRuleset = await publishRuleset(admin, {
    name: "Theirs",
    criteria: { icas: [{ ica: "0002222" }] },
    priority: 200,
  });
  ours = await side("Ours", PAN);
  theirs = await side("Theirs", OTHER_PAN);
  provider = await clientFor(server, "SERVICE_PROVIDER", { merchantIds: [ours.merchantId] });
  issuer = await clientFor(server, "ISSUER", { icas: ["0001111"] });
  await settled(server);
  keeper = await clientFor(server, "USER", { merchantIds: [ours.merchantId] });
});

afterAll(async () => {
  await server.stop();
});

function ids(answer: Answer, member = "id"): readonly unknown[] {
  return itemsOf(answer).map((item) => item[member]);
}

describe("a Service Provider", () => {
  it("lists its own places and what happened there, and nothing else", async () => {
    expect(ids(await provider.send("GET", "/api/merchants"))).toEqual([ours.merchantId]);
    expect(ids(await provider.send("GET", "/api/locations"))).toEqual([ours.locationId]);
    expect(ids(await provider.send("GET", "/api/terminals"))).toEqual([ours.terminal.serialNumber]);
    expect(ids(await provider.send("GET", "/api/operations"), "accessId")).toEqual([ours.accessId]);
    const filtered = await provider.send("GET", `/api/operations?locationId=${theirs.locationId}`);
    expect(filtered.body).toMatchObject({ items: [], total: 0 });
  });

  it("finds nothing of the others", async () => {
    const paths = [
      `/api/merchants/${theirs.merchantId}`,
      `/api/locations/${theirs.locationId}`,
      `/api/terminals/${theirs.terminal.serialNumber}`,
      `/api/operations/${theirs.accessId}`,
    ];
    for (const path of paths)
      expect([path, (await provider.request("GET", path)).status]).toEqual([path, 404]);
    const writes = [
      `/api/terminals/${theirs.terminal.serialNumber}/pairing-codes`,
      `/api/operations/${theirs.accessId}/reversal`,
    ];
    for (const path of writes)
      expect([path, (await provider.request("POST", path, {})).status]).toEqual([path, 404]);
  });

  it("thatIsLimitedToABankSeesAndReversesNoEntryOfAnotherBank, at its own place neither", async () => {
    const scope = { merchantIds: [ours.merchantId] };
    const [ofOurs, ofTheirs] = await Promise.all(
      ["0001111", "0002222"].map(
        async (ica) => await clientFor(server, "SERVICE_PROVIDER", { ...scope, icas: [ica] }),
      ),
    );
    const path = `/api/operations/${ours.accessId}`;
    const other = ofTheirs ?? provider;
    expect((await other.request("POST", `${path}/reversal`, {})).status).toBe(404);
    expect((await other.request("GET", path)).status).toBe(404);
    expect(ids(await other.send("GET", "/api/operations"), "accessId")).toEqual([]);
    const own = ofOurs ?? provider;
    expect(ids(await own.send("GET", "/api/operations"), "accessId")).toEqual([ours.accessId]);
    expect((await own.send("GET", path)).body).toMatchObject({ status: "COMPLETED" });
  });

  it("sees its own, without the rules of the programme", async () => {
    const operation = await provider.send("GET", `/api/operations/${ours.accessId}`);
    expect(operation.body).toMatchObject({
      accessId: ours.accessId,
      ruleset: { name: "Everyone", body: null },
    });
    const code = await provider.request(
      "POST",
      `/api/terminals/${ours.terminal.serialNumber}/pairing-codes`,
      {},
    );
    expect([code.status, codeOf(code)]).toEqual([409, "ALREADY_PAIRED"]);
  });

  it("sees a merchant by a location of it", async () => {
    const byLocation = await clientFor(server, "SERVICE_PROVIDER", { locationIds: [ours.locationId] });
    expect(ids(await byLocation.send("GET", "/api/merchants"))).toEqual([ours.merchantId]);
    expect((await byLocation.request("GET", `/api/merchants/${ours.merchantId}`)).status).toBe(200);
    expect((await byLocation.request("GET", `/api/merchants/${theirs.merchantId}`)).status).toBe(404);
  });

  it("sees nothing without a scope", async () => {
    const nobody = await clientFor(server, "SERVICE_PROVIDER");
    for (const list of ["merchants", "locations", "terminals", "operations"]) {
      expect((await nobody.send("GET", `/api/${list}`)).body).toMatchObject({ items: [], total: 0 });
    }
  });
});

describe("an Issuer", () => {
  it("lists its own cards, operations and rulesets, and those for everyone", async () => {
    expect(ids(await issuer.send("GET", "/api/operations"), "accessId")).toEqual([ours.accessId]);
    expect(ids(await issuer.send("GET", "/api/cards"), "cardId")).toEqual([ours.cardId]);
    const rulesets = itemsOf(await issuer.send("GET", "/api/rulesets")).map(({ name }) => name);
    expect(rulesets).toEqual(["Everyone", "Ours"]);
    expect((await issuer.request("GET", `/api/rulesets/${ourRuleset}`)).status).toBe(200);
    expect((await issuer.request("GET", `/api/rulesets/${theirRuleset}`)).status).toBe(404);
    expect((await issuer.request("GET", `/api/cards/${ours.cardId}`)).status).toBe(200);
    expect((await issuer.request("GET", `/api/cards/${theirs.cardId}`)).status).toBe(404);
    expect((await issuer.request("GET", `/api/operations/${theirs.accessId}`)).status).toBe(404);
  });

  it("looks up its own cards only", async () => {
    expect((await issuer.request("POST", "/api/cards/lookup", { pan: PAN })).body).toMatchObject({
      cardId: ours.cardId,
    });
    expect((await issuer.request("POST", "/api/cards/lookup", { pan: OTHER_PAN })).status).toBe(404);
  });
});

describe("a User with a scope", () => {
  it("changes what is theirs, and can't reach beyond", async () => {
    const location = await keeper.request("POST", "/api/locations", {
      ...LOCATION,
      merchantId: ours.merchantId,
    });
    expect(location.status).toBe(201);
    for (const merchantId of [theirs.merchantId, null]) {
      const refused = await keeper.request("POST", "/api/locations", { ...LOCATION, merchantId });
      expect([refused.status, ...pointersOf(refused)]).toEqual([422, "/merchantId"]);
      const moved = await keeper.request("PUT", `/api/locations/${idOf(location)}`, {
        ...LOCATION,
        merchantId,
      });
      expect([moved.status, ...pointersOf(moved)]).toEqual([422, "/merchantId"]);
    }
    for (const locationId of [theirs.locationId, null]) {
      const terminal = await keeper.request("POST", "/api/terminals", { serialNumber: "REACH", locationId });
      expect([terminal.status, ...pointersOf(terminal)]).toEqual([422, "/locationId"]);
    }
    const outside = [
      ["PUT", `/api/locations/${theirs.locationId}`, { ...LOCATION, merchantId: ours.merchantId }],
      ["DELETE", `/api/locations/${theirs.locationId}`, undefined],
      ["PUT", `/api/merchants/${theirs.merchantId}`, { name: "Mine now" }],
      ["DELETE", `/api/merchants/${theirs.merchantId}`, undefined],
      ["PUT", `/api/terminals/${theirs.terminal.serialNumber}`, { locationId: ours.locationId }],
      ["POST", `/api/terminals/${theirs.terminal.serialNumber}/suspend`, {}],
      ["DELETE", `/api/terminals/${theirs.terminal.serialNumber}`, undefined],
      ["POST", `/api/cards/${theirs.cardId}/freeze`, { reason: "x" }],
    ] as const;
    for (const [method, path, body] of outside) {
      expect([path, (await keeper.request(method, path, body)).status]).toEqual([path, 404]);
    }
  });
});
