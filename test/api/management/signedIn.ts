import { z } from "zod";
import type { Answer } from "../../../src/client.ts";
import type { TestServer } from "../../support/server.ts";
import { raw } from "./support.ts";

/** Somebody who has signed in: by cookie and CSRF token, as the panel does. */
export interface SignedIn {
  readonly id: string;
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

const PASSWORD = "correct horse battery";
const session = z.looseObject({ csrfToken: z.string(), user: z.looseObject({ id: z.string() }) });

/** A new user of a role, signed in. */
export async function newSignedIn(
  server: TestServer,
  role: string,
  scope: Readonly<Record<string, readonly string[]>> = {},
): Promise<SignedIn> {
  const email = `${crypto.randomUUID()}@example.org`;
  const body = { email, firstName: "Una", lastName: "User", role, scope, password: PASSWORD };
  await server.admin.send("POST", "/api/users", body);
  return await signIn(server, email);
}

export async function signIn(server: TestServer, email: string, password = PASSWORD): Promise<SignedIn> {
  const answer = await raw(server, "POST", "/api/session", {
    key: null,
    body: JSON.stringify({ email, password }),
  });
  const { csrfToken, user } = session.parse(answer.body);
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  return {
    id: user.id,
    request: async (method, path, content, headers = {}) =>
      await raw(server, method, path, {
        key: null,
        headers: { cookie, "x-csrf-token": csrfToken, ...headers },
        ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      }),
  };
}
