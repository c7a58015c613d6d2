import { monotonicFactory } from "ulid";
import { z } from "zod";
import { parseAllowed } from "../../src/integrations/outbound/addresses.ts";
import { createOutbound } from "../../src/integrations/outbound/outbound.ts";
import { OutsideSystem, type SystemOptions } from "../../src/integrations/outside/system.ts";
import { simulateAcquirer } from "../../src/simulators/acquirer/acquirer.ts";
import type { RunningSimulator } from "../../src/simulators/kit/server.ts";
import { rewardsFeed } from "../../src/simulators/rewards/feed.ts";
import { simulateRewards } from "../../src/simulators/rewards/rewards.ts";
import { simulateRules } from "../../src/simulators/rules/rules.ts";

/** The simulators in this process, told over HTTP what to do wrong, and what they saw. */

export const KEY = "a-shared-key-of-tests";

const booked = z.object({
  key: z.string(),
  outcome: z.string().nullable(),
  responseCode: z.string().nullable(),
  asked: z.number(),
  reversed: z.boolean(),
});
const moved = z.object({
  key: z.string(),
  charge: z.string().nullable(),
  amount: z.object({ amount: z.string(), currency: z.string() }).nullable(),
  outcome: z.string(),
  responseCode: z.string().nullable(),
  asked: z.number(),
});
const books = z.object({
  inquiries: z.array(booked),
  amounts: z.array(booked),
  charges: z.array(moved),
  refunds: z.array(moved),
});
const seen = z.object({
  items: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      headers: z.record(z.string(), z.unknown()),
      body: z.string(),
    }),
  ),
});
export type Seen = z.output<typeof seen>["items"][number];

export class Told {
  readonly url: string;
  readonly #simulator: RunningSimulator;

  constructor(simulator: RunningSimulator) {
    this.url = simulator.url;
    this.#simulator = simulator;
  }

  async faults(...next: readonly string[]): Promise<void> {
    await this.#post("/_faults", { next });
  }

  /** Of requests to paths that end so. */
  async faultsOn(on: string, ...next: readonly string[]): Promise<void> {
    await this.#post("/_faults", { on, next });
  }

  async answers(answers: object): Promise<void> {
    await this.#post("/_answers", answers);
  }

  /** Cards and transactions of the reward system. */
  async feed(feed: object): Promise<void> {
    await this.#post("/_feed", feed);
  }

  async always(fault: string): Promise<void> {
    await this.#post("/_faults", { always: fault });
  }

  async seen(): Promise<readonly Seen[]> {
    return seen.parse(await this.#get("/_seen")).items;
  }

  async books(): Promise<z.output<typeof books>> {
    return books.parse(await this.#get("/_books"));
  }

  async close(): Promise<void> {
    await this.#simulator.close();
  }

  async #get(path: string): Promise<unknown> {
    return await (await fetch(`${this.url}${path}`)).json();
  }

  async #post(path: string, body: object): Promise<void> {
    const { status } = await fetch(`${this.url}${path}`, { method: "POST", body: JSON.stringify(body) });
    if (status !== 200) throw new Error(`${path} was answered by ${String(status)}`);
  }
}

const options = { port: 0, key: KEY, fault: { kind: "none" as const }, now: () => Date.now() };

export async function startAcquirer(): Promise<Told> {
  return new Told(await simulateAcquirer({ asi: "00", amount: "00", charge: "00", refund: "00" }, options));
}

export async function startRules(): Promise<Told> {
  return new Told(await simulateRules({ rules: {} }, options));
}

export async function startRewards(): Promise<Told> {
  return new Told(await simulateRewards(rewardsFeed.parse({}), null, options));
}

const newId = monotonicFactory();

/** The way to a simulator, as the product has it. */
export function systemAt(
  { url }: Pick<Told, "url">,
  more: Partial<SystemOptions> = {},
): { readonly system: OutsideSystem; close(): Promise<void> } {
  const allowed = parseAllowed("127.0.0.1");
  if (allowed === null) throw new Error("an address is allowed");
  const outbound = createOutbound({ allowed, now: () => performance.now() });
  const system = new OutsideSystem({
    ...{ name: "acquirer", url, key: KEY, outbound, now: () => Date.now(), newId: () => newId() },
    ...more,
  });
  return { system, close: async () => await outbound.close() };
}
