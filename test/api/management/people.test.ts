import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Answer } from "../../../src/client.ts";
import { resetPassword } from "../../../src/engine/accounts/bootstrap.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { newSignedIn, signIn } from "./signedIn.ts";
import { codeOf, idOf, itemsOf, members, pointersOf, raw, settled } from "./support.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
});

const PASSWORD = "violet-orbit-7-lantern";
let number = 0;

interface Person {
  readonly id: string;
  readonly email: string;
}

async function person(role = "USER", password: string | null = PASSWORD): Promise<Person> {
  const email = `one-${String(++number)}@example.org`;
  const body = { email, firstName: "One", lastName: "User", role };
  const made = await server.admin.send("POST", "/api/users", {
    ...body,
    ...(password === null ? {} : { password }),
  });
  return { id: idOf(made), email };
}

async function tries(email: string, password: string): Promise<Answer> {
  const body = JSON.stringify({ email, password });
  const answer = await raw(server, "POST", "/api/session", { key: null, body });
  await server.server.services.pool.query("delete from wrong_tries");
  return answer;
}

describe("a disabled user", () => {
  it("isSignedOutAtOnceAndNotLetInAgain, until it is enabled", async () => {
    const { id, email } = await person();
    const own = await signIn(server, email, PASSWORD);
    expect((await own.request("GET", "/api/locations")).status).toBe(200);
    const done = await server.admin.send("POST", `/api/users/${id}/disable`, {});
    expect(done.body).toMatchObject({ status: "DISABLED" });
    expect((await own.request("GET", "/api/locations")).status).toBe(401);
    const refused = await tries(email, PASSWORD);
    const wrong = await tries(email, "something else");
    expect([refused.status, members(refused)["detail"]]).toEqual([401, members(wrong)["detail"]]);
    expect(server.logged()).toContain('"why":"disabled"');
    await server.admin.send("POST", `/api/users/${id}/enable`, {});
    expect((await tries(email, PASSWORD)).status).toBe(200);
    // The session from before stays ended.
    expect((await own.request("GET", "/api/locations")).status).toBe(401);
  });

  it("isNotLetInByASessionThatWasBeingOpenedMeanwhile", async () => {
    const { id, email } = await person();
    const own = await signIn(server, email, PASSWORD);
    const { pool } = server.server.services;
    const { rows } = await pool.query<{ row: string }>(
      "select row_to_json(s)::text as row from sessions s where user_id = $1",
      [id],
    );
    await server.admin.send("POST", `/api/users/${id}/disable`, {});
    await pool.query("insert into sessions select * from json_populate_record(null::sessions, $1::json)", [
      rows[0]?.row,
    ]);
    expect((await own.request("GET", "/api/locations")).status).toBe(401);
    await server.admin.send("POST", `/api/users/${id}/enable`, {});
    expect((await own.request("GET", "/api/locations")).status).toBe(200);
  });

  it("staysSoWhenItIsChanged, and what is so already is not written", async () => {
    const { id, email } = await person();
    const first = await server.admin.send("POST", `/api/users/${id}/disable`, {});
    const again = await server.admin.send("POST", `/api/users/${id}/disable`, {});
    expect(again.headers.get("position")).toBeNull();
    expect(again.headers.get("etag")).toBe(first.headers.get("etag"));
    const body = { email, firstName: "Other", lastName: "User", role: "USER" };
    const changed = await server.admin.send("PUT", `/api/users/${id}`, body);
    expect(changed.body).toMatchObject({ firstName: "Other", status: "DISABLED" });
  });

  it("isEnabledWithANewPasswordByWhoeverRunsTheMachine", async () => {
    const { id, email } = await person();
    await server.admin.send("POST", `/api/users/${id}/disable`, {});
    const reset = await resetPassword(server.server.services, email, null);
    if (reset.kind !== "set") throw new Error("a password is set");
    expect((await tries(email, reset.password)).status).toBe(200);
    expect((await server.admin.send("GET", `/api/users/${id}`)).body).toMatchObject({ status: "ACTIVE" });
  });

  it("isFoundByItsState, as those who were only invited", async () => {
    const active = await person("AUDITOR");
    const invited = await person("AUDITOR", null);
    const disabled = await person("AUDITOR");
    await server.admin.send("POST", `/api/users/${disabled.id}/disable`, {});
    await settled(server);
    const found = async (status: string) =>
      itemsOf(await server.admin.send("GET", `/api/users?role=AUDITOR&status=${status}`)).map(({ id }) => id);
    expect(await found("ACTIVE")).toEqual([active.id]);
    expect(await found("INVITED")).toEqual([invited.id]);
    expect(await found("DISABLED")).toEqual([disabled.id]);
  });
});

