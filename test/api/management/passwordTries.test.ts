import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { raw } from "./support.ts";

let server: TestServer;
const PASSWORD = "correct horse battery";

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.stop();
});

describe("a change of password", () => {
  it("lets nobody try old passwords without end", async () => {
    const email = "guessed@example.org";
    const user = { email, firstName: "Una", lastName: "User", role: "USER", password: PASSWORD };
    await server.admin.send("POST", "/api/users", user);
    const body = JSON.stringify({ email, password: PASSWORD });
    const answer = await raw(server, "POST", "/api/session", { key: null, body });
    const { csrfToken } = z.looseObject({ csrfToken: z.string() }).parse(answer.body);
    const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const statuses: number[] = [];
    for (let tried = 0; tried < 12; tried++) {
      const change = { oldPassword: `guess number ${String(tried)}`, password: "violet-orbit-9-lantern" };
      const { status } = await raw(server, "PUT", "/api/session/password", {
        key: null,
        headers: { cookie, "X-CSRF-Token": csrfToken },
        body: JSON.stringify(change),
      });
      statuses.push(status);
    }
    expect(statuses[0]).toBe(422);
    expect(statuses.at(-1)).toBe(429);
  });
});
