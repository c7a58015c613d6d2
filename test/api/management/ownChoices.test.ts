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
    expect(itemsOf(await own.request("GET", VIEWS))).toEqual([{ id, ...view, sharedWith: [], isOwn: true }]);
    expect(itemsOf(await other.request("GET", VIEWS))).toEqual([]);
    const next = { name: "Refused here", search: "status=REJECTED" };
    expect((await other.request("PUT", `${VIEWS}/${id}`, next)).status).toBe(404);
    expect((await other.request("DELETE", `${VIEWS}/${id}`)).status).toBe(404);
    expect(members(await own.request("PUT", `${VIEWS}/${id}`, next))).toEqual({
      id,
      ...view,
      ...next,
      sharedWith: [],
      isOwn: true,
    });
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

describe("views that are shared with a role", () => {
  const view = { list: "operations", name: "Refused", search: "status=REJECTED" };
  const sharedWith = ["CALL_CENTER", "USER"];

  it("areSeenByItsPeople, changed by their owner alone, and by nobody once they are shared no more", async () => {
    const auditor = await newSignedIn(server, "AUDITOR");
    const colleague = await newSignedIn(server, "USER");
    const id = idOf(await own.request("POST", VIEWS, { ...view, sharedWith }));
    const seenBy = async (who: SignedIn) => itemsOf(await who.request("GET", VIEWS));
    const shown = { id, ...view, sharedWith };
    expect(await seenBy(own)).toEqual([{ ...shown, isOwn: true }]);
    for (const who of [other, colleague]) {
      expect(await seenBy(who)).toEqual([{ ...shown, isOwn: false }]);
      const change = { name: "Mine", search: "", sharedWith: [] };
      for (const refused of [
        await who.request("PUT", `${VIEWS}/${id}`, change),
        await who.request("DELETE", `${VIEWS}/${id}`),
      ]) {
        expect([refused.status, codeOf(refused)]).toEqual([403, "FORBIDDEN"]);
      }
    }
    expect(await seenBy(auditor)).toEqual([]);
    expect((await auditor.request("DELETE", `${VIEWS}/${id}`)).status).toBe(404);
    // One of one's own may have the same name.
    const copy = idOf(await other.request("POST", VIEWS, view));
    expect((await seenBy(other)).map((one) => one["isOwn"]).sort()).toEqual([false, true]);
    // Who says nothing of it leaves it as it is.
    await own.request("PUT", `${VIEWS}/${id}`, { name: "Refusals", search: view.search });
    expect(await seenBy(colleague)).toEqual([{ ...shown, name: "Refusals", isOwn: false }]);
    await own.request("PUT", `${VIEWS}/${id}`, { name: "Refusals", search: view.search, sharedWith: [] });
    expect(await seenBy(colleague)).toEqual([]);
    expect(await seenBy(other)).toHaveLength(1);
    await other.request("DELETE", `${VIEWS}/${copy}`);
    await own.request("DELETE", `${VIEWS}/${id}`);
  });

  it.each(["CALL_CENTER", "AUDITOR", "ISSUER", "SERVICE_PROVIDER"])("areNotOfA %s", async (role) => {
    const who = await newSignedIn(server, role);
    const refused = await who.request("POST", VIEWS, { ...view, sharedWith });
    expect([refused.status, codeOf(refused)]).toEqual([403, "FORBIDDEN"]);
    const id = idOf(await who.request("POST", VIEWS, view));
    const later = await who.request("PUT", `${VIEWS}/${id}`, { name: "x", search: "", sharedWith });
    expect(later.status).toBe(403);
    expect(itemsOf(await who.request("GET", VIEWS))).toEqual([{ id, ...view, sharedWith: [], isOwn: true }]);
  });

  it("nameARoleOnce, and none that there is not", async () => {
    for (const roles of [["USER", "USER"], ["EVERYBODY"]]) {
      const refused = await own.request("POST", VIEWS, { ...view, sharedWith: roles });
      expect(refused.status).toBe(422);
    }
  });

  it("showNoMoreRowsThanOneSeesAnyway", async () => {
    const merchants = await server.admin.send("POST", "/api/merchants", { name: "Shared view" });
    const id = idOf(
      await own.request("POST", VIEWS, {
        ...view,
        list: "merchants",
        search: "name=shared",
        sharedWith: ["SERVICE_PROVIDER"],
      }),
    );
    const scoped = await newSignedIn(server, "SERVICE_PROVIDER", {
      merchantIds: ["01M8KBTZMPKCM5YYD5WTK6PANE"],
    });
    const [seen] = itemsOf(await scoped.request("GET", VIEWS));
    expect(seen?.["id"]).toBe(id);
    const path = `/api/merchants?${String(seen?.["search"])}`;
    const wait = { "Wait-For": merchants.headers.get("position") ?? "" };
    expect(itemsOf(await own.request("GET", path, undefined, wait))).toHaveLength(1);
    expect(itemsOf(await scoped.request("GET", path, undefined, wait))).toEqual([]);
    await own.request("DELETE", `${VIEWS}/${id}`);
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
