import { z } from "zod";
import { isUnlimited } from "../../domain/user/access.ts";
import { openAmounts } from "../../engine/amountChecks/open.ts";
import {
  ASKED,
  CIRCUIT_STATES,
  findSystem,
  type Heard,
  type OutsideSystem,
  testSystem,
} from "../../engine/connections.ts";
import type { Services } from "../../engine/services.ts";
import { reply } from "../http/answer.ts";
import { problem } from "../http/problems.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";

/** The systems outside, as the instance that answers knows them, and what has to be given back. */

const tag = "Connections";
const path = "/api/connections";

const name = z.enum(["acquirer", "externalRules", "rewards"]);
const NAMES = name.options;

const outcome = z.enum(["ANSWERED", "REFUSED", "NOT_SENT", "NO_ANSWER", "BAD_ANSWER"]);

const heardShape = z.object({
  at: z.string(),
  asked: z.enum(ASKED).describe("What was asked."),
  outcome: outcome.describe(
    "`ANSWERED`, or what else became of it: `NOT_SENT`: nothing reached it; `NO_ANSWER`: it may have got the question; `BAD_ANSWER`: not of the contract, or an error of its own; `REFUSED`: a 4xx.",
  ),
  status: z.int().nullable().describe("The HTTP status; null where there was no answer."),
  ms: z.int().describe("How long it took, in milliseconds."),
});

const connectionShape = z.object({
  name,
  configured: z.boolean().describe("Whether the settings name it."),
  url: z.string().nullable().describe("Where it is; null where it is not configured."),
  healthy: z.boolean().nullable().describe("Whether it answered last; null where nothing was asked yet."),
  circuit: z
    .enum(CIRCUIT_STATES)
    .nullable()
    .describe(
      "`OPEN`: it failed often of late, and is left alone for a while; `HALF_OPEN`: one question is out.",
    ),
  answers: z.array(heardShape).describe("The newest first; of this instance, since it was started."),
});

const amountShape = z.object({
  key: z.string().describe("What the acquirer knows it by."),
  cardId: z.string(),
  accessId: z.string(),
  amount: z.object({ amount: z.string(), currency: z.string() }),
  state: z
    .string()
    .describe(
      "`ASKED`: under way, or nobody wrote down its answer; `UNKNOWN`: it had none; `DUE`: it was taken, and is to be given back.",
    ),
  askedAt: z.string().describe("When it was asked for."),
  nextAt: z.string().describe("When it is tried next."),
  tries: z.int().describe("How often it was tried."),
  problem: z.string().nullable().describe("Why the last try came to nothing."),
});

const connectionsShape = z.object({
  items: z.array(connectionShape),
  amounts: z
    .object({
      total: z.int(),
      items: z.array(amountShape),
    })
    .nullable()
    .describe("Amounts to give back, the oldest first; null for whoever does not see all cards."),
});

export function connectionRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [show(kit), test(kit)];
}

function show({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path,
    summary:
      "The systems outside: configured, healthy, what they answered last, and amounts that are to be given back",
    tag,
    permission: "connections:read",
    answers: { 200: connectionsShape },
    handle: async ({ visibility }) =>
      reply(200, {
        items: NAMES.map((one) => viewOf(one, findSystem(services, one))),
        amounts: isUnlimited(visibility) ? await amountsOf(services) : null,
      }),
  });
}

function test({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${path}/{name}/test`,
    summary: "Ask a system outside whether it is there; whatever the state of its circuit",
    tag,
    permission: "connections:test",
    params: z.strictObject({ name: z.string().describe("`acquirer`, `externalRules` or `rewards`.") }),
    body: z.strictObject({}),
    answers: { 200: heardShape },
    handle: async ({ params }) => {
      const system = findSystem(services, params.name);
      if (system === null) return problem("NOT_FOUND", "It is not configured.");
      return reply(200, heardView(await testSystem(system)));
    },
  });
}

function viewOf(one: z.output<typeof name>, system: OutsideSystem | null): z.output<typeof connectionShape> {
  const [last] = system?.heard ?? [];
  return {
    name: one,
    configured: system !== null,
    url: system?.url ?? null,
    healthy: last === undefined ? null : last.outcome === "ANSWERED",
    circuit: system?.circuit ?? null,
    answers: (system?.heard ?? []).map(heardView),
  };
}

function heardView({ at, ...heard }: Heard): z.output<typeof heardShape> {
  return { at: new Date(at).toISOString(), ...heard };
}

async function amountsOf(services: Services): Promise<z.output<typeof connectionsShape>["amounts"]> {
  const { total, items } = await openAmounts(services);
  return {
    total,
    items: items.map(({ askedAt, nextAt, ...rest }) => ({
      ...rest,
      ...{ askedAt: askedAt.toISOString(), nextAt: nextAt.toISOString() },
    })),
  };
}
