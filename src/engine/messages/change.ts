import type { Forms } from "../../domain/messages/codes.ts";
import type { MessagesEvent } from "../../domain/messages/events.ts";
import { belongsTo, flawMessage, flawsOf } from "../../domain/messages/input.ts";
import {
  type ChangeTextRefusal,
  messages,
  MESSAGES_STREAM,
  type MessagesState,
  type TextName,
} from "../../domain/messages/messages.ts";
import type { Position } from "../../eventlog/log.ts";
import { byOf, execute, versionConflict, type Write } from "../management/commands.ts";
import { invalid, type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";

/** Texts of terminals' screens are read and changed one by one. */

/** As of now on every instance. */
export async function messagesNow(services: Services): Promise<MessagesState> {
  const { heads } = await services.gate.freshness([MESSAGES_STREAM]);
  return (await services.streams.messages.load(MESSAGES_STREAM, heads[0] ?? -1)).state;
}

export type TextChanged =
  | { readonly kind: "done"; readonly state: MessagesState; readonly position: Position | null }
  | Problem;

/** @param forms null: the text goes back to what counts without it */
export async function changeText(
  services: Services,
  write: Write,
  name: TextName,
  forms: Forms | null,
): Promise<TextChanged> {
  const { rulesetId, code, language } = name;
  if (!belongsTo(rulesetId, code))
    return invalid(
      "/path/code",
      "this is decided before any ruleset is looked at: its text is the installation's",
    );
  const flaws = forms === null ? [] : flawsOf(code, language, forms);
  if (flaws.length > 0) {
    const errors = flaws.map((flaw) => ({ pointer: `/forms/${flaw.form}`, message: flawMessage(flaw) }));
    return problem("INVALID_REQUEST", undefined, { errors });
  }
  // What `If-Match` names is the programme's version, which the decision looks at.
  const { expected } = write;
  const done = await execute<MessagesState, MessagesEvent, ChangeTextRefusal>(
    services,
    services.streams.messages,
    { ...write, expected: null },
    {
      stream: MESSAGES_STREAM,
      operation: "change-text",
      decide: (state) =>
        messages.decide(state, {
          type: "ChangeText",
          ...{ rulesetId, language, code, forms, expected },
          now: write.now,
          by: byOf(write),
        }),
    },
  );
  if (done.kind === "refused") return versionConflict(done.refusal);
  return { kind: "done", state: done.folded.state, position: done.position };
}