describe("the last administrator", () => {
  it("isNeitherDeletedNorDisabledNorDemoted, however many ask at once", async () => {
    const [first] = itemsOf(await server.admin.send("GET", "/api/users?role=ADMIN&status=ACTIVE"));
    const id = String(first?.["id"]);
    const one = { email: "first@example.org", firstName: "F", lastName: "A", role: "USER" };
    // Somebody who was invited can't sign in, and a disabled one can't either.
    const invited = await person("ADMIN", null);
    const disabled = await person("ADMIN");
    await server.admin.send("POST", `/api/users/${disabled.id}/disable`, {});
    const attempts = [
      async (who: string) => await server.admin.request("DELETE", `/api/users/${who}`),
      async (who: string) => await server.admin.request("POST", `/api/users/${who}/disable`, {}),
      async (who: string) =>
        await server.admin.request("PUT", `/api/users/${who}`, { ...one, email: `${who}@example.org` }),
    ];
    for (const attempt of attempts) {
      const answer = await attempt(id);
      expect([answer.status, codeOf(answer)]).toEqual([409, "LAST_ADMINISTRATOR"]);
    }
    const second = await person("ADMIN");
    const raced = await Promise.all(
      [id, second.id].flatMap((who) => attempts.map(async (attempt) => await attempt(who))),
    );
    await settled(server);
    const left = itemsOf(await server.admin.send("GET", "/api/users?role=ADMIN&status=ACTIVE"));
    expect(left).toHaveLength(1);
    expect(raced.filter(({ status }) => status === 409).length).toBeGreaterThan(0);
    // Others come and go.
    for (const { id: other } of [invited, disabled])
      expect((await server.admin.request("DELETE", `/api/users/${other}`)).status).toBe(204);
  });
});

