import { z } from "zod";
import type { ActorRef } from "../../domain/actor.ts";
import type { Stored, Streams } from "../../engine/streams.ts";
import type { StreamEvent } from "../../domain/streamKind.ts";
import type { Actor, NameActor } from "./actors.ts";

/** A stream told backwards, as far as it is about what was done: the same for everything that has a history. */

/** Events that one answer looks through: a stream may hold a thousand of what is no part of it. */
const MOST_LOOKED_AT = 1_000;
const PAGE = 200;

export const historyQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, "the cursor is none of this list")
    .transform(Number)
    .optional(),
});

/** @param tell what an event says of the history, if it says anything */
export async function historyPage<
  State,
  Event extends StreamEvent,
  Act extends { readonly by: ActorRef | null },
>(
  streams: Streams<State, Event>,
  {
    stream,
    revision,
    cursor,
  }: { readonly stream: string; readonly revision: number; readonly cursor: number | undefined },
  tell: (stored: Stored<Event>) => readonly Act[],
  who: NameActor,
): Promise<{
  readonly items: (Omit<Act, "by"> & { readonly by: Actor | null })[];
  readonly nextCursor: string | null;
}> {
  const found: Act[] = [];
  let to: number | null = Math.min(revision, cursor ?? revision);
  for (let looked = 0; to !== null && looked < MOST_LOOKED_AT; looked += PAGE) {
    const page = await streams.back(stream, to, PAGE);
    found.push(...page.events.flatMap(tell));
    to = page.next;
  }
  const items = found.map(async (one) => ({ ...one, by: one.by === null ? null : await who(one.by) }));
  return { items: await Promise.all(items), nextCursor: to === null ? null : String(to) };
}
