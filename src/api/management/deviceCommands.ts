import { z } from "zod";
import { COMMAND_ACTIONS } from "../../domain/command/events.ts";
import { COMMAND_STATUSES, type CommandLife, statusAt } from "../../domain/command/life.ts";
import { storedMoney } from "../../domain/money.ts";
import { serialNumber } from "../../domain/terminal/input.ts";
import { type Instant, iso } from "../../domain/time.ts";
import { mayWritePlaces } from "../../domain/user/access.ts";
import { connectionOf } from "../../engine/devices/connections.ts";
import { deviceOfTerminal, isEnabledAt } from "../../engine/devices/devices.ts";
import {
  ORDERS,
  orderActivation,
  orderCancellation,
  orderDeactivation,
} from "../../engine/devices/orders.ts";
import { visibleTerminal } from "../../engine/management/terminalsInSight.ts";
import type { ListedCommand } from "../../projections/index.ts";
import { InvalidCursorError } from "../../projections/page.ts";
import { reply } from "../http/answer.ts";
import { invalid, problem } from "../http/problems.ts";
import { actorNames, actorShape, type NameActor } from "./actors.ts";
import { listOf, paging, readableCursor } from "./page.ts";
import { notYourPlaces } from "./places.ts";
import { positionHeader } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** A terminal's live connection, and what it was asked to do over it. */

const params = z.strictObject({ serialNumber });
const tag = "Terminals";
const one = "/api/terminals/{serialNumber}";

const connectionShape = z.object({
  connection: z
    .object({
      status: z.enum(["OPEN", "CLOSED"]),
      since: z.string(),
      lastSeenAt: z.string(),
      closeCode: z.int().nullable().describe("By which it was closed; null while it is open, or lost."),
    })
    .nullable()
    .describe("The live connection as far as it is known; null for a terminal that never had one."),
  device: z
    .object({ id: z.string(), model: z.string(), name: z.string(), enabled: z.boolean() })
    .nullable()
    .describe("What a vendor's clients know it as; null where they don't."),
});

const commandShape = z.object({
  id: z.string(),
  action: z.enum(COMMAND_ACTIONS).describe("What the device was asked to do."),
  status: z.enum(COMMAND_STATUSES).describe("How far it has come."),
  failureCode: z.string().nullable().describe("Why it came to nothing."),
  late: z
    .enum(["SUCCEEDED", "FAILED"])
    .nullable()
    .describe("What the device told when it was over: it has to take that back."),
  amount: storedMoney.nullable().describe("The money that it moves; null where it moves none."),
  queuedAt: z.string().describe("When it was asked for."),
  expiresAt: z.string(),
  changedAt: z.string().describe("When it came so far."),
  queuedBy: actorShape.describe("Who asked for it."),
});
type Command = z.infer<typeof commandShape>;

export function deviceCommandRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [connection(kit), listCommands(kit), order(kit)];
}

function connection({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${one}/connection`,
    summary: "Whether a terminal holds a live connection",
    tag,
    permission: "terminals:read",
    params,
    answers: { 200: connectionShape },
    handle: async ({ params: { serialNumber: serial }, visibility }) => {
      const life = await visibleTerminal(services, visibility, serial);
      if (life === null) return problem("NOT_FOUND");
      const known = await connectionOf(services, serial);
      const device = await deviceOfTerminal(services, life);
      return reply(200, {
        connection:
          known === null
            ? null
            : {
                status: known.isOpen ? ("OPEN" as const) : ("CLOSED" as const),
                since: known.since.toISOString(),
                lastSeenAt: known.lastSeenAt.toISOString(),
                closeCode: known.closeCode,
              },
        device:
          device === null
            ? null
            : {
                ...{ id: device.id, model: device.model, name: device.name },
                enabled: isEnabledAt(device, life),
              },
      });
    },
  });
}

function listCommands({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: `${one}/commands`,
    summary: "What a terminal was asked to do over its connection, the newest first",
    tag,
    permission: "terminals:read",
    params,
    query: z.strictObject(paging),
    answers: { 200: listOf(commandShape) },
    handle: async ({ params: { serialNumber: serial }, query, visibility, write: { now } }) => {
      if ((await visibleTerminal(services, visibility, serial)) === null) return problem("NOT_FOUND");
      const wrong = invalid("/query/cursor", "it is none that this list has answered");
      if (query.cursor !== undefined && !readableCursor(query.cursor)) return wrong;
      const nameOf = actorNames(services, visibility);
      try {
        const { items, ...page } = await deps.projections.commands.ofDevice(serial, query);
        return reply(200, {
          ...page,
          items: await Promise.all(items.map(async (row) => await listed(row, now, nameOf))),
        });
      } catch (error) {
        if (error instanceof InvalidCursorError) return wrong;
        throw error;
      }
    },
  });
}

function order({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${one}/commands`,
    summary: "Ask a terminal to get ready, to stop taking sales, or to break one off",
    description:
      "Answers as soon as it is written down: the list says what became of it. ACTIVATE fails at once where the terminal is not connected; DEACTIVATE counts at once; CANCEL answers 409 where no sale is under way.",
    refusals: ["DEVICE_BUSY", "NOTHING_TO_CANCEL"],
    tag,
    permission: "devices:command",
    params,
    body: z.strictObject({ action: z.enum(ORDERS) }),
    sends: ["Position"],
    answers: { 201: commandShape },
    handle: async ({ params: { serialNumber: serial }, body: { action }, write, visibility }) => {
      const life = await visibleTerminal(services, visibility, serial);
      if (life === null) return problem("NOT_FOUND");
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const queued = await ORDER[action](services, write, life);
      if (queued.kind === "problem") return queued;
      const view = await shown(queued.life, write.now, actorNames(services, visibility));
      return reply(201, view, positionHeader(queued.position));
    },
  });
}

const ORDER = {
  ACTIVATE: orderActivation,
  DEACTIVATE: orderDeactivation,
  CANCEL: orderCancellation,
} as const;

async function listed(row: ListedCommand, now: Instant, nameOf: NameActor): Promise<Command> {
  const { status, expires_at: expiresAt, amount, currency } = row;
  return {
    id: row.command_id,
    action: row.action,
    status: statusAt({ status, expiresAt: expiresAt.getTime() }, now),
    failureCode: row.failure_code,
    late: row.late,
    amount: amount === null || currency === null ? null : { amount, currency },
    queuedAt: row.queued_at.toISOString(),
    expiresAt: expiresAt.toISOString(),
    changedAt: row.changed_at.toISOString(),
    queuedBy: await nameOf({ id: row.by_id, role: row.by_role }),
  };
}

async function shown(life: CommandLife, now: Instant, nameOf: NameActor): Promise<Command> {
  return {
    id: life.id,
    action: life.action,
    status: statusAt(life, now),
    failureCode: life.failure?.code ?? null,
    late: life.late,
    amount: life.transfer?.amount ?? null,
    queuedAt: iso(life.queuedAt),
    expiresAt: iso(life.expiresAt),
    changedAt: iso(life.changedAt),
    queuedBy: await nameOf(life.by),
  };
}
