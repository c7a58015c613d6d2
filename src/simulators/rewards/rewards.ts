import { z } from "zod";
import {
  type Asked,
  type Reply,
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from "../kit/server.ts";
import { aref, type Generating, ica, productCode, type RewardsFeed, rewardsFeed } from "./feed.ts";
import { generatedFeed } from "./generated.ts";

/** A reward system by `docs/contracts/rewards.openapi.yaml`: it knows the cards and transactions that it was fed. */

type Card = RewardsFeed["cards"][number];
type Transaction = RewardsFeed["transactions"][number];

/** What the next questions are answered by, whatever was fed: pages that are not of the contract, too. */
const answers = z.strictObject({ next: z.array(z.unknown()).max(1_000) });

const inquiry = z.strictObject({ aref, ica, productCode });

const MOST_ON_A_PAGE = 100;
const CURSOR = /^after-(\d{1,9})$/;

class Rewards {
  readonly #cards = new Map<string, Card>();
  readonly #transactions: Transaction[] = [];
  #next: readonly unknown[] = [];

  constructor(feed: RewardsFeed) {
    this.#take(feed);
  }

  readonly answer = (asked: Asked): Reply => {
    const { pathname, searchParams } = new URL(asked.path, "http://simulator");
    if (asked.method === "GET" && pathname === "/v1/health") return { status: 200, body: { status: "UP" } };
    const [told, ...rest] = this.#next;
    if (told !== undefined) {
      this.#next = rest;
      return { status: 200, body: told };
    }
    if (asked.method === "GET" && pathname === "/v1/transactions") return this.#page(searchParams);
    if (asked.method === "POST" && pathname === "/v1/enrolment-inquiries") return this.#enrolment(asked.body);
    return { status: 404, body: { code: "NOT_FOUND" } };
  };

  readonly control = (asked: Asked): Reply | null => {
    if (asked.method === "GET" && asked.path === "/_books")
      return { status: 200, body: { cards: [...this.#cards.values()], transactions: this.#transactions } };
    if (asked.method !== "POST") return null;
    if (asked.path === "/_feed") {
      const feed = rewardsFeed.safeParse(asked.body);
      if (!feed.success) return { status: 422, body: { code: "INVALID", detail: feed.error.message } };
      this.#take(feed.data);
      return { status: 200, body: {} };
    }
    if (asked.path !== "/_answers") return null;
    const told = answers.safeParse(asked.body);
    if (!told.success) return invalid;
    this.#next = told.data.next;
    return { status: 200, body: {} };
  };

  #take({ cards, gone, transactions }: RewardsFeed): void {
    for (const one of cards) this.#cards.set(one.aref, one);
    for (const one of gone) this.#cards.delete(one);
    this.#transactions.push(...transactions);
  }

  #page(query: URLSearchParams): Reply {
    const after = query.get("after");
    const limit = Number(query.get("limit") ?? MOST_ON_A_PAGE);
    const from = after === null ? 0 : Number(CURSOR.exec(after)?.[1] ?? -1);
    const isLimit = Number.isInteger(limit) && limit >= 1 && limit <= MOST_ON_A_PAGE;
    if (!isLimit) return invalid;
    if (from < 0 || from > this.#transactions.length)
      return { status: 400, body: { code: "CURSOR_UNKNOWN" } };
    const items = this.#transactions.slice(from, from + limit);
    const until = from + items.length;
    const hasMore = until < this.#transactions.length;
    return { status: 200, body: { items, next: `after-${String(until)}`, hasMore } };
  }

  #enrolment(body: unknown): Reply {
    const asked = inquiry.safeParse(body);
    if (!asked.success) return invalid;
    const known = this.#cards.get(asked.data.aref);
    if (known === undefined)
      return { status: 200, body: { enrolled: false, ica: null, productCode: null, since: null } };
    return {
      status: 200,
      body: { enrolled: true, ica: known.ica, productCode: known.productCode, since: known.since },
    };
  }
}

const invalid: Reply = { status: 400, body: { code: "INVALID" } };

export async function simulateRewards(
  feed: RewardsFeed,
  generating: Generating | null,
  options: SimulatorOptions,
): Promise<RunningSimulator> {
  const made = generating === null ? [] : [generatedFeed(generating, options.now())];
  const all = [feed, ...made];
  return await startSimulator(
    new Rewards({
      cards: all.flatMap(({ cards }) => cards),
      gone: feed.gone,
      transactions: all.flatMap(({ transactions }) => transactions),
    }),
    options,
  );
}
