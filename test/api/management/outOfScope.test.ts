import { X509Certificate } from "node:crypto";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import pg from "pg";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { Wire } from "../../../src/cli/pos/wire.ts";
import type { Client } from "../../../src/client.ts";
import type { Scope } from "../../../src/domain/user/access.ts";
import {
  check,
  confirm,
  createTerminal,
  importRanges,
  outcome,
  publishRuleset,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { ClaimingDevice } from "../pos/claimingDevice.ts";
import { clientFor, idOf, LOCATION, OTHER_PAN, PAN, ROLES, settled } from "./support.ts";

/**
 * A scoped key of every role against every route of the management API, with the ids of another merchant and another bank.
 * The routes are those of the OpenAPI document: one that is new fails here until it says what it is sent.
 */

interface Side {
  readonly ica: string;
  readonly pan: string;
  readonly merchantId: string;
  readonly locationId: string;
  readonly serialNumber: string;
  readonly accessId: string;
  readonly openAccessId: string;
  readonly cardId: string;
  /** That a device shows which waits to be claimed. */
  readonly claimCode: string;
  readonly icaRuleset: string;
  readonly placeRuleset: string;
  /** Entries of whitelists. */
  readonly listed: readonly string[];
  /** Proposed, and open. */
  readonly adjustments: readonly string[];
  /** One that waits, and one by which a device came: the device has the same id. */
  readonly enrollments: readonly string[];
  readonly certificates: readonly string[];
  /** The terminal as a vendor's device, and money that it took. */
  readonly deviceId: string;
  readonly transferId: string;
}

let server: TestServer;
let ours: Side;
let theirs: Side;
let everyone = "";
let userId = "";
let webhookId = "";
let routes: readonly { readonly method: string; readonly path: string }[] = [];

async function side(name: string, pan: string, ica: string): Promise<Side> {
  const { admin, url } = server;
  const merchantId = idOf(await admin.send("POST", "/api/merchants", { name }));
  const locationId = idOf(await admin.send("POST", "/api/locations", { ...LOCATION, name, merchantId }));
  const terminal = await createTerminal(admin, url, locationId);
  const icaRuleset = await publishRuleset(admin, {
    name: `${name} bank`,
    criteria: { icas: [{ ica }] },
    priority: 900,
  });
  const placeRuleset = await publishRuleset(admin, {
    name: `${name} place`,
    criteria: { locations: { locationIds: [locationId] } },
    priority: 900,
  });
  const { accessId } = outcome(await check(terminal, pan));
  await confirm(terminal, accessId);
  const openAccessId = outcome(await check(terminal, pan)).accessId;
  const { cardId } = z
    .looseObject({ cardId: z.string() })
    .parse((await admin.send("POST", "/api/cards/lookup", { pan })).body);
  await admin.send("POST", "/api/cards/enrolments", { pan, aref: `AREF-${name}` });
  const { serialNumber } = terminal;
  const waiting = `${serialNumber}-waits`;
  await admin.send("POST", "/api/terminals", { serialNumber: waiting, locationId });
  const claimCode = await new ClaimingDevice(url, waiting).showCode();
  const listed: string[] = [];
  for (const scope of [{ rulesetId: icaRuleset }, { rulesetId: placeRuleset }, { locationId }])
    listed.push(idOf(await admin.send("POST", "/api/whitelist", { pan, ...scope })));
  const proposal = { cardId, rulesetId: icaRuleset, free: 1, reason: `${name} goodwill` };
  const adjustments = [idOf(await admin.send("POST", "/api/adjustments", proposal))];
  const enrollments: string[] = [];
  for (const isUsed of [false, true]) {
    const made = await admin.send("POST", "/ipp/v1/enrollments", {
      location_id: locationId,
      metadata: { side: name },
    });
    const { enrollment_id, enrollment_code } = enrolled.parse(made.body);
    enrollments.push(enrollment_id);
    if (isUsed) await admin.send("POST", "/ipp/v1/devices", { enrollment_code, hardware_id: `HW-${name}` });
  }
  const certificates = [await certified(`CERT-${name}`, locationId)];
  const sold = await sellAt(terminal, merchantId);
  return {
    ica,
    ...sold,
    pan,
    merchantId,
    locationId,
    serialNumber,
    accessId,
    openAccessId,
    cardId,
    claimCode,
    icaRuleset,
    placeRuleset,
    listed,
    adjustments,
    enrollments,
    certificates,
  };
}

/** A POS system with a certificate: the certificate's id. */
async function certified(serialNumber: string, locationId: string): Promise<string> {
  const { admin, url } = server;
  await admin.send("POST", "/api/terminals", { serialNumber, locationId });
  const { code } = coded.parse(
    (await admin.send("POST", `/api/terminals/${serialNumber}/setup-codes`, {})).body,
  );
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ posId: serialNumber, setupCode: code });
  const pem = await (await fetch(`${url}/pos/certificates`, { method: "POST", headers, body })).text();
  const leaf = new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERTIFICATE-----")));
  return leaf.serialNumber.toLowerCase();
}

