import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Answer, Client } from "../../../src/client.ts";
import { LANGUAGES, MESSAGE_CODES } from "../../../src/domain/messages/codes.ts";
import { createLocation, publishRuleset, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, codeOf, pointersOf } from "./support.ts";

let server: TestServer;
let rulesetId = "";
let locationId = "";
beforeAll(async () => {
  server = await startTestServer();
  locationId = await createLocation(server.admin);
  rulesetId = await publishRuleset(server.admin, {
    name: "World Elite lounge",
    criteria: { locations: { locationIds: [locationId] } },
  });
});
afterAll(async () => {
  await server.stop();
});

const INSTALLATION = "/api/messages/installation";
const view = z.looseObject({
  programme: z.string(),
  mayChange: z.boolean(),
  texts: z.array(
    z.object({
      ...{ code: z.string(), language: z.string(), origin: z.string() },
      ...{ forms: z.record(z.string(), z.string()), inherited: z.record(z.string(), z.string()) },
    }),
  ),
});

async function put(path: string, forms: unknown, client: Client = server.admin): Promise<Answer> {
  return await client.request("PUT", path, { forms });
}

/** One text of a programme, as it is answered. */
async function text(programme: string, code: string, language = "en") {
  const { body } = await server.admin.send("GET", `/api/messages/${programme}`);
  return view.parse(body).texts.find((one) => one.code === code && one.language === language);
}

