import { cardStream } from "../../../src/domain/card/events.ts";
import { cardSnapshot } from "../../../src/domain/card/snapshots.ts";
import { evolveCard, initialCard } from "../../../src/domain/card/state.ts";
import { verifyChain } from "../../../src/eventlog/codec.ts";
import { differences, expectedTables } from "../../support/readModels/rows.ts";
import type { Facts } from "../facts.ts";
import type { World } from "../world.ts";

export function everyHashChainVerifies(_world: World, { events }: Facts): readonly string[] {
  const streams = new Set(events.map(({ stream }) => stream));
  return [...streams].flatMap((stream) => {
    const checked = verifyChain(events.filter((one) => one.stream === stream));
    return checked.ok ? [] : [`${stream} at revision ${String(checked.revision)}: ${checked.why}`];
  });
}

/** What an instance remembers of a card, up to date, is what its events say. */
export async function memoriesAgreeWithTheLog(world: World, facts: Facts): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [cardId, events] of facts.cards) {
    const expected = inOrder(
      cardSnapshot(events.reduce((state, { event }) => evolveCard(state, event), initialCard)),
    );
    await world.complete(async ({ life, services }) => {
      const known = inOrder(cardSnapshot((await services.streams.card.refresh(cardStream(cardId))).state));
      if (known !== expected)
        wrong.push(`${life.name} remembers card ${cardId} as ${known}, not ${expected}`);
    });
  }
  return wrong;
}

/** The same text for the same content, in whatever order members were made. */
function inOrder(text: string): string {
  return JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Every row and column of the read models, against a reader that shares nothing with them. */
export async function readModelsAgreeWithTheLog(world: World, { events }: Facts): Promise<readonly string[]> {
  return world.live ? differences(expectedTables(events), await world.database.readModels()) : [];
}

/** Also where two instances believe that they carry the read models. */
export function eventsAreAppliedOnce({ database }: World): readonly string[] {
  return database.misapplied;
}