const coded = z.object({ code: z.string() });

/** The terminal is a vendor's device as well, and has taken money. */
async function sellAt(
  terminal: Terminal,
  merchantId: string,
): Promise<{ readonly deviceId: string; readonly transferId: string }> {
  const { admin, url } = server;
  const body = { serial_number: terminal.serialNumber, model: "PAX_A800", name: "Till" };
  const deviceId = idOf(await admin.send("POST", `/merchants/${merchantId}/devices`, body));
  const wire = await Wire.open(url, await terminal.token());
  const obey = async (): Promise<void> =>
    wire.result((await wire.next("command"))?.id ?? "", { outcome: "SUCCEEDED" });
  const activating = admin.send("PUT", `/devices/${deviceId}`, { action: "ACTIVATE" });
  await obey();
  await activating;
  const selling = admin.send("POST", "/transfers", { amount: 100, currency: "EUR", device: deviceId });
  await obey();
  const transferId = idOf(await selling);
  wire.close();
  return { deviceId, transferId };
}

const enrolled = z.object({ enrollment_id: z.string(), enrollment_code: z.string() });

beforeAll(async () => {
  server = await startTestServer();
  const { admin } = server;
  await importRanges(admin, ["5555,5555,0001111,Our bank,POL,WLE,", "5105,5105,0002222,Their bank,POL,WLE,"]);
  everyone = await publishRuleset(admin, { name: "Everyone" });
  ours = await side("Ours", PAN, "0001111");
  theirs = await side("Theirs", OTHER_PAN, "0002222");
  const user = { email: "someone@example.org", firstName: "A", lastName: "B", role: "USER" };
  userId = idOf(await admin.send("POST", "/api/users", user));
  webhookId = idOf(await admin.send("POST", "/api/webhooks", { url: "https://hooks.example/" }));
  await admin.send("POST", `/api/webhooks/${webhookId}/disable`, { reason: "nobody is there" });
  const document = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse((await admin.send("GET", "/openapi.json")).body);
  routes = Object.entries(document.paths)
    .filter(
      ([path]) =>
        /^\/(api|ipp|merchants|devices|transfers)(\/|$)/.test(path) &&
        !path.startsWith("/api/session") &&
        path !== "/api/test-clock" &&
        // It does not end; its own test has others listen who see nothing.
        !["/api/operations/stream", "/api/webhooks/stream"].includes(path),
    )
    .flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path })),
    );
  await settled(server);
});
afterAll(async () => {
  await server.stop();
});

