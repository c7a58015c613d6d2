import { z } from "zod";
import { type Answer, type Client, createClient } from "../../../src/client.ts";
import type { Role, Scope } from "../../../src/domain/user/access.ts";
import type { TestServer } from "../../support/server.ts";

/** What tests of the management API have in common. */

/** A Mastercard test number that nothing else in a test uses. */
export const PAN = "5555555555554444";
export const OTHER_PAN = "5105105105105100";

export const ROLES = ["ADMIN", "USER", "SERVICE_PROVIDER", "ISSUER", "CALL_CENTER", "AUDITOR"] as const;

const created = z.looseObject({ id: z.string() });

export function idOf(answer: Answer): string {
  return created.parse(answer.body).id;
}

export function members(answer: Answer): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(answer.body);
}

/** Also of a vendor's route, which tells its errors in an envelope. */
export function codeOf(answer: Answer): string {
  const coded = z.looseObject({ code: z.string() });
  const enveloped = z.object({ _embedded: z.object({ errors: z.tuple([coded]) }) });
  const parsed = enveloped.safeParse(answer.body);
  return parsed.success ? parsed.data._embedded.errors[0].code : coded.parse(answer.body).code;
}

export function pointersOf(answer: Answer): readonly string[] {
  const body = z.looseObject({ errors: z.array(z.looseObject({ pointer: z.string() })) }).parse(answer.body);
  return body.errors.map(({ pointer }) => pointer);
}

export function itemsOf(answer: Answer): readonly Record<string, unknown>[] {
  return z.looseObject({ items: z.array(z.record(z.string(), z.unknown())) }).parse(answer.body).items;
}

/** A caller with a key of its own. */
export async function clientFor(server: TestServer, role: Role, scope: Partial<Scope> = {}): Promise<Client> {
  return createClient(server.url, await keyFor(server, role, scope));
}

export async function keyFor(server: TestServer, role: Role, scope: Partial<Scope> = {}): Promise<string> {
  const body = { name: `${role} of a test`, role, scope };
  const answer = await server.admin.send("POST", "/api/keys", body);
  return z.looseObject({ key: z.string() }).parse(answer.body).key;
}

/** A request as it is written here, whatever it is. */
export async function raw(
  server: TestServer,
  method: string,
  path: string,
  options: {
    readonly body?: string | Uint8Array<ArrayBuffer>;
    readonly type?: string | null;
    readonly headers?: Record<string, string>;
    readonly key?: string | null;
  } = {},
): Promise<Answer> {
  const { body, type = "application/json", headers = {}, key = server.adminKey } = options;
  const response = await fetch(new URL(path, server.url), {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(type === null || body === undefined ? {} : { "content-type": type }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const LOCATION = {
  name: "Lounge",
  countryCode: "POL",
  service: "LOUNGE",
  postalCode: "00-001",
  city: "Warsaw",
};

/** Waits until the read models have everything that was written, however busy the database is with other tests. */
export async function settled({ server }: TestServer): Promise<void> {
  if (!(await server.projections.waitFor(await server.services.log.newest(), 50_000))) {
    throw new Error("the read models did not settle");
  }
}