describe("texts of screens", () => {
  it("areThoseOfTheProductAtFirst: each code in each language", async () => {
    const first = view.parse((await server.admin.send("GET", INSTALLATION)).body);
    expect(first).toMatchObject({
      programme: "installation",
      name: null,
      modifiedAt: null,
      modifiedBy: null,
    });
    expect(first.texts).toHaveLength(LANGUAGES.length * MESSAGE_CODES.length);
    expect(new Set(first.texts.map(({ origin }) => origin))).toEqual(new Set(["PRODUCT"]));
    const ofRuleset = await server.admin.send("GET", `/api/messages/${rulesetId}`);
    expect(ofRuleset.body).toMatchObject({ programme: rulesetId, name: "World Elite lounge" });
    expect(view.parse(ofRuleset.body).texts).toHaveLength(LANGUAGES.length * 8);
  });

  it("areInheritedFromTheInstallation, and go back to what counts without them", async () => {
    const code = "LIMIT_EXCEEDED";
    const product = "The usage limit for this card is exceeded.";
    expect((await put(`${INSTALLATION}/en/${code}`, { other: "No visit is left." })).status).toBe(200);
    expect(await text(rulesetId, code)).toMatchObject({
      origin: "INSTALLATION",
      forms: { other: "No visit is left." },
    });
    await put(`/api/messages/${rulesetId}/en/${code}`, { other: "Come again." });
    expect(await text(rulesetId, code)).toMatchObject({
      ...{ origin: "RULESET", forms: { other: "Come again." }, inherited: { other: "No visit is left." } },
    });
    const list = await server.admin.send("GET", "/api/messages");
    expect(list.body).toEqual({
      items: [
        { programme: "installation", name: null, changed: 1 },
        { programme: rulesetId, name: "World Elite lounge", changed: 1 },
      ],
    });
    const reset = await server.admin.send("DELETE", `/api/messages/${rulesetId}/en/${code}`);
    expect(view.parse(reset.body).texts.find((one) => one.code === code)).toMatchObject({
      origin: "INSTALLATION",
    });
    await server.admin.send("DELETE", `${INSTALLATION}/en/${code}`);
    expect(await text(rulesetId, code)).toMatchObject({ origin: "PRODUCT", forms: { other: product } });
    expect((await server.admin.send("GET", "/api/messages")).body).toMatchObject({ items: [{ changed: 0 }] });
  });

  it("areNotOverwrittenByWhoHasSeenOthers; what is so already is not written", async () => {
    const path = `${INSTALLATION}/de/CARD_EXPIRED`;
    const etag = (await server.admin.send("GET", INSTALLATION)).headers.get("etag") ?? "";
    const typed = async (other: string) =>
      await server.admin.request("PUT", path, { forms: { other } }, { "If-Match": etag });
    expect((await typed("Abgelaufen.")).status).toBe(200);
    const late = await typed("Anders.");
    expect([late.status, codeOf(late)]).toEqual([412, "VERSION_CONFLICT"]);
    const same = await put(path, { other: " Abgelaufen. " });
    expect([same.status, same.headers.get("position")]).toEqual([200, null]);
    // What another programme's texts are changed to is no conflict.
    const own = (await server.admin.send("GET", `/api/messages/${rulesetId}`)).headers.get("etag") ?? "";
    await put(path, { other: "Vorbei." });
    const other = await server.admin.request(
      ...(["PUT", `/api/messages/${rulesetId}/de/GRANTED_FREE`] as const),
      { forms: { other: "Willkommen" } },
      { "If-Match": own },
    );
    expect(other.status).toBe(200);
  });

  it("sayWhatIsWrongWithThem, and where", async () => {
    const wrong = async (code: string, forms: unknown, language = "en") => {
      const answer = await put(`${INSTALLATION}/${language}/${code}`, forms);
      return [answer.status, ...(answer.status === 422 ? pointersOf(answer) : [])];
    };
    expect(await wrong("CARD_FROZEN", { other: "{visits} {place}" })).toEqual([422, "/forms/other"]);
    expect(await wrong("CARD_FROZEN", { one: "a", other: "b" })).toEqual([422, "/forms/one"]);
    expect(await wrong("GRANTED_VISITS_LEFT", { few: "a", one: "\u0007", other: "c" })).toEqual([
      ...[422, "/forms/one", "/forms/few"],
    ]);
    expect(await wrong("CARD_FROZEN", { other: "a".repeat(161) })).toEqual([422, "/forms/other"]);
    expect(await wrong("CARD_FROZEN", { other: "a".repeat(2_000) })).toEqual([422, "/forms/other"]);
    expect(await wrong("CARD_FROZEN", { other: "" })).toEqual([422, "/forms/other"]);
    expect(await wrong("CARD_FROZEN", { one: "a" })).toEqual([422, "/forms/other"]);
    expect(await wrong("CARD_FROZEN", { other: 1 })).toEqual([422, "/forms/other"]);
    expect(await wrong("CARD_FROZEN", { other: "\u202enezorf" })).toEqual([422, "/forms/other"]);
    expect(await wrong("CARD_FROZEN", { other: `Call ${testPan(3)}` })).toEqual([422, "/forms/other"]);
    expect(await wrong("CARD_FROZEN", { other: "a", sixth: "b" })).toEqual([422, "/forms/sixth"]);
    for (const [code, language] of [
      ["NO_SUCH_CODE", "en"],
      ["CARD_FROZEN", "fr"],
      ["__proto__", "en"],
    ] as const)
      expect((await wrong(code, { other: "a" }, language))[0]).toBeGreaterThanOrEqual(400);
    const answer = await put(`${INSTALLATION}/en/CARD_FROZEN`, { other: `Call ${testPan(3)}` });
    expect(JSON.stringify(answer.body)).not.toContain(testPan(3));
    expect(await text("installation", "CARD_FROZEN")).toMatchObject({ origin: "PRODUCT" });
  });

  it("ofARulesetAreThoseThatARulesetCanBeTheReasonOf", async () => {
    const answer = await put(`/api/messages/${rulesetId}/en/CARD_FROZEN`, { other: "No." });
    expect([answer.status, ...pointersOf(answer)]).toEqual([422, "/path/code"]);
    for (const nobody of ["01J00000000000000000000000", "installations", "%2e%2e"])
      expect(
        (await put(`/api/messages/${nobody}/en/GRANTED_FREE`, { other: "No." })).status,
      ).toBeGreaterThanOrEqual(404);
  });

  it("areChangedInsideAScopeOnly: the installation's by nobody who has one", async () => {
    const inside = await clientFor(server, "USER", { locationIds: [locationId] });
    const outside = await clientFor(server, "USER", { locationIds: [await createLocation(server.admin)] });
    const path = `/api/messages/${rulesetId}/pl/GRANTED_FREE`;
    expect((await put(path, { other: "Witamy" }, inside)).status).toBe(200);
    expect((await put(`${INSTALLATION}/pl/GRANTED_FREE`, { other: "Witamy" }, inside)).status).toBe(403);
    expect((await inside.request("DELETE", `${INSTALLATION}/pl/GRANTED_FREE`)).status).toBe(403);
    expect((await put(path, { other: "Witamy!" }, outside)).status).toBe(404);
    expect((await outside.request("GET", `/api/messages/${rulesetId}`)).status).toBe(404);
    expect(JSON.stringify((await outside.send("GET", "/api/messages")).body)).not.toContain(rulesetId);
    const seen = async (client: Client, of: string) =>
      view.parse((await client.send("GET", `/api/messages/${of}`)).body).mayChange;
    expect([await seen(inside, rulesetId), await seen(inside, "installation")]).toEqual([true, false]);
    // One for every place is seen, and is not theirs to change.
    const everywhere = await publishRuleset(server.admin, { name: "Everywhere" });
    expect(await seen(inside, everywhere)).toBe(false);
    expect((await put(`/api/messages/${everywhere}/en/GRANTED_FREE`, { other: "Hi" }, inside)).status).toBe(
      403,
    );
    expect(await seen(await clientFor(server, "AUDITOR"), rulesetId)).toBe(false);
  });
});