/** What would reach beyond the scope: several attempts for some routes. Undefined: the route is not known here. */
function attempts(method: string, path: string): readonly unknown[] | undefined {
  const transaction = {
    type: "PURCHASE",
    amount: { amount: "1.00", currency: "EUR" },
    mcc: "5941",
    transactionAt: "2026-11-01T00:00:00Z",
  };
  const place = { locations: { locationIds: [theirs.locationId] } };
  const both = { locations: { locationIds: [ours.locationId, theirs.locationId] } };
  const mixed = { icas: [{ ica: ours.ica }, { ica: theirs.ica }], ...both };
  const bodies: Readonly<Record<string, readonly unknown[]>> = {
    "/api/merchants": [{ name: "Reach" }],
    "/api/merchants/{id}": [{ name: "Reach" }],
    "/api/locations": [
      { ...LOCATION, merchantId: theirs.merchantId },
      { ...LOCATION, merchantId: null },
    ],
    "/api/locations/{id}": [{ ...LOCATION, merchantId: theirs.merchantId }],
    "/ipp/v1/enrollments": [{ location_id: theirs.locationId }, { location_id: null }],
    "/ipp/v1/devices": [{ enrollment_code: "AAAAAAAA", hardware_id: "REACH" }],
    "/ipp/v1/devices/{id}": [{ name: "Reach" }, { location_id: theirs.locationId }],
    "/api/terminals": [
      { serialNumber: "REACH", locationId: theirs.locationId },
      { serialNumber: "REACH", locationId: null },
    ],
    "/api/terminals/{serialNumber}": [{ locationId: theirs.locationId }],
    ...Object.fromEntries(
      ["suspend", "resume", "unpair", "pairing-codes", "setup-codes"].map((name) => [
        `/api/terminals/{serialNumber}/${name}`,
        [{}],
      ]),
    ),
    "/api/certificates/{id}/revoke": [{}],
    "/api/terminals/{serialNumber}/commands": ["ACTIVATE", "DEACTIVATE", "CANCEL"].map((action) => ({
      action,
    })),
    "/merchants/{id}/devices": [
      { serial_number: "REACH", model: "PAX_A800", name: "Reach", location: theirs.locationId },
      { serial_number: "REACH", model: "PAX_A800", name: "Reach" },
    ],
    "/devices/{id}": [{ name: "Reach" }, { action: "ACTIVATE" }, { action: "DEACTIVATE" }],
    "/transfers": [{ amount: 1, currency: "EUR", device: theirs.deviceId }],
    "/transfers/{id}/reversals": [{}],
    "/api/claims": [{ code: theirs.claimCode }],
    "/api/claims/lookup": [{ code: theirs.claimCode }],
    "/api/rulesets": [
      { name: "For all" },
      { name: "Reach", criteria: { icas: [{ ica: theirs.ica }] } },
      { name: "Reach", criteria: place },
      { name: "Reach", criteria: mixed },
      { name: "Reach", criteria: { locations: { countries: ["POL"], locationIds: [ours.locationId] } } },
    ],
    "/api/rulesets/lint": [
      { ruleset: { name: "For all" } },
      { ruleset: { name: "Reach", criteria: mixed }, rulesetId: theirs.icaRuleset },
    ],
    "/api/rulesets/simulate": [
      { ruleset: { name: "For all" }, locationId: ours.locationId, card: {} },
      {
        ruleset: { name: "Reach", criteria: mixed },
        rulesetId: theirs.icaRuleset,
        locationId: theirs.locationId,
        card: {},
      },
    ],
    "/api/rulesets/{id}": [{ name: "Reach", criteria: mixed }, { name: "Reach" }],
    "/api/rulesets/{id}/publish": [{}],
    "/api/rulesets/{id}/unschedule": [{}],
    "/api/rulesets/{id}/retire": [{}],
    "/api/account-ranges/import": [
      range("5105", theirs.ica),
      range("5105105", ours.ica),
      range("51", ours.ica),
      `${range("5556", ours.ica)}5105,5105,${ours.ica},B,POL,WLE\n`,
    ],
    "/api/transactions": [
      { transactions: [{ ...transaction, transactionId: "reach-1", pan: theirs.pan }] },
      { transactions: [{ ...transaction, transactionId: "reach-2", cardRef: theirs.cardId }] },
      // A number nobody knows yet becomes no card by being asked for.
      { transactions: [{ ...transaction, transactionId: "reach-3", pan: "4111111111111111" }] },
    ],
    "/api/transactions/import": [
      `transactionId,pan,type,amount,currency,mcc,transactionAt\nreach-4,${theirs.pan},PURCHASE,1.00,EUR,5941,2026-11-01T00:00:00Z\n`,
    ],
    "/api/rates": [{ rates: [{ date: "2026-11-01", base: "EUR", quote: "USD", rate: "9" }] }],
    "/api/rates/ecb": ["Date,USD,\n2026-11-01,9,\n"],
    "/api/rates/pull": [{}],
    "/api/transactions/pull": [{}],
    "/api/rates/import": ["date,base,quote,rate\n2026-11-01,EUR,USD,9\n"],
    "/api/whitelist": [
      { pan: theirs.pan, rulesetId: theirs.icaRuleset },
      { pan: theirs.pan, rulesetId: everyone },
      { pan: theirs.pan, locationId: theirs.locationId },
    ],
    "/api/whitelist/uploads": [`pan\n${theirs.pan}\n`],
    "/api/operations/{accessId}/reversal": [{}],
    "/api/offline/reviews": [{ accessIds: [theirs.accessId], decision: "ACCEPTED", reason: "x" }],
    "/api/cards/lookup": [{ pan: theirs.pan }, { pan: "4111111111111111" }],
    "/api/cards/enrolments": [
      { pan: theirs.pan, aref: "REACH-1" },
      { cardRef: theirs.cardId, aref: "REACH-2" },
      { pan: "4111111111111111", aref: "REACH-3", ica: ours.ica, productCode: "WLE" },
    ],
    "/api/cards/enrolments/import": [`pan,aref\n${theirs.pan},REACH-4\n`],
    "/api/cards/enrolments/verify": [{ pan: theirs.pan }, { aref: "AREF-Theirs" }],
    "/api/cards/{cardId}/enrolment/verification": [{}],
    "/api/cards/{cardId}/hash": [{}],
    "/api/cards/{cardId}/replacement": [{ pan: ours.pan, cause: "LOST" }],
    "/api/cards/{cardId}/adjustments": [
      { rulesetId: everyone, free: 1, reason: "x" },
      { rulesetId: theirs.icaRuleset, free: 1, reason: "x" },
    ],
    ...Object.fromEntries(
      ["freeze", "unfreeze", "enroll", "unenroll", "erase"].map((name) => [
        `/api/cards/{cardId}/${name}`,
        [name === "erase" ? {} : { reason: "x" }],
      ]),
    ),
    "/api/adjustments": [
      { cardId: theirs.cardId, rulesetId: everyone, free: 1, reason: "x" },
      { cardId: ours.cardId, rulesetId: theirs.icaRuleset, free: 1, reason: "x" },
    ],
    "/api/adjustments/decisions": [{ adjustmentIds: theirs.adjustments, decision: "APPROVED" }],
    "/api/adjustments/{id}/approve": [{}],
    "/api/adjustments/{id}/decline": [{ reason: "x" }],
    "/api/adjustments/{id}/withdraw": [{}],
    "/api/opening-balances": [
      `pan,rulesetId,usedAt,free\n${theirs.pan},${everyone},2026-01-01,1\n`,
      `pan,rulesetId,usedAt,free\n4111111111111111,${everyone},2026-01-01,1\n`,
    ],
    "/api/terms": ["%PDF-1.4 %%EOF"],
    "/api/users": [{ email: "reach@example.org", firstName: "A", lastName: "B", role: "ADMIN" }],
    "/api/users/{id}": [{ email: "reach@example.org", firstName: "A", lastName: "B", role: "ADMIN" }],
    ...Object.fromEntries(
      ["disable", "enable", "invitation"].map((name) => [`/api/users/{id}/${name}`, [{}]]),
    ),
    "/api/invitation": [{ token: "x", password: "violet-orbit-7-lantern" }],
    "/api/invitation/look": [{ token: "x" }],
    "/api/webhooks": [{ url: "https://reach.example/" }],
    "/api/webhooks/{id}": [{ url: "https://reach.example/" }],
    "/api/webhooks/{id}/disable": [{ reason: "x" }],
    "/api/webhooks/{id}/replay": [{ from: "" }],
    ...Object.fromEntries(
      ["rotate-secret", "enable", "test", "deliveries/{deliveryId}/resend"].map((name) => [
        `/api/webhooks/{id}/${name}`,
        [{}],
      ]),
    ),
    "/api/messages/{programme}/{language}/{code}": [{ forms: { other: "Reach" } }],
    "/api/branding": [{ name: "Reach" }],
    "/api/branding/logo": [{ name: "Reach" }],
    "/api/connections/{name}/test": [{}],
    "/api/payments/{id}/resolution": [{ outcome: "PAID", reason: "x" }],
    "/api/payments/{id}/inquiry": [{}],
    "/api/keys": [{ name: "Reach", role: "ADMIN" }],
    "/api/keys/{id}": [{ name: "Reach", role: "ADMIN" }],
  };
  return method === "GET" || method === "DELETE" ? [undefined] : bodies[path];
}

