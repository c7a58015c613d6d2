import { MOST_WEBHOOKS, WEBHOOK_SECRET_RETIRES } from "../../domain/policies.ts";
import type { RecordLife } from "../../domain/record.ts";
import { iso } from "../../domain/time.ts";
import { EVERYTHING } from "../../domain/user/access.ts";
import { webhook, type WebhookBody } from "../../domain/webhook/events.ts";
import type { WebhookInput } from "../../domain/webhook/input.ts";
import { businessNow } from "../businessClock.ts";
import { headsUnder } from "../gate/heads.ts";
import type { Write } from "../management/commands.ts";
import {
  changeRecord,
  createRecord,
  deleteRecord,
  findRecord,
  type RecordKind,
  type Written,
} from "../management/records.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { hurryLanes } from "./queue.ts";
import { keepSecret, newSecret, shownSecret } from "./secrets.ts";

/** Receivers: created, changed, disabled and deleted by hand, each with who did it in its stream. */

export type WebhookLife = RecordLife<WebhookBody>;

export function webhookKind(services: Services): RecordKind<WebhookBody> {
  return { streams: services.streams.webhook, decider: webhook };
}

/** As of now; the oldest first. */
export async function webhooksInUse(services: Services): Promise<readonly WebhookLife[]> {
  const heads = await headsUnder(services.db, webhook.prefix);
  const found = await Promise.all(
    heads.map(async ({ stream, revision }) => (await services.streams.webhook.load(stream, revision)).state),
  );
  return found.filter((life) => life !== null).filter(({ deleted }) => !deleted);
}

/** With the secret, which is shown this once. */
export type WithSecret = Written<WebhookBody> & { readonly secret: string };

export async function createWebhook(
  services: Services,
  write: Write,
  input: WebhookInput,
): Promise<WithSecret | Problem> {
  const refused = urlProblem(services, input.url);
  if (refused !== null) return refused;
  if ((await webhooksInUse(services)).length >= MOST_WEBHOOKS) {
    return problem("IN_USE", `There are ${String(MOST_WEBHOOKS)} receivers already: delete one first.`);
  }
  const secret = { ...newSecret(services), id: write.seed };
  await keepSecret(services, write.seed, secret);
  const secrets = [{ id: secret.id, madeAt: iso(services.now()), until: null }];
  const body = { ...input, types: sorted(input.types), enabled: true, disabledReason: null, secrets };
  const done = await createRecord(services, webhookKind(services), write, body);
  return done.kind === "problem" ? done : { ...done, secret: shownSecret(secret.bytes) };
}

export async function changeWebhook(
  services: Services,
  write: Write,
  id: string,
  input: WebhookInput,
): Promise<Written<WebhookBody> | Problem> {
  const refused = urlProblem(services, input.url);
  if (refused !== null) return refused;
  return await alter(services, write, id, (body) => ({ ...body, ...input, types: sorted(input.types) }));
}

/** The new one signs from now on, the one before it beside it for a day. */
export async function rotateSecret(
  services: Services,
  write: Write,
  id: string,
): Promise<WithSecret | Problem> {
  const secret = { ...newSecret(services), id: write.seed };
  if ((await findRecord(webhookKind(services), id)) === null) return problem("NOT_FOUND");
  await keepSecret(services, id, secret);
  const now = services.now();
  const done = await alter(services, write, id, (body) => {
    const [before] = body.secrets;
    const retiring = before === undefined ? [] : [{ ...before, until: iso(now + WEBHOOK_SECRET_RETIRES) }];
    return { ...body, secrets: [{ id: secret.id, madeAt: iso(now), until: null }, ...retiring] };
  });
  return done.kind === "problem" ? done : { ...done, secret: shownSecret(secret.bytes) };
}

export async function enableWebhook(
  services: Services,
  write: Write,
  id: string,
): Promise<Written<WebhookBody> | Problem> {
  const done = await alter(services, write, id, (body) => ({
    ...body,
    enabled: true,
    disabledReason: null,
  }));
  // What waits is tried now, whatever it was waiting for.
  if (done.kind === "written") await hurryLanes(services.pool, id, services.now());
  return done;
}

export async function disableWebhook(
  services: Services,
  write: Write,
  id: string,
  reason: string,
): Promise<Written<WebhookBody> | Problem> {
  return await alter(services, write, id, (body) => ({ ...body, enabled: false, disabledReason: reason }));
}

export async function removeWebhook(
  services: Services,
  write: Write,
  id: string,
): Promise<Written<WebhookBody> | Problem> {
  return await deleteRecord(services, webhookKind(services), write, id);
}

/** The receiver has answered that it is gone for good (410). */
export async function disableGone(services: Services, id: string): Promise<void> {
  const life = await findRecord(webhookKind(services), id);
  if (life === null || !life.body.enabled) return;
  const write: Write = {
    principal: { kind: "system", id: "webhooks", role: "ADMIN", scope: EVERYTHING },
    now: await businessNow(services),
    traceId: services.newId(),
    seed: services.newId(),
    resumed: false,
    expected: life.revision,
  };
  await disableWebhook(services, write, id, "It answered 410: it is gone.");
}

/** What it becomes by what it is: whoever changes it meanwhile is not overwritten. */
async function alter(
  services: Services,
  write: Write,
  id: string,
  next: (body: WebhookBody) => WebhookBody,
): Promise<Written<WebhookBody> | Problem> {
  const kind = webhookKind(services);
  const life = await findRecord(kind, id);
  if (life === null) return problem("NOT_FOUND");
  const own = write.expected === null ? { ...write, expected: life.revision } : write;
  return await changeRecord(services, kind, own, id, next(life.body));
}

function urlProblem({ outbound }: Services, url: string): Problem | null {
  if (outbound.accepts(url)) return null;
  const wanted =
    "an https:// address on the internet is wanted, without user and password; the operator may allow others";
  return invalid("/url", wanted);
}

function sorted(types: WebhookInput["types"]): WebhookBody["types"] {
  return types === null ? null : [...types].sort();
}