describe("sessions", () => {
  const shape = z.object({
    items: z.array(z.looseObject({ id: z.string(), current: z.boolean(), browser: z.string() })),
  });

  it("areListedToWhomTheyBelong, by what they were opened from, and ended one by one", async () => {
    const { email } = await person();
    const here = await signIn(server, email, PASSWORD);
    const elsewhere = await signIn(server, email, PASSWORD);
    const other = await newSignedIn(server, "USER");
    const { items } = shape.parse((await here.request("GET", "/api/session/all")).body);
    expect(items.map(({ current }) => current).sort()).toEqual([false, true]);
    const target = items.find(({ current }) => !current)?.id ?? "";
    expect((await other.request("DELETE", `/api/session/all/${target}`)).status).toBe(404);
    expect((await elsewhere.request("GET", "/api/session")).status).toBe(200);
    const unsafe = await here.request("DELETE", `/api/session/all/${target}`, undefined, {
      "x-csrf-token": "wrong",
    });
    expect(codeOf(unsafe)).toBe("CSRF");
    expect((await here.request("DELETE", `/api/session/all/${target}`)).status).toBe(204);
    expect((await elsewhere.request("GET", "/api/session")).status).toBe(401);
    expect((await here.request("GET", "/api/session")).status).toBe(200);
    expect((await server.admin.request("GET", "/api/session/all")).status).toBe(404);
  });

  it("elsewhereAreEndedTogether, and an administrator ends another's", async () => {
    const { id, email } = await person();
    const all = [];
    for (let n = 0; n < 3; n++) all.push(await signIn(server, email, PASSWORD));
    const [here, second] = all;
    expect((await here?.request("DELETE", "/api/session/others"))?.status).toBe(204);
    expect((await second?.request("GET", "/api/session"))?.status).toBe(401);
    expect((await here?.request("GET", "/api/session"))?.status).toBe(200);
    expect((await server.admin.request("DELETE", `/api/users/${id}/sessions`)).status).toBe(204);
    expect((await here?.request("GET", "/api/session"))?.status).toBe(401);
  });

  it("keepNothingOfWhatABrowserSaysOfItself, but words of ours", async () => {
    const { id, email } = await person();
    const agents = [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0",
      "<script>alert(1)</script> Firefox/140.0 (X11; Linux)",
      "curl/8",
    ];
    for (const agent of agents) {
      await raw(server, "POST", "/api/session", {
        key: null,
        headers: { "user-agent": agent },
        body: JSON.stringify({ email, password: PASSWORD }),
      });
    }
    const { rows } = await server.server.services.pool.query<{ browser: string }>(
      "select browser from sessions where user_id = $1 order by created_at",
      [id],
    );
    expect(rows.map(({ browser }) => browser)).toEqual(["Edge, Windows", "Firefox, Linux", ""]);
  });

  it("tellWhenTheyWereUsedLast, and when the user signed in last", async () => {
    const { id, email } = await person();
    expect((await server.admin.send("GET", `/api/users/${id}`)).body).toMatchObject({ lastSignInAt: null });
    const own = await signIn(server, email, PASSWORD);
    const { lastSignInAt } = members(await server.admin.send("GET", `/api/users/${id}`));
    expect(Math.abs(Date.parse(String(lastSignInAt)) - Date.now())).toBeLessThan(60_000);
    const { pool } = server.server.services;
    await pool.query("update sessions set last_seen_at = now() - interval '2 hours' where user_id = $1", [
      id,
    ]);
    const seen = async () =>
      Date.parse(String(itemsOf(await own.request("GET", "/api/session/all"))[0]?.["lastSeenAt"]));
    expect(Date.now() - (await seen())).toBeLessThan(60_000);
  });
});

