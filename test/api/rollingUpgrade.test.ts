import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { announceHead, announceRuleset } from "../../src/engine/gate/heads.ts";
import { cardOfPan } from "../../src/engine/vaultCards.ts";
import { createServices, type OpenStreams, type Services } from "../../src/engine/services.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { cardStream } from "../../src/domain/card/events.ts";
import type { RulesetBody } from "../../src/domain/ruleset/events.ts";
import { rulesetInput } from "../../src/domain/ruleset/input.ts";
import type { EventOf, StreamKindName } from "../../src/domain/streams.ts";
import { decode, encode } from "../../src/eventlog/codec.ts";
import {
  check,
  createLocation,
  createTerminal,
  outcome,
  simpleProgramme,
  testPan,
} from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/** An old and a new release on one log: the new one says more than the old one knows. */

const AT = "2026-01-05T10:00:00.000Z";
const BY = { id: "01J00000000000000000000VA1", role: "ADMIN" };
const MORE = { ofANewerRelease: { openingHours: ["06:00", "22:00"] } };
const PLACE = {
  ...{ name: "Lounge", countryCode: "POL", service: "LOUNGE", postalCode: "00-001", city: "Warsaw" },
  ...{ address: null, cooldownMinutes: null, merchantId: null, timeZone: null, offlineAllowed: true },
};

let product: TestServer;
let newer: Services;
let terminal: Terminal;
let locationId = "";

beforeAll(async () => {
  product = await startTestServer();
  newer = createServices(product.server.services);
  ({ terminal, locationId } = await simpleProgramme(product.admin, product.url));
});
afterAll(async () => {
  await product.stop();
});

let appends = 0;

/** As the product appends: announced, then written. */
async function written<Kind extends StreamKindName>(
  kind: Kind,
  stream: string,
  event: EventOf[Kind],
  announce: typeof announceHead = announceHead,
): Promise<void> {
  const streams: OpenStreams[Kind] = newer.streams[kind];
  const folded = await streams.refresh(stream);
  await announce(newer, stream, folded.revision + 1);
  const requestId = String(++appends);
  const result = await streams.append(stream, folded, [event], {
    actor: { kind: "user", id: BY.id },
    ...{ correlationId: "newer", causationId: "newer", recordedAt: Date.parse(AT) },
    identity: { caller: "newer", operation: "newer", requestId },
  });
  expect(result.outcome).toBe("appended");
}

async function until(position: string, path: string): Promise<unknown> {
  return (await product.admin.request("GET", path, undefined, { "Wait-For": position })).body;
}

async function published(body: Partial<RulesetBody>, place: string): Promise<void> {
  const id = newer.newId();
  const rules = rulesetInput.parse({ name: "Newer", criteria: { locations: { locationIds: [place] } } });
  const whole = { ...rules, ...body, ...MORE };
  const created = { rulesetId: id, at: AT, by: BY, body: whole };
  await written("ruleset", `ruleset-${id}`, { type: "RulesetCreated", data: created }, announceRuleset);
  const data = { at: AT, by: BY, version: 1, effectiveAt: AT, body: whole };
  await written("ruleset", `ruleset-${id}`, { type: "RulesetPublished", data }, announceRuleset);
}