function range(digits: string, ica: string): string {
  return `low,high,ica,issuerName,country,productCode\n${digits},${digits},${ica},B,POL,WLE\n`;
}

/** Every way to name something out of scope in a path. */
function pathsOf(path: string): readonly string[] {
  const rulesets = [theirs.icaRuleset, theirs.placeRuleset, everyone];
  const ids: Readonly<Record<string, readonly string[]>> = {
    merchants: [theirs.merchantId],
    locations: [theirs.locationId],
    rulesets,
    users: [userId],
    keys: [userId],
    whitelist: theirs.listed,
    terms: [userId],
    adjustments: theirs.adjustments,
    enrollments: theirs.enrollments,
    devices: theirs.enrollments,
    certificates: theirs.certificates,
    webhooks: [webhookId],
  };
  if (path.startsWith("/devices/")) return [path.replace("{id}", theirs.deviceId)];
  if (path.startsWith("/transfers/")) return [path.replace("{id}", theirs.transferId)];
  if (path.startsWith("/api/messages/")) {
    const text = path.replace("{language}", "en").replace("{code}", "LIMIT_EXCEEDED");
    return [...rulesets, "installation"].map((programme) => text.replace("{programme}", programme));
  }
  const collection = path.split("/").find((part) => part in ids) ?? "";
  if (path.includes("{id}")) {
    const whole = path.replace("{deliveryId}", webhookId);
    return (ids[collection] ?? []).map((id) => whole.replace("{id}", id));
  }
  if (path.includes("{accessId}"))
    return [theirs.accessId, theirs.openAccessId].map((id) => path.replace("{accessId}", id));
  const named = path.replace("{serialNumber}", theirs.serialNumber).replace("{cardId}", theirs.cardId);
  const filters: Readonly<Record<string, readonly string[]>> = {
    "/api/adjustments": [`?cardId=${theirs.cardId}`, `?rulesetId=${theirs.icaRuleset}`],
    "/api/operations": [
      `?cardId=${theirs.cardId}`,
      `?terminal=${theirs.serialNumber}`,
      `?locationId=${theirs.locationId}`,
      `?ica=${theirs.ica}`,
    ],
    "/api/cards": [`?ica=${theirs.ica}`],
    "/api/account-ranges": [`?ica=${theirs.ica}`],
    "/api/terminals": [`?locationId=${theirs.locationId}`, `?merchantId=${theirs.merchantId}`],
    "/api/locations": [`?merchantId=${theirs.merchantId}`],
    "/ipp/v1/enrollments": ["?metadata=side:Theirs"],
    "/ipp/v1/devices": ["?metadata=side:Theirs"],
    "/api/certificates": [`?terminal=CERT-Theirs`, `?locationId=${theirs.locationId}`],
    "/api/whitelist": [
      `?cardId=${theirs.cardId}`,
      `?locationId=${theirs.locationId}`,
      `?rulesetId=${theirs.icaRuleset}`,
    ],
    "/api/whitelist/uploads": [
      `?mode=REPLACE&rulesetId=${theirs.icaRuleset}`,
      `?mode=REPLACE&rulesetId=${everyone}`,
      `?mode=REPLACE&locationId=${theirs.locationId}`,
      `?locationId=${theirs.locationId}`,
    ],
    "/api/rulesets": ["?name=Theirs"],
    "/api/terms": ["?kind=TERMS&validFrom=2026-12-01"],
    "/api/terms/preview": ["?kind=TERMS&validFrom=2026-12-01"],
  };
  return [named, ...(filters[path] ?? []).map((query) => named + query)];
}

