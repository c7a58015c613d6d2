import { z } from "zod";
import { fromMinor } from "../../domain/money.ts";
import { mayWritePlaces } from "../../domain/user/access.ts";
import type { Queued } from "../../engine/devices/queue.ts";
import { commandNow } from "../../engine/devices/queue.ts";
import { createReversal, createSale, visibleTransfer } from "../../engine/devices/transfers.ts";
import type { Reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import { notYourPlaces } from "../management/places.ts";
import { positionHeader } from "../management/records.ts";
import type { Kit, ManagementCall, SecuredAnyRoute } from "../management/secured.ts";
import { baseOf } from "./base.ts";
import { hal, linksOf } from "./envelope.ts";
import { reversalBody, saleBody, type Transfer, transferShape, transferView } from "./transferShape.ts";
import { ofVendor, params } from "./vendor.ts";
import { outcomeOf, waitOf } from "./waiting.ts";

const path = "/transfers";
const one = `${path}/{id}`;

const reversalList = z.object({
  total: z.int().describe("How many there are."),
  _embedded: z
    .object({ transfers: z.array(transferShape).describe("The oldest first.") })
    .describe("What it holds."),
  _links: linksOf("self"),
});

export function halTransferRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [sell(kit), show(kit), reverse(kit), reversals(kit)];
}

function sell(kit: Kit): SecuredAnyRoute {
  const { services, deps, secure } = kit;
  return secure({
    ...ofVendor,
    method: "POST",
    path,
    summary: "Ask a device to take money",
    description:
      "Waits until the device says what became of it, 3 minutes at most, and answers the Transfer: SUCCEEDED, FAILED, or PENDING where the wait was ended by `Prefer`. A device that is not connected makes one that has FAILED with DEVICE_UNREACHABLE.",
    refusals: ["REQUEST_ID_REUSED", "DEVICE_NOT_ENABLED", "DEVICE_BUSY"],
    permission: "devices:command",
    reads: ["Prefer"],
    body: saleBody,
    answers: { 201: transferShape },
    handle: async (call) => {
      const { body, write, visibility } = call;
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const queued = await createSale(services, deps.hub.findCard, write, visibility, {
        deviceId: body.device,
        amount: fromMinor(BigInt(body.amount), body.currency),
        operationKey: body.operation_key,
        tags: body.tags,
        idempotencyId: body.idempotency_id,
        accessId: body.access_id,
      });
      return queued.kind === "problem" ? queued : await answered(kit, call, queued);
    },
  });
}

function show({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...ofVendor,
    method: "GET",
    path: one,
    summary: "A transfer, and what became of it",
    permission: "terminals:read",
    params,
    answers: { 200: transferShape },
    handle: async (call) => {
      const { visibility, write } = call;
      const known = await visibleTransfer(services, visibility, call.params.id);
      if (known === null) return problem("NOT_FOUND", "There is no such transfer.");
      return hal(200, transferView(known.life, baseOf(deps, call), write.now));
    },
  });
}

function reverse(kit: Kit): SecuredAnyRoute {
  const { services, secure } = kit;
  return secure({
    ...ofVendor,
    method: "POST",
    path: `${one}/reversals`,
    summary: "Ask the device to give back what it took, or a part of it",
    refusals: ["REQUEST_ID_REUSED", "DEVICE_BUSY"],
    permission: "devices:command",
    reads: ["Prefer"],
    params,
    body: reversalBody,
    answers: { 201: transferShape },
    handle: async (call) => {
      const { params: at, body, write, visibility } = call;
      const known = await visibleTransfer(services, visibility, at.id);
      if (known === null) return problem("NOT_FOUND", "There is no such transfer.");
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const { refund_amount: minor, tags, idempotency_id: idempotencyId } = body;
      const queued = await createReversal(services, write, known, { minor, tags, idempotencyId });
      return queued.kind === "problem" ? queued : await answered(kit, call, queued);
    },
  });
}

function reversals({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...ofVendor,
    method: "GET",
    path: `${one}/reversals`,
    summary: "What a device was asked to give back of a transfer",
    permission: "terminals:read",
    params,
    answers: { 200: reversalList },
    handle: async (call) => {
      const { visibility, write } = call;
      const known = await visibleTransfer(services, visibility, call.params.id);
      if (known === null) return problem("NOT_FOUND", "There is no such transfer.");
      const base = baseOf(deps, call);
      const lives = await Promise.all(
        known.life.reversals.map(async (part) => await commandNow(services, part.id)),
      );
      const transfers = lives.flatMap((life) => (life === null ? [] : [transferView(life, base, write.now)]));
      const self = { href: `${base}${path}/${call.params.id}/reversals` };
      return hal(200, { total: transfers.length, _embedded: { transfers }, _links: { self } });
    },
  });
}

type Waiting = Pick<ManagementCall<unknown, unknown, unknown>, "header" | "patience" | "write">;

async function answered({ deps }: Kit, call: Waiting, queued: Queued): Promise<Reply<201, Transfer>> {
  const { patience, write } = call;
  const life = await outcomeOf(deps.hub, queued, waitOf(call.header("prefer")), patience);
  const view = transferView(life, baseOf(deps, call), write.now);
  return hal(201, view, { Location: `${path}/${view.id}`, ...positionHeader(queued.position) });
}
