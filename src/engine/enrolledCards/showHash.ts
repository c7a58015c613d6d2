import { card } from "../../domain/card/card.ts";
import { cardStream } from "../../domain/card/events.ts";
import type { Position } from "../../eventlog/log.ts";
import { byOf, execute, versionConflict, type Write } from "../management/commands.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { exportHashesOf } from "./exportHashes.ts";

/** What partners know a card by. That somebody was shown it is in the card's stream before it is shown. */
export async function showHashOf(
  services: Services,
  write: Write,
  cardId: string,
): Promise<{ readonly kind: "shown"; readonly hash: string; readonly position: Position | null } | Problem> {
  const hash = (await exportHashesOf(services, [cardId])).get(cardId);
  if (hash === undefined)
    return problem("NOT_FOUND", "The card's number was not given since there are such hashes.");
  const { now } = write;
  const done = await execute(services, services.streams.card, write, {
    stream: cardStream(cardId),
    operation: "show-hash",
    announce: null,
    decide: (state) => card.decide(state, { type: "ShowCardHash", now, by: byOf(write) }),
  });
  if (done.kind === "done") return { kind: "shown", hash, position: done.position };
  if (done.refusal.code === "VERSION_CONFLICT") return versionConflict(done.refusal);
  throw new Error(`it is never refused, and was: ${done.refusal.code}`);
}
