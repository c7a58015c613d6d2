import type { Ask } from "../../database/lanes.ts";
import { isOfStatement } from "../../database/sqlState.ts";
import { Grouped } from "../../eventlog/grouped.ts";
import { claimAlone } from "./claimRequest.ts";
import { openTogether } from "./openRequests.ts";
import type { Answer, Freshness, Opening, OpenRequest } from "./opening.ts";

/**
 * The one round trip before a decision: how fresh this instance must be, what time it is, which card
 * this is, and whether the request was seen before.
 */

/**
 * What a connection of the gate runs first: its statement never changes, and planning it costs more than running it. The
 * plan must be one for tables that have grown. Nothing it writes has to be on disk by itself (see `openRequests.ts`).
 */
export const GATE_SESSION =
  "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set synchronous_commit = off";

/** The gate of an instance: requests that come to it at the same moment pass in one round trip. */
export class Gate {
  readonly #grouped: Grouped<OpenRequest, Opening>;

  /** @param durably whether a new card has to be on disk by itself: the log's commits don't take it there */
  constructor(ask: Ask, { durably }: { readonly durably: boolean }) {
    // One group at a time: it takes less than what would be saved by a second, smaller one beside it.
    this.#grouped = new Grouped({
      ask: async (opens) => await openAll(ask, opens, durably),
      mayBeOnes: isOfStatement,
      maxInFlight: 1,
    });
  }

  async open(open: OpenRequest): Promise<Opening> {
    return await this.#grouped.ask(open);
  }

  /** The same without a card or a request id: for what only has to be fresh. */
  async freshness(streams: readonly string[]): Promise<Freshness> {
    return await this.open({ streams, request: null, accessId: null, card: null });
  }
}

const NOTHING: Answer = { cardId: null, joined: [], isNewCard: false, claim: { kind: "none" } };

async function openAll(
  ask: Ask,
  opens: readonly OpenRequest[],
  durably: boolean,
): Promise<readonly Opening[]> {
  const streams = [...new Set(opens.flatMap((open) => open.streams))];
  const asked = opens.filter(asksForMore);
  const requests = new Set<string>();
  const [together, alone] = parted(asked, ({ request, card }) => {
    if (card !== null && card.links.length > 0) return false;
    if (request === null) return true;
    // The second of two that say the same has to find the first one's claim.
    const key = `${request.terminal} ${request.operation} ${request.requestId}`;
    const isFirst = !requests.has(key);
    requests.add(key);
    return isFirst;
  });
  const { heads, answers: told, ...scopes } = await openTogether(ask, streams, together, durably);
  const answers = new Map<OpenRequest, Answer>();
  for (const { open, answer } of told) {
    if (answer === null) alone.push(open);
    else answers.set(open, answer);
  }
  await Promise.all(
    alone.map(async (open) => {
      answers.set(open, await claimAlone(ask, open));
    }),
  );
  return opens.map((open) => ({
    heads: open.streams.map((stream) => heads.get(stream) ?? -1),
    ...scopes,
    ...(answers.get(open) ?? NOTHING),
  }));
}

function asksForMore({ request, accessId, card }: OpenRequest): boolean {
  return request !== null || accessId !== null || card !== null;
}

function parted<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  const yes: Item[] = [];
  const no: Item[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