describe("an invitation", () => {
  const shape = z.object({ token: z.string(), expiresAt: z.string() });
  async function invite(id: string): Promise<z.infer<typeof shape>> {
    return shape.parse((await server.admin.send("POST", `/api/users/${id}/invitation`, {})).body);
  }
  async function accept(token: string, password = PASSWORD): Promise<Answer> {
    return await raw(server, "POST", "/api/invitation", {
      key: null,
      body: JSON.stringify({ token, password }),
    });
  }

  it("setsThePasswordOnce, for whoever has its token, and tells whose it is before", async () => {
    const { id, email } = await person("USER", null);
    expect((await tries(email, PASSWORD)).status).toBe(401);
    const { token, expiresAt } = await invite(id);
    const days = (Date.parse(expiresAt) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(3);
    const look = await raw(server, "POST", "/api/invitation/look", {
      key: null,
      body: JSON.stringify({ token }),
    });
    expect(look.body).toMatchObject({ email, firstName: "One" });
    expect(pointersOf(await accept(token, "password1234"))).toEqual(["/password"]);
    expect(pointersOf(await accept(token, "short"))).toEqual(["/password"]);
    const answers = await Promise.all([1, 2, 3].map(async () => await accept(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 410, 410]);
    expect((await tries(email, PASSWORD)).status).toBe(200);
    expect((await server.admin.send("GET", `/api/users/${id}`)).body).toMatchObject({
      status: "ACTIVE",
      invitedUntil: null,
    });
  });

  it("isVoidWhenItExpires, is replaced, or its user is disabled or deleted: all answer alike", async () => {
    const { id } = await person("USER", null);
    const replaced = await invite(id);
    const current = await invite(id);
    const bodies = [await accept(replaced.token), await accept("nonsense")].map(members);
    await server.admin.send("POST", `/api/users/${id}/disable`, {});
    bodies.push(members(await accept(current.token)));
    await server.admin.send("POST", `/api/users/${id}/enable`, {});
    const { pool } = server.server.services;
    await pool.query("update invitations set expires_at = now() - interval '1 second'");
    bodies.push(members(await accept(current.token)));
    const last = await invite(id);
    expect((await server.admin.request("DELETE", `/api/users/${id}`)).status).toBe(204);
    bodies.push(members(await accept(last.token)));
    expect(bodies.map(({ code, detail }) => [code, detail])).toEqual(
      bodies.map(() => ["INVITATION_VOID", bodies[0]?.["detail"]]),
    );
  });

  it("isKeptAsAHashOnly, and is in no log", async () => {
    const { id } = await person("USER", null);
    const { token } = await invite(id);
    const { rows } = await server.server.services.pool.query<{ line: string }>(
      "select i::text as line from invitations i",
    );
    expect(rows.map(({ line }) => line).join()).not.toContain(token);
    expect(server.logged()).not.toContain(token);
    expect(server.logged()).toContain('"msg":"invited"');
  });
});

describe("what is dangerous", () => {
  it("wantsThePasswordAgainAfterTenMinutes, of a session and not of a key", async () => {
    const admin = await newSignedIn(server, "ADMIN");
    const { pool } = server.server.services;
    const make = async () => await admin.request("POST", "/api/keys", { name: "Key", role: "AUDITOR" });
    expect((await make()).status).toBe(201);
    const age = async (minutes: number) =>
      await pool.query("update sessions set confirmed_at = now() - make_interval(mins => $1)", [minutes]);
    await age(9);
    expect((await make()).status).toBe(201);
    await age(11);
    const { id } = await person();
    const attempts = [
      ["POST", "/api/keys", { name: "Key", role: "AUDITOR" }],
      ["DELETE", `/api/keys/${id}`, undefined],
      ["POST", "/api/users", { email: "x@example.org", firstName: "X", lastName: "Y", role: "ADMIN" }],
      ["PUT", `/api/users/${id}`, { email: "x@example.org", firstName: "X", lastName: "Y", role: "ADMIN" }],
      ["DELETE", `/api/users/${id}`, undefined],
      ["POST", `/api/users/${id}/disable`, {}],
      ["POST", `/api/users/${id}/enable`, {}],
      ["POST", `/api/users/${id}/invitation`, {}],
      ["DELETE", `/api/users/${id}/sessions`, undefined],
    ] as const;
    for (const [method, path, body] of attempts) {
      const answer = await admin.request(method, path, body);
      expect([path, answer.status, codeOf(answer)]).toEqual([path, 403, "CONFIRMATION_REQUIRED"]);
    }
    expect((await admin.request("GET", "/api/users")).status).toBe(200);
    const confirm = async (password: string) =>
      await admin.request("POST", "/api/session/confirmation", { password });
    const wrong = await confirm("something else");
    expect([wrong.status, ...pointersOf(wrong)]).toEqual([422, "/password"]);
    expect((await make()).status).toBe(403);
    expect((await confirm("correct horse battery")).status).toBe(204);
    expect((await make()).status).toBe(201);
  });

  it("isNoWayToGuessAPassword: wrong tries are counted with those of signing in", async () => {
    const admin = await newSignedIn(server, "ADMIN");
    await server.server.services.pool.query("delete from wrong_tries");
    const answers = [];
    for (let n = 0; n < 12; n++)
      answers.push((await admin.request("POST", "/api/session/confirmation", { password: "wrong" })).status);
    expect(answers.slice(0, 10)).toEqual(answers.slice(0, 10).map(() => 422));
    expect(answers.at(-1)).toBe(429);
    await server.server.services.pool.query("delete from wrong_tries");
  });
});
