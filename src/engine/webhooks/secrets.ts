import { createHmac } from "node:crypto";
import type { WebhookBody } from "../../domain/webhook/events.ts";
import { instant, type Instant } from "../../domain/time.ts";
import { seal, SEALING_NONCE_BYTES, unseal } from "../../vault/sealing.ts";
import type { Services } from "../services.ts";

/** What messages are signed by (Standard Webhooks): HMAC-SHA256, under a secret that only the receiver knows besides. */

const PURPOSE = "webhook";
const SECRET_BYTES = 32;
const PREFIX = "whsec_";

export interface Secret {
  readonly id: string;
  readonly bytes: Buffer;
}

/** As it is shown once, and as the libraries take it. */
export function shownSecret(bytes: Buffer): string {
  return PREFIX + bytes.toString("base64");
}

export function newSecret({ newId, randomBytes }: Pick<Services, "newId" | "randomBytes">): Secret {
  return { id: newId(), bytes: randomBytes(SECRET_BYTES) };
}

export async function keepSecret(services: Services, endpointId: string, secret: Secret): Promise<void> {
  const nonce = services.randomBytes(SEALING_NONCE_BYTES);
  const sealed = seal(services.keyring, PURPOSE, `${endpointId} ${secret.id}`, secret.bytes, nonce);
  await services.db
    .insertInto("webhook_secrets")
    .values({ id: secret.id, endpoint_id: endpointId, sealed })
    // An attempt that takes over from one that died makes another: the first was never shown.
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ sealed }))
    .execute();
}

/** Those of a receiver that count now, the newest first; fewer where this database does not have them. */
export async function secretsInForce(
  { pool, keyring }: Pick<Services, "pool" | "keyring">,
  endpointId: string,
  { secrets }: Pick<WebhookBody, "secrets">,
  now: Instant,
): Promise<readonly Buffer[]> {
  const { rows } = await pool.query<{ id: string; sealed: Buffer }>(
    "select id, sealed from webhook_secrets where endpoint_id = $1",
    [endpointId],
  );
  const sealed = new Map(rows.map((row) => [row.id, row.sealed]));
  return secrets.flatMap(({ id, until }) => {
    const one = sealed.get(id);
    if (one === undefined || (until !== null && instant(until) <= now)) return [];
    return [unseal(keyring, PURPOSE, `${endpointId} ${id}`, one)];
  });
}

interface SignedHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/** The headers that say who sends this, and when. */
export function signedHeaders(
  secrets: readonly Buffer[],
  { id, body, now }: { readonly id: string; readonly body: string; readonly now: Instant },
): SignedHeaders {
  const timestamp = String(Math.floor(now / 1_000));
  const signatures = secrets.map((secret) => {
    const mac = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
    return `v1,${mac}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
