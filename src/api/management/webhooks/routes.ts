import { z } from "zod";
import { envelopeOf, WEBHOOK_CATALOGUE } from "../../../domain/webhook/catalogue.ts";
import { WEBHOOK_TYPES } from "../../../domain/webhook/types.ts";
import { disablingInput, webhookInput } from "../../../domain/webhook/input.ts";
import { findRecord, type Written } from "../../../engine/management/records.ts";
import type { WebhookBody } from "../../../domain/webhook/events.ts";
import { standingOf } from "../../../engine/webhooks/standing.ts";
import {
  changeWebhook,
  createWebhook,
  disableWebhook,
  enableWebhook,
  removeWebhook,
  rotateSecret,
  type WebhookLife,
  webhookKind,
  webhooksInUse,
} from "../../../engine/webhooks/webhooks.ts";
import { reply } from "../../http/answer.ts";
import { type Problem, problem } from "../../http/problems.ts";
import { listPage } from "../listPage.ts";
import { paging } from "../page.ts";
import { removingRoute } from "../recordRoutes.ts";
import { created, idParams, shown } from "../records.ts";
import type { Kit, ManagementCall, SecuredAnyRoute } from "../secured.ts";
import { signer } from "../signatures.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { typeShape, webhookShape, webhookView, withSecretShape } from "./shapes.ts";
import { streamWebhooks } from "./stream.ts";

/** Receivers of what happens: who is told, of what, and how it stands with that. */

const tag = "Webhooks";
const path = "/api/webhooks";
const write = "webhooks:write";
const read = "webhooks:read";

export function webhookRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [
    list(kit),
    eventTypes(kit),
    streamWebhooks(kit),
    details(kit),
    ...writes(kit),
    ...switches(kit),
    ...deliveryRoutes(kit),
  ];
}

type Seeing = Pick<ManagementCall<unknown, unknown, unknown>, "visibility">;

async function viewOf({ services }: Kit, life: WebhookLife, { visibility }: Seeing) {
  const standing = await standingOf(services, [life.id]);
  return await webhookView(life, standing(life.id), signer(services, visibility));
}

async function changed(kit: Kit, done: Written<WebhookBody> | Problem, call: Seeing) {
  if (done.kind === "problem") return done;
  return shown(await viewOf(kit, done.life, call), done.life.revision, done.position);
}

function list(kit: Kit): SecuredAnyRoute {
  const { services } = kit;
  return listPage(kit, {
    path,
    summary: "Receivers, the oldest first",
    tag,
    permission: read,
    query: z.strictObject(paging),
    load: async () => {
      const lives = await webhooksInUse(services);
      const standing = await standingOf(
        services,
        lives.map(({ id }) => id),
      );
      const items = lives.map((life) => ({ life, standing: standing(life.id) }));
      return { items, nextCursor: null, total: items.length, totalExact: true };
    },
    item: webhookShape,
    view: async ({ life, standing }, { sign }) => await webhookView(life, standing, sign),
  });
}

function eventTypes({ secure }: Kit): SecuredAnyRoute {
  const types = WEBHOOK_TYPES.map((type) => {
    const { version, says } = WEBHOOK_CATALOGUE[type];
    return { type, version, says, schema: z.toJSONSchema(envelopeOf(type)) };
  });
  return secure({
    method: "GET",
    path: `${path}/event-types`,
    summary: "What receivers may be told, each with its version and a JSON Schema",
    tag,
    permission: read,
    answers: { 200: z.object({ items: z.array(typeShape) }) },
    handle: () => Promise.resolve(reply(200, { items: types })),
  });
}

function details(kit: Kit): SecuredAnyRoute {
  return kit.secure({
    method: "GET",
    path: `${path}/{id}`,
    summary: "A receiver, without its secrets",
    tag,
    permission: read,
    params: idParams,
    answers: { 200: webhookShape },
    handle: async ({ params, visibility }) => {
      const life = await findRecord(webhookKind(kit.services), params.id);
      if (life === null) return problem("NOT_FOUND");
      return shown(await viewOf(kit, life, { visibility }), life.revision);
    },
  });
}

function writes(kit: Kit): readonly SecuredAnyRoute[] {
  const { services, secure } = kit;
  const common = { tag, permission: write, wantsConfirmation: true } as const;
  const onOne = { ...common, params: idParams, answers: { 200: webhookShape } } as const;
  return [
    secure({
      ...common,
      method: "POST",
      path,
      summary: "Tell a receiver what happens; its secret is shown this once",
      body: webhookInput,
      refusals: ["IN_USE"],
      answers: { 201: withSecretShape },
      handle: async ({ body, ...call }) => {
        const done = await createWebhook(services, call.write, body);
        if (done.kind === "problem") return done;
        const { life, position, secret } = done;
        return created(
          path,
          life.id,
          { ...(await viewOf(kit, life, call)), secret },
          life.revision,
          position,
        );
      },
    }),
    secure({
      ...onOne,
      method: "PUT",
      path: `${path}/{id}`,
      summary: "Change a receiver; what waits goes to its new address",
      body: webhookInput,
      handle: async ({ params, body, ...call }) =>
        await changed(kit, await changeWebhook(services, call.write, params.id, body), call),
    }),
    removingRoute(secure, {
      ...{ tag, path, permissions: { write }, wantsConfirmation: true },
      summary: "Delete a receiver; what waits for it is forgotten",
      remove: async (id, { write: own }) => await removeWebhook(services, own, id),
    }),
  ];
}

function switches(kit: Kit): readonly SecuredAnyRoute[] {
  const { services, secure } = kit;
  const common = { tag, permission: write, wantsConfirmation: true, params: idParams } as const;
  const onOne = { ...common, method: "POST", answers: { 200: webhookShape } } as const;
  return [
    secure({
      ...common,
      method: "POST",
      path: `${path}/{id}/rotate-secret`,
      summary: "Make a new secret, shown this once; the one before signs beside it for a day",
      answers: { 200: withSecretShape },
      handle: async ({ params, ...call }) => {
        const done = await rotateSecret(services, call.write, params.id);
        if (done.kind === "problem") return done;
        const { life, position, secret } = done;
        return shown({ ...(await viewOf(kit, life, call)), secret }, life.revision, position);
      },
    }),
    secure({
      ...onOne,
      path: `${path}/{id}/enable`,
      summary: "Enable a receiver; what happened meanwhile is told by a replay",
      handle: async ({ params, ...call }) =>
        await changed(kit, await enableWebhook(services, call.write, params.id), call),
    }),
    secure({
      ...onOne,
      path: `${path}/{id}/disable`,
      summary: "Disable a receiver; nothing is queued or sent until it is enabled again",
      body: disablingInput,
      handle: async ({ params, body, ...call }) =>
        await changed(kit, await disableWebhook(services, call.write, params.id, body.reason), call),
    }),
  ];
}
