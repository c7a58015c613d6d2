import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { codeOf, idOf, pointersOf, raw } from "./support.ts";

let server: TestServer;
const PASSWORD = "correct horse battery";
const user = { email: "User@Example.org", firstName: "Una", lastName: "User", role: "USER" };
let userId = "";

beforeAll(async () => {
  server = await startTestServer();
  userId = idOf(await server.admin.send("POST", "/api/users", { ...user, password: PASSWORD }));
});

afterAll(async () => {
  await server.stop();
});

async function signIn(password = PASSWORD, email = "user@example.org") {
  return await raw(server, "POST", "/api/session", { key: null, body: JSON.stringify({ email, password }) });
}

async function session(): Promise<{ readonly cookie: string; readonly csrf: string }> {
  const answer = await signIn();
  expect(answer.status).toBe(200);
  const { csrfToken } = z.looseObject({ csrfToken: z.string() }).parse(answer.body);
  return { cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "", csrf: csrfToken };
}

async function as(
  { cookie, csrf }: { readonly cookie: string; readonly csrf: string | null },
  method: string,
  path: string,
  body?: unknown,
) {
  const headers = { cookie, ...(csrf === null ? {} : { "X-CSRF-Token": csrf }) };
  return await raw(server, method, path, {
    key: null,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe("a session", () => {
  it("is a cookie that scripts and other sites don't get", async () => {
    const answer = await signIn();
    expect(answer.headers.get("set-cookie")).toMatch(
      /^admittance_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.body).toMatchObject({ user: { id: userId, email: user.email, role: "USER" } });
    expect(JSON.stringify(answer.body)).not.toContain("argon2");
  });

  it("reads by the cookie alone, and writes with the CSRF token only", async () => {
    const own = await session();
    expect((await as({ ...own, csrf: null }, "GET", "/api/merchants")).status).toBe(200);
    for (const csrf of [null, "", "wrong", `${own.csrf}x`]) {
      const refused = await as({ ...own, csrf }, "POST", "/api/merchants", { name: "CSRF" });
      expect([refused.status, codeOf(refused)]).toEqual([403, "CSRF"]);
    }
    expect((await as(own, "POST", "/api/merchants", { name: "CSRF" })).status).toBe(201);
    expect((await as(own, "GET", "/api/users")).status).toBe(403);
  });

  it("tells who is signed in, and ends when asked", async () => {
    const own = await session();
    const current = await as({ ...own, csrf: null }, "GET", "/api/session");
    expect(current.body).toMatchObject({ csrfToken: own.csrf, user: { id: userId } });
    expect((await as({ ...own, csrf: null }, "DELETE", "/api/session")).status).toBe(403);
    expect((await as(own, "DELETE", "/api/session")).status).toBe(204);
    expect((await as(own, "GET", "/api/session")).status).toBe(401);
    expect((await server.admin.request("GET", "/api/session")).status).toBe(404);
  });

  it("ends after twelve hours of real time", async () => {
    const own = await session();
    await server.server.services.pool.query("update sessions set expires_at = now() - interval '1 second'");
    expect((await as(own, "GET", "/api/session")).status).toBe(401);
  });

  it("has the role of its user as it is now, and ends with a new password or the user", async () => {
    const own = await session();
    await server.admin.send("PUT", `/api/users/${userId}`, { ...user, role: "AUDITOR" });
    expect((await as(own, "POST", "/api/merchants", { name: "Late" })).status).toBe(403);
    await server.admin.send("PUT", `/api/users/${userId}`, { ...user, password: `${PASSWORD} 2` });
    expect((await as(own, "GET", "/api/merchants")).status).toBe(401);
    await server.admin.send("PUT", `/api/users/${userId}`, { ...user, password: PASSWORD });
    const other = { ...user, email: "gone@example.org", password: PASSWORD };
    const id = idOf(await server.admin.send("POST", "/api/users", other));
    const gone = await signIn(PASSWORD, other.email);
    const cookie = (gone.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    await server.admin.send("DELETE", `/api/users/${id}`);
    expect((await as({ cookie, csrf: null }, "GET", "/api/merchants")).status).toBe(401);
    expect((await signIn(PASSWORD, other.email)).status).toBe(401);
  });
});

describe("a wrong sign-in", () => {
  it("changes its own password by the old one, and ends the user's other sessions", async () => {
    const email = "changer@example.org";
    await server.admin.send("POST", "/api/users", { ...user, email, password: PASSWORD });
    const signed = async (password: string) => await signIn(password, email);
    const open = async () => {
      const answer = await signed(PASSWORD);
      const { csrfToken } = z.looseObject({ csrfToken: z.string() }).parse(answer.body);
      return { cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "", csrf: csrfToken };
    };
    const [own, other] = [await open(), await open()];
    const change = async (session: { cookie: string; csrf: string | null }, body: object) =>
      await as(session, "PUT", "/api/session/password", body);
    const next = "violet-orbit-9-lantern";
    const wrong = await change(own, { oldPassword: "not the password", password: next });
    expect([wrong.status, pointersOf(wrong)]).toEqual([422, ["/oldPassword"]]);
    const weak = await change(own, { oldPassword: PASSWORD, password: "password1234" });
    expect([weak.status, pointersOf(weak)]).toEqual([422, ["/password"]]);
    expect((await change({ ...own, csrf: null }, { oldPassword: PASSWORD, password: next })).status).toBe(
      403,
    );
    expect((await signed(next)).status).toBe(401);
    expect((await as(other, "GET", "/api/session")).status).toBe(200);
    expect((await change(own, { oldPassword: PASSWORD, password: next })).status).toBe(204);
    expect((await as(own, "GET", "/api/session")).status).toBe(200);
    expect((await as(other, "GET", "/api/session")).status).toBe(401);
    expect((await signed(PASSWORD)).status).toBe(401);
    expect((await signed(next)).status).toBe(200);
    const byKey = await server.admin.request("PUT", "/api/session/password", {
      oldPassword: PASSWORD,
      password: next,
    });
    expect(byKey.status).toBe(404);
  });

  it("is answered alike whatever was wrong, and limited however many come at once", async () => {
    const [address, password] = [
      await signIn(PASSWORD, "nobody@example.org"),
      await signIn("wrong password"),
    ];
    const seen = (answer: typeof address) => [
      answer.status,
      { ...z.looseObject({}).parse(answer.body), traceId: "" },
    ];
    expect(seen(address)).toEqual(seen(password));
    expect(address.status).toBe(401);
    const many = await Promise.all(Array.from({ length: 30 }, async () => await signIn("wrong password")));
    expect(many.filter(({ status }) => status === 401).length).toBeLessThan(10);
    const last = await signIn();
    expect([last.status, codeOf(last)]).toEqual([429, "TOO_MANY_TRIES"]);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});
