import { z } from "zod";
import type { Client } from "../client.ts";
import { accountRangesCsv, DEMO_ENROLMENTS, demoRulesets, MERCHANTS, PLACES } from "./programme.ts";

const created = z.object({ id: z.string() });

/**
 * Loads the demo programme through the management API, as an administrator would. Each write has an
 * idempotency key: after a crash half way the next start goes on where this one stopped.
 * Answers the position of its last command, for a `Wait-For` of who reads next.
 */
export async function loadDemo(client: Client): Promise<string> {
  let position = "";
  const create = async (path: string, body: unknown, key: string): Promise<string> => {
    const answer = await client.send("POST", path, body, { "Idempotency-Key": `demo-${key}` });
    return created.parse(answer.body).id;
  };
  await client.send("POST", "/api/account-ranges/import", accountRangesCsv());
  const merchants = new Map<string, string>();
  for (const name of MERCHANTS) merchants.set(name, await create("/api/merchants", { name }, name));
  const places = new Map<string, string>();
  for (const { key, merchant, ...place } of PLACES) {
    const body = { ...place, merchantId: merchants.get(merchant) };
    places.set(key, await create("/api/locations", body, key));
  }
  const placeId = (key: string): string => {
    const id = places.get(key);
    if (id === undefined) throw new Error(`no demo place ${key}`);
    return id;
  };
  for (const body of demoRulesets(placeId)) {
    const id = await create("/api/rulesets", body, body.name);
    const published = await client.send(
      "POST",
      `/api/rulesets/${id}/publish`,
      {},
      { "Idempotency-Key": `demo-publish-${body.name}` },
    );
    position = published.headers.get("position") ?? position;
  }
  for (const body of DEMO_ENROLMENTS) {
    const enrolled = await client.send("POST", "/api/cards/enrolments", body, {
      "Idempotency-Key": `demo-enrolment-${body.aref}`,
    });
    position = enrolled.headers.get("position") ?? position;
  }
  return position;
}