interface Limits {
  readonly name: "places" | "bank" | "bank and places";
  readonly scope: () => Partial<Scope>;
  /** What must not be seen. What concerns everybody, or only what the scope says nothing of, may be. */
  readonly hidden: () => readonly string[];
}

const hiddenPlaces = () => [
  theirs.merchantId,
  theirs.locationId,
  theirs.serialNumber,
  theirs.placeRuleset,
  "Theirs place",
  ...theirs.enrollments,
  theirs.deviceId,
  theirs.transferId,
  "HW-Theirs",
  ...theirs.certificates,
  "CERT-Theirs",
];
const hiddenCards = () => [
  theirs.cardId,
  theirs.accessId,
  theirs.openAccessId,
  "510510******5100",
  ...theirs.adjustments,
];
const hiddenBank = () => [theirs.icaRuleset, "Theirs bank", "Their bank"];

const LIMITS: readonly Limits[] = [
  {
    name: "places",
    scope: () => ({ merchantIds: [ours.merchantId] }),
    hidden: () => [...hiddenPlaces(), ...hiddenCards()],
  },
  { name: "bank", scope: () => ({ icas: [ours.ica] }), hidden: () => [...hiddenCards(), ...hiddenBank()] },
  {
    name: "bank and places",
    scope: () => ({ icas: [ours.ica], locationIds: [ours.locationId] }),
    hidden: () => [...hiddenPlaces(), ...hiddenCards(), ...hiddenBank()],
  },
];