describe("one more member", () => {
  test("inALocation: the terminal there goes on, the panel shows it and changes it", async () => {
    const data = { id: locationId, at: AT, by: BY, body: { ...PLACE, name: "Renamed", ...MORE } };
    await written("location", `location-${locationId}`, { type: "LocationChanged", data });
    expect(outcome(await check(terminal, testPan(1))).decision).toBe("GRANTED");
    const path = `/api/locations/${locationId}`;
    expect(await until(await newer.log.head(), path)).toMatchObject({ name: "Renamed" });
    const changed = await product.admin.request("PUT", path, { ...PLACE, name: "Again" });
    expect([changed.status, changed.body]).toMatchObject([200, { name: "Again" }]);
  });

  test("inACard: it is frozen for the old release too", async () => {
    const pan = testPan(2);
    await check(terminal, pan);
    const { cardId } = await cardOfPan(newer, pan);
    const data = { at: AT, by: BY, reason: "lost", ...MORE };
    await written("card", cardStream(cardId), { type: "CardFrozen", data });
    expect(outcome(await check(terminal, pan)).code).toBe("CARD_FROZEN");
    await until(await newer.log.head(), `/api/cards/${cardId}`);
  });

  test("inADraft: what the old release publishes of it is whole", async () => {
    const id = newer.newId();
    const body = { ...rulesetInput.parse({ name: "Draft" }), ...MORE };
    const created = { rulesetId: id, at: AT, by: BY, body };
    await written("ruleset", `ruleset-${id}`, { type: "RulesetCreated", data: created }, announceRuleset);
    const answer = await product.admin.request("POST", `/api/rulesets/${id}/publish`, {});
    expect(answer.status).toBe(200);
    const [, event] = await newer.log.read(`ruleset-${id}`);
    if (event === undefined) throw new Error("nothing was published");
    const envelope = decode(event);
    expect([envelope.type, envelope.data]).toMatchObject(["RulesetPublished", { body: MORE }]);
    await product.admin.request("DELETE", `/api/rulesets/${id}`);
  });
});

describe("what this release does not know", () => {
  test("aZoneAtAPlace: its terminals go on", async () => {
    const place = await createLocation(product.admin);
    const far = await createTerminal(product.admin, product.url, place);
    await published({}, place);
    const data = { id: place, at: AT, by: BY, body: { ...PLACE, timeZone: "Mars/Tharsis" } };
    await written("location", `location-${place}`, { type: "LocationChanged", data });
    const card = { pan: testPan(3), expiry: "2099-12", entryMode: "CHIP" };
    const answer = await far.client.request("POST", "/pos/check_entry", { card });
    expect(outcome(answer).decision).toBe("GRANTED");
  });

  test.each<readonly [string, number, Partial<RulesetBody>]>([
    [
      "aZoneOfAWindow",
      4,
      {
        cardholder: {
          ...{ perLocation: null, free: 5, paid: 0, fee: null },
          window: { kind: "CALENDAR", unit: "DAY", timeZone: "Mars/Tharsis" },
        },
      },
    ],
    ["aCurrency", 5, { spend: { amount: "1.00", currency: "XYZ", days: 3, mccs: null, graceDays: 0 } }],
  ])(
    "%s: 503 where it counts, so that another instance is asked, and nowhere else",
    async (_what, index, body) => {
      const place = await createLocation(product.admin);
      const there = await createTerminal(product.admin, product.url, place);
      await published(body, place);
      const answer = await check(there, testPan(index));
      expect([answer.status, z.object({ code: z.string() }).parse(answer.body).code]).toEqual([
        503,
        "UNAVAILABLE",
      ]);
      expect(outcome(await check(terminal, testPan(index))).decision).toBe("GRANTED");
    },
  );

  test("aVersionOfAnEvent: nothing is decided on it", async () => {
    const pan = testPan(7);
    await check(terminal, pan);
    const { cardId } = await cardOfPan(newer, pan);
    const stream = cardStream(cardId);
    const before = (await newer.log.read(stream)).at(-1);
    if (before === undefined) throw new Error("the card has a stream");
    const { hash: prevHash, position: _position, ...rest } = decode(before);
    const one = encode({
      ...rest,
      ...{
        id: "0b0e1bd4-1b1d-5b1c-8d7e-3f3a1c5d7e9f",
        type: "CardUnfrozen",
        version: 2,
        revision: before.revision + 1,
      },
      prevHash,
      data: { at: AT, by: BY, reason: "found", onlyForGuests: true },
    });
    await newer.log.append(stream, [one], { expected: before.revision });
    await announceHead(newer, stream, before.revision + 1);
    const answer = await check(terminal, pan);
    expect([answer.status, z.object({ code: z.string() }).parse(answer.body).code]).toEqual([
      503,
      "UNAVAILABLE",
    ]);
  });
});
