import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { actorNames } from "../../../src/api/management/actors.ts";
import { check, confirm, outcome, simpleProgramme } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { newSignedIn, type SignedIn } from "./signedIn.ts";
import { idOf, itemsOf, members, PAN, settled } from "./support.ts";

let server: TestServer;
let person: SignedIn;
let email = "";
let terminal: Terminal;
let locationId = "";
let rulesetId = "";
beforeAll(async () => {
  server = await startTestServer();
  person = await newSignedIn(server, "USER");
  email = String(members(await server.admin.send("GET", `/api/users/${person.id}`))["email"]);
  ({ terminal, locationId, rulesetId } = await simpleProgramme(server.admin, server.url));
});
afterAll(async () => {
  await server.stop();
});

const byKey = { name: "First start", role: "ADMIN", deleted: false };

describe("who did something", () => {
  it("isAPersonByAddress or a key by its name, with the id beside it", async () => {
    const own = idOf(
      await person.request("POST", "/api/locations", {
        ...{ name: "By a person", countryCode: "POL", service: "LOUNGE", postalCode: "1", city: "Łódź" },
      }),
    );
    const named = { id: person.id, name: email, role: "USER", deleted: false };
    const path = `/api/locations/${own}`;
    expect((await server.admin.send("GET", path)).body).toMatchObject({
      createdBy: named,
      modifiedBy: named,
    });
    const body = { name: "By a key", countryCode: "POL", service: "LOUNGE", postalCode: "1", city: "Łódź" };
    await server.admin.send("PUT", path, body);
    await settled(server);
    const listed = itemsOf(await server.admin.send("GET", "/api/locations?name=by+a+key"));
    expect(listed).toMatchObject([{ createdBy: named, modifiedBy: byKey }]);
    await person.request("POST", "/api/terminals", { serialNumber: "WHO-1", locationId: own });
    await settled(server);
    const terminals = itemsOf(await server.admin.send("GET", `/api/terminals?locationId=${own}`));
    expect(terminals).toMatchObject([{ createdBy: named }]);
    const rules = itemsOf(await server.admin.send("GET", "/api/rulesets"));
    expect(rules).toMatchObject([{ createdBy: byKey, modifiedBy: byKey }]);
  });

  it("isSaidInACardsHistoryAndOfReversalsAndCorrections, also once the person is deleted", async () => {
    const leaving = await newSignedIn(server, "USER");
    const leavingEmail = members(await server.admin.send("GET", `/api/users/${leaving.id}`))["email"];
    const visit = async () => {
      const { accessId } = outcome(await check(terminal, PAN));
      expect((await confirm(terminal, accessId)).status).toBe(200);
      return accessId;
    };
    const accessId = await visit();
    await settled(server);
    expect((await server.admin.send("POST", `/api/operations/${accessId}/reversal`, {})).body).toMatchObject({
      reversal: { by: byKey },
    });
    const { cardId } = z
      .looseObject({ cardId: z.string() })
      .parse((await server.admin.send("GET", `/api/operations/${accessId}`)).body);
    const frozen = await leaving.request("POST", `/api/cards/${cardId}/freeze`, { reason: "lost" });
    expect(frozen.status).toBe(200);
    const history = async () =>
      itemsOf(await server.admin.send("GET", `/api/cards/${cardId}/history`))[0]?.["by"];
    const actor = { id: leaving.id, role: "USER", name: leavingEmail };
    expect(await history()).toEqual({ ...actor, deleted: false });
    await server.admin.send("DELETE", `/api/users/${leaving.id}`);
    await settled(server);
    expect(await history()).toEqual({ ...actor, deleted: true });
    const list = itemsOf(await server.admin.send("GET", `/api/operations?cardId=${cardId}`));
    expect(list[0]).toMatchObject({ reversal: { by: byKey } });
  });

  it("isToldByRoleOnlyToWhoeverHasAScope", async () => {
    const provider = await newSignedIn(server, "SERVICE_PROVIDER", { locationIds: [locationId] });
    const issuer = await newSignedIn(server, "ISSUER", { icas: ["0001234"] });
    const hidden = { role: "ADMIN", name: null, deleted: false };
    expect((await provider.request("GET", `/api/locations/${locationId}`)).body).toMatchObject({
      createdBy: hidden,
    });
    const seen = itemsOf(await provider.request("GET", "/api/operations?status=REVERSED"));
    expect(seen).toMatchObject([{ reversal: { by: hidden } }]);
    const accessId = String(seen[0]?.["accessId"]);
    for (const who of [provider, issuer]) {
      const details = await who.request("GET", `/api/operations/${accessId}`);
      expect(details.body).toMatchObject({ reversal: { by: hidden } });
    }
    expect((await issuer.request("GET", `/api/rulesets/${rulesetId}`)).body).toMatchObject({
      createdBy: hidden,
      modifiedBy: hidden,
    });
    const { cardId } = members(await issuer.request("GET", `/api/operations/${accessId}`));
    const [act] = itemsOf(await issuer.request("GET", `/api/cards/${String(cardId)}/history`));
    expect(act?.["by"]).toMatchObject({ role: "USER", name: null });
  });

  it("isLookedUpOnceForAllThatAreAskedForTogether", async () => {
    const { services } = server.server;
    const statements: string[] = [];
    const db = services.db.withPlugin({
      transformQuery: ({ node }) => {
        statements.push(node.kind);
        return node;
      },
      transformResult: async ({ result }) => await Promise.resolve(result),
    });
    const nameOf = actorNames({ ...services, db }, { places: null, icas: null });
    const ids = [person.id, "01M8KBTZMPKCM5YYD5WTK6PANE", person.id];
    const named = await Promise.all(ids.map(async (id) => await nameOf({ id, role: "USER" })));
    expect(named.map(({ name }) => name)).toEqual([email, null, email]);
    expect(statements).toEqual(["SelectQueryNode"]);
  });
});