const TABLES = [
  "events",
  "stream_heads",
  "scope_revisions",
  "account_ranges",
  "transactions",
  "rates",
  "whitelist_uploads",
  "whitelist_entries",
  "adjustments",
  "opening_balance_imports",
  "imports",
  "import_bad_lines",
  "card_vault",
  "card_alias",
  "card_arefs",
  "card_export_hashes",
  "request_register",
  "api_key_hashes",
  "user_passwords",
  "operations",
  "cards",
  "records",
  "quota_holds",
  "terms_file_parts",
  "branding_files",
  "webhook_secrets",
  "webhook_deliveries",
  "webhook_replays",
  "invitations",
];

/** Everything that a write could leave behind. */
async function everything(): Promise<string> {
  const client = new pg.Client(server.databaseUrl);
  await client.connect();
  try {
    const hash = createHash("sha256");
    for (const table of TABLES) {
      const { rows } = await client.query<{ line: string }>(
        `select t::text as line from ${table} t order by 1`,
      );
      hash.update(JSON.stringify([table, rows]));
    }
    return hash.digest("hex");
  } finally {
    await client.end();
  }
}

describe("a scoped key against what is out of its scope", () => {
  for (const role of ROLES.filter((one) => one !== "ADMIN")) {
    for (const limits of LIMITS) {
      it(`${role}, limited to ${limits.name}: nothing is read, nothing is written`, async () => {
        const client: Client = await clientFor(server, role, limits.scope());
        await settled(server);
        const before = await everything();
        const wrong: string[] = [];
        for (const { method, path } of routes) {
          const bodies = attempts(method, path);
          expect([method, path, bodies]).not.toEqual([method, path, undefined]);
          for (const target of pathsOf(path)) {
            for (const body of bodies ?? []) {
              const answer = await client.request(method, target, body);
              const said = JSON.stringify(answer.body);
              const seen = limits
                .hidden()
                .filter(
                  (one) =>
                    said.includes(one) && !target.includes(one) && !JSON.stringify(body ?? "").includes(one),
                );
              if (seen.length > 0) wrong.push(`${method} ${target} shows ${seen.join(", ")}`);
              if (method !== "GET" && answer.status < 400)
                wrong.push(`${method} ${target} ${JSON.stringify(body)}: ${String(answer.status)}`);
              if (
                method === "GET" &&
                answer.status === 200 &&
                limits.hidden().some((id) => target.endsWith(`/${id}`))
              )
                wrong.push(`GET ${target}: 200`);
            }
          }
        }
        expect(wrong).toEqual([]);
        await settled(server);
        expect(await everything()).toBe(before);
      });
    }
  }
});

