import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Client } from "../../../src/client.ts";
import { check, createTerminal, importRanges, outcome, publishRuleset } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { newSignedIn, type SignedIn } from "./signedIn.ts";
import { clientFor, idOf, LOCATION, PAN, pointersOf, settled } from "./support.ts";

let server: TestServer;
const ids = { merchant: "", location: "", ruleset: "", terminal: "", operation: "", card: "", user: "" };
let otherLocation = "";

const found = z.strictObject({
  kinds: z.array(
    z.strictObject({
      kind: z.string(),
      total: z.int(),
      totalExact: z.boolean(),
      items: z.array(
        z.strictObject({ kind: z.string(), id: z.string(), name: z.string(), hint: z.string().nullable() }),
      ),
    }),
  ),
  recent: z.array(z.looseObject({ kind: z.string(), id: z.string(), name: z.string() })),
});

beforeAll(async () => {
  server = await startTestServer();
  const { admin, url } = server;
  await importRanges(admin, ["5555,5555,0001111,Our bank,POL,WLE,"]);
  ids.merchant = idOf(await admin.send("POST", "/api/merchants", { name: "Żurawina Lounges" }));
  const place = { ...LOCATION, name: "Żurawina north", merchantId: ids.merchant };
  ids.location = idOf(await admin.send("POST", "/api/locations", place));
  otherLocation = idOf(await admin.send("POST", "/api/locations", { ...LOCATION, name: "Zurawina south" }));
  ids.ruleset = await publishRuleset(admin, {
    name: "Zurawina gold",
    criteria: { icas: [{ ica: "0001111" }] },
  });
  const terminal = await createTerminal(admin, url, ids.location);
  ids.terminal = terminal.serialNumber;
  ids.operation = outcome(await check(terminal, PAN)).accessId;
  const looked = await admin.send("POST", "/api/cards/lookup", { pan: PAN });
  ids.card = z.looseObject({ cardId: z.string() }).parse(looked.body).cardId;
  const user = { email: "zura@example.org", firstName: "Żurawina", lastName: "Nowak", role: "USER" };
  ids.user = idOf(await admin.send("POST", "/api/users", user));
  await settled(server);
});
afterAll(async () => {
  await server.stop();
});

async function search(
  who: Pick<Client, "request">,
  q: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { kinds } = found.parse((await who.request("GET", `/api/search?q=${encodeURIComponent(q)}`)).body);
  return Object.fromEntries(kinds.map(({ kind, items }) => [kind, items.map(({ id }) => id)]));
}

describe("a search", () => {
  it("findsByPartOfAName, whatever its case and accents", async () => {
    const everything = {
      ruleset: [ids.ruleset],
      location: [ids.location, otherLocation],
      merchant: [ids.merchant],
      user: [ids.user],
    };
    for (const q of ["zurawina", "ŻURAWINA", " rawin "])
      expect(await search(server.admin, q)).toEqual(everything);
    expect(await search(server.admin, "no such name")).toEqual({});
  });

  it("findsExactlyWhatAnIdNames", async () => {
    for (const [kind, id] of Object.entries(ids))
      expect(await search(server.admin, id)).toEqual({ [kind]: [id] });
    expect(await search(server.admin, "ZURA@example.org")).toEqual({ user: [ids.user] });
  });

  it("saysHowManyThereAre, and names five", async () => {
    for (let at = 0; at < 7; at++)
      await server.admin.send("POST", "/api/merchants", { name: `Chain ${String(at)}` });
    await settled(server);
    const { kinds } = found.parse((await server.admin.request("GET", "/api/search?q=chain")).body);
    expect(kinds.map(({ kind, total, items }) => [kind, total, items.length])).toEqual([["merchant", 7, 5]]);
  });

  it("staysWithinRoleAndScope", async () => {
    const provider = await clientFor(server, "SERVICE_PROVIDER", { locationIds: [ids.location] });
    // A merchant is seen by a location of it.
    expect(await search(provider, "zurawina")).toEqual({
      location: [ids.location],
      merchant: [ids.merchant],
    });
    expect(await search(provider, ids.operation)).toEqual({ operation: [ids.operation] });
    const elsewhere = await clientFor(server, "SERVICE_PROVIDER", { locationIds: [otherLocation] });
    const issuer = await clientFor(server, "ISSUER", { icas: ["0001111"] });
    const otherIssuer = await clientFor(server, "ISSUER", { icas: ["0002222"] });
    expect(await search(issuer, "zurawina")).toEqual({ ruleset: [ids.ruleset] });
    expect(await search(issuer, ids.card)).toEqual({ card: [ids.card] });
    for (const id of Object.values(ids)) {
      expect(await search(elsewhere, id)).toEqual({});
      expect(await search(otherIssuer, id)).toEqual({});
    }
    expect(await search(await clientFor(server, "CALL_CENTER"), ids.user)).toEqual({});
    expect(await search(await clientFor(server, "AUDITOR"), ids.user)).toEqual({});
  });

  it("isNotForACardsNumber", async () => {
    for (const q of [PAN, "5555 5555 5555 4444", `x ${PAN}`]) {
      const refused = await server.admin.request("GET", `/api/search?q=${encodeURIComponent(q)}`);
      expect([refused.status, pointersOf(refused)]).toEqual([422, ["/query/q"]]);
    }
    expect(server.logged()).not.toContain(PAN);
  });
});

describe("without anything to look for", () => {
  async function recent(who: SignedIn): Promise<readonly (readonly [string, string])[]> {
    const answer = found.parse((await who.request("GET", "/api/search")).body);
    expect(answer.kinds).toEqual([]);
    return answer.recent.map(({ kind, name }) => [kind, name]);
  }

  it("answersWhatWasOpenedLast, as far as it is still in sight", async () => {
    const merchantId = idOf(await server.admin.send("POST", "/api/merchants", { name: "Gone soon" }));
    const opened = [
      { kind: "merchant", id: merchantId },
      { kind: "location", id: ids.location },
      { kind: "user", id: ids.user },
      { kind: "location", id: otherLocation },
    ];
    const user = await newSignedIn(server, "SERVICE_PROVIDER", { locationIds: [ids.location] });
    const admin = await newSignedIn(server, "ADMIN");
    for (const who of [user, admin]) {
      expect(await recent(who)).toEqual([]);
      expect((await who.request("PUT", "/api/session/preferences", { recent: opened })).status).toBe(200);
    }
    await server.admin.send("DELETE", `/api/merchants/${merchantId}`);
    await settled(server);
    expect(await recent(user)).toEqual([["location", "Żurawina north"]]);
    expect(await recent(admin)).toEqual([
      ["location", "Żurawina north"],
      ["user", "Żurawina Nowak"],
      ["location", "Zurawina south"],
    ]);
    expect(found.parse((await server.admin.request("GET", "/api/search")).body)).toEqual({
      kinds: [],
      recent: [],
    });
  });
});
