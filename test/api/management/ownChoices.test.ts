import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { newSignedIn, type SignedIn } from "./signedIn.ts";
import { codeOf, idOf, itemsOf, members, PAN, pointersOf } from "./support.ts";

let server: TestServer;
let own: SignedIn;
let other: SignedIn;
beforeAll(async () => {
  server = await startTestServer();
  own = await newSignedIn(server, "USER");
  other = await newSignedIn(server, "CALL_CENTER");
});
afterAll(async () => {
  await server.stop();
});

const PREFERENCES = "/api/session/preferences";
const VIEWS = "/api/session/views";

describe("one's own preferences", () => {
  it("areWhatWasChosenOneByOne, and nobody else's", async () => {
    expect(members(await own.request("GET", PREFERENCES))).toEqual({});
    await own.request("PUT", PREFERENCES, { language: "pl", density: "comfortable" });
    await own.request("PUT", PREFERENCES, {
      zone: "Europe/Warsaw",
      columns: { operations: ["at", "status"] },
    });
    const changed = await own.request("PUT", PREFERENCES, { density: null, shortcuts: false });
    const kept = {
      language: "pl",
      zone: "Europe/Warsaw",
      shortcuts: false,
      columns: { operations: ["at", "status"] },
    };
    expect(members(changed)).toEqual(kept);
    expect(members(await own.request("GET", PREFERENCES))).toEqual(kept);
    await own.request("PUT", PREFERENCES, { zone: "UTC" });
    expect(members(await own.request("GET", PREFERENCES))).toEqual({ ...kept, zone: "UTC" });
    // A call center has to consent first, but there are no terms here.
    expect(members(await other.request("GET", PREFERENCES))).toEqual({});
  });

  it.each([
    [{ zone: "Middle/Earth" }, "/zone"],
    [{ language: "de" }, "/language"],
    [{ columns: { "x!": [] } }, "/columns/x*"],
    [
      { columns: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`l${String(at)}`, []])) },
      "/columns",
    ],
    [{ recent: [{ kind: "card", id: PAN }] }, "/recent/0/id"],
    [{ colour: "red" }, "/colour"],
  ])("refuses %j", async (body, pointer) => {
    const before = members(await own.request("GET", PREFERENCES));
    const refused = await own.request("PUT", PREFERENCES, body);
    expect([refused.status, pointersOf(refused)]).toEqual([422, [pointer]]);
    expect(JSON.stringify(refused.body)).not.toContain(PAN);
    expect(members(await own.request("GET", PREFERENCES))).toEqual(before);
  });

  it("leavesOutWhatAnotherReleaseKept", async () => {
    const someone = await newSignedIn(server, "USER");
    await someone.request("PUT", PREFERENCES, { language: "pl" });
    await server.server.services.pool.query(
      `insert into user_preferences (user_id, name, value) values ($1, 'scheme', '"sepia"'), ($1, 'font', '12')`,
      [someone.id],
    );
    expect(members(await someone.request("GET", PREFERENCES))).toEqual({ language: "pl" });
  });
});

describe("one's own views of lists", () => {
  const view = { list: "operations", name: "Refused", search: "status=REJECTED&cols=at%2Cstatus" };

  it("areKept, renamed and deleted, by their owner alone", async () => {
    const id = idOf(await own.request("POST", VIEWS, view));
    expect(itemsOf(await own.request("GET", VIEWS))).toEqual([{ id, ...view }]);
    expect(itemsOf(await other.request("GET", VIEWS))).toEqual([]);
    const next = { name: "Refused here", search: "status=REJECTED" };
    expect((await other.request("PUT", `${VIEWS}/${id}`, next)).status).toBe(404);
    expect((await other.request("DELETE", `${VIEWS}/${id}`)).status).toBe(404);
    expect(members(await own.request("PUT", `${VIEWS}/${id}`, next))).toEqual({ id, ...view, ...next });
    expect((await own.request("DELETE", `${VIEWS}/${id}`)).status).toBe(204);
    expect(itemsOf(await own.request("GET", VIEWS))).toEqual([]);
    expect((await own.request("DELETE", `${VIEWS}/${id}`)).status).toBe(404);
  });

  it("haveANameEachInTheirList", async () => {
    const first = idOf(await own.request("POST", VIEWS, view));
    const again = await own.request("POST", VIEWS, view);
    expect([again.status, codeOf(again), pointersOf(again)]).toEqual([409, "ALREADY_EXISTS", ["/name"]]);
    const elsewhere = idOf(await own.request("POST", VIEWS, { ...view, list: "terminals" }));
    const second = idOf(await own.request("POST", VIEWS, { ...view, name: "Others" }));
    const renamed = await own.request("PUT", `${VIEWS}/${second}`, { name: view.name, search: "" });
    expect(codeOf(renamed)).toBe("ALREADY_EXISTS");
    for (const id of [first, elsewhere, second]) await own.request("DELETE", `${VIEWS}/${id}`);
  });

  it("holdNoCardNumber, however it is written", async () => {
    for (const text of [PAN, `requestId=${PAN}`, `x=5555%205555%205555%204444`]) {
      const refused = await own.request("POST", VIEWS, { ...view, search: text });
      expect([refused.status, pointersOf(refused)]).toEqual([422, ["/search"]]);
    }
    expect((await own.request("POST", VIEWS, { ...view, name: PAN })).status).toBe(422);
  });

  it("areAtMostAHundred", async () => {
    const someone = await newSignedIn(server, "USER");
    for (let at = 0; at < 100; at++) {
      expect((await someone.request("POST", VIEWS, { ...view, name: `View ${String(at)}` })).status).toBe(
        201,
      );
    }
    const refused = await someone.request("POST", VIEWS, view);
    expect([refused.status, pointersOf(refused)]).toEqual([422, ["/name"]]);
  });
});

describe("what a person has chosen", () => {
  it("goesWithThePerson", async () => {
    const gone = await newSignedIn(server, "USER");
    await gone.request("PUT", PREFERENCES, { language: "pl" });
    await gone.request("POST", VIEWS, { list: "users", name: "All", search: "" });
    await server.admin.send("DELETE", `/api/users/${gone.id}`);
    const { rows } = await server.server.services.pool.query(
      `select user_id from user_preferences where user_id = $1 union all select user_id from saved_views where user_id = $1`,
      [gone.id],
    );
    expect(rows).toEqual([]);
  });

  it("isNotForKeys, and wantsTheTokenToBeChanged", async () => {
    for (const path of [PREFERENCES, VIEWS]) {
      expect((await server.admin.request("GET", path)).status).toBe(404);
      const method = path === VIEWS ? "POST" : "PUT";
      const body = path === VIEWS ? { list: "users", name: "All", search: "" } : { language: "pl" };
      expect(codeOf(await own.request(method, path, body, { "x-csrf-token": "x" }))).toBe("CSRF");
    }
  });
});