describe("inside the scope", () => {
  it("a bank's User writes its own rules, ranges and transactions", async () => {
    const bank = await clientFor(server, "USER", { icas: [ours.ica] });
    const own = { name: "Own", criteria: { icas: [{ ica: ours.ica }] } };
    const id = idOf(await bank.send("POST", "/api/rulesets", own));
    expect((await bank.request("POST", `/api/rulesets/${id}/publish`, {})).body).toMatchObject({ used: 0 });
    expect((await bank.request("PUT", `/api/rulesets/${id}`, own)).status).toBe(200);
    expect((await bank.request("POST", `/api/rulesets/${id}/retire`, {})).status).toBe(200);
    expect((await bank.request("GET", `/api/rulesets/${everyone}`)).body).toMatchObject({
      used: null,
      budget: null,
    });
    const imported = await bank.request("POST", "/api/account-ranges/import", range("5555555", ours.ica));
    expect([imported.status, imported.body]).toMatchObject([200, { imported: 1 }]);
    const amount = { amount: "1.00", currency: "EUR" };
    const more = { type: "PURCHASE", amount, mcc: "5941", transactionAt: "2026-11-01T00:00:00Z" };
    const transactions = [
      { ...more, transactionId: "own-1", pan: ours.pan },
      { ...more, transactionId: "own-2", cardRef: ours.cardId },
    ];
    expect((await bank.request("POST", "/api/transactions", { transactions })).body).toMatchObject({
      stored: 2,
    });
    expect((await bank.request("POST", "/api/cards/lookup", { pan: ours.pan })).status).toBe(200);
  });

  it("a place's User writes its own rules, and sees of a card what happened there", async () => {
    const { admin } = server;
    const keeper = await clientFor(server, "USER", { merchantIds: [ours.merchantId] });
    const own = { name: "Own place", criteria: { locations: { locationIds: [ours.locationId] } } };
    const id = idOf(await keeper.send("POST", "/api/rulesets", own));
    expect((await keeper.request("POST", `/api/rulesets/${id}/publish`, {})).status).toBe(200);
    // Their card comes to our place as well, while its entry at theirs is open.
    const atOurs = await createTerminal(admin, server.url, ours.locationId);
    expect(outcome(await check(atOurs, theirs.pan))).toMatchObject({ code: "TEMPORARILY_BLOCKED" });
    await settled(server);
    const card = await keeper.send("GET", `/api/cards/${theirs.cardId}`);
    expect(card.body).toMatchObject({ openEntry: null, visits: 0, limits: [], cooldowns: [] });
    expect((await admin.send("GET", `/api/cards/${theirs.cardId}`)).body).toMatchObject({
      openEntry: { accessId: theirs.openAccessId },
      visits: 1,
    });
    const item = z.looseObject({ cardId: z.string(), firstSeenAt: z.string(), lastSeenAt: z.string() });
    const list = z
      .looseObject({ items: z.array(item) })
      .parse((await keeper.send("GET", "/api/cards")).body).items;
    const listed = list.find(({ cardId }) => cardId === theirs.cardId);
    const whole = z
      .looseObject({ items: z.array(item) })
      .parse((await admin.send("GET", "/api/cards")).body).items;
    expect(listed?.firstSeenAt).toBe(listed?.lastSeenAt);
    expect(whole.find(({ cardId }) => cardId === theirs.cardId)?.firstSeenAt).not.toBe(listed?.firstSeenAt);
    const blocked = z.looseObject({ items: z.array(z.looseObject({ accessId: z.string() })) });
    const [operation] = blocked.parse(
      (await keeper.send("GET", `/api/operations?cardId=${theirs.cardId}`)).body,
    ).items;
    const details = await keeper.send("GET", `/api/operations/${operation?.accessId ?? ""}`);
    expect(JSON.stringify(details.body)).not.toContain(theirs.openAccessId);
    expect(details.body).toMatchObject({ evidence: null });
  });

  it("a Service Provider sees a trace without the cardholder's spend", async () => {
    const { admin } = server;
    const criteria = { locations: { locationIds: [ours.locationId] } };
    const spend = { amount: "100.00", currency: "EUR", days: 30, mccs: [] };
    const rulesetId = await publishRuleset(admin, { name: "Spenders", priority: 1, criteria, spend });
    const amount = { amount: "123.45", currency: "EUR" };
    const pan = testPan(77);
    const transaction = {
      transactionId: "spent-1",
      pan,
      type: "PURCHASE",
      amount,
      mcc: "5941",
      transactionAt: new Date(Date.now() - 60_000).toISOString(),
    };
    await admin.send("POST", "/api/transactions", { transactions: [transaction] });
    const terminal = await createTerminal(admin, server.url, ours.locationId);
    const { accessId } = outcome(await check(terminal, pan));
    const provider = await clientFor(server, "SERVICE_PROVIDER", { locationIds: [ours.locationId] });
    await settled(server);
    const full = await admin.send("GET", `/api/operations/${accessId}`);
    expect(full.body).toMatchObject({ ruleset: { id: rulesetId }, transactions: [{ id: "spent-1" }] });
    const told = await provider.send("GET", `/api/operations/${accessId}`);
    expect(told.body).toMatchObject({ ruleset: { id: rulesetId }, transactions: [] });
    expect(JSON.stringify(told.body)).not.toMatch(/123\.45|spent-1|"100\.00"/);
    const { trace } = z
      .looseObject({ trace: z.array(z.looseObject({ condition: z.string(), seen: z.unknown() })) })
      .parse(told.body);
    expect(trace.filter(({ condition }) => condition === "spendReached").map(({ seen }) => seen)).toContain(
      null,
    );
  });

  it("an administrator has none", async () => {
    const { admin } = server;
    const scope = { icas: ["0001111"] };
    const user = { email: "scoped@example.org", firstName: "A", lastName: "B", role: "ADMIN", scope };
    for (const [path, body] of [
      ["/api/keys", { name: "Scoped", role: "ADMIN", scope }],
      ["/api/users", user],
    ] as const) {
      const answer = await admin.request("POST", path, body);
      expect([path, answer.status, answer.body]).toMatchObject([
        path,
        422,
        { errors: [{ pointer: "/scope" }] },
      ]);
    }
    expect((await admin.request("PUT", `/api/users/${userId}`, user)).status).toBe(422);
  });
});
