import type { ActorRef } from "../actor.ts";
import { accept, type Decider, type Decision, isExpected, type Expected, refuse } from "../decider.ts";
import { type StreamKind, typesOf } from "../streamKind.ts";
import { type Instant, iso } from "../time.ts";
import type { Forms, Language, MessageCode } from "./codes.ts";
import { FORMS } from "./codes.ts";
import { messagesEvent, type MessagesEvent } from "./events.ts";

/**
 * The texts of terminals' screens that are not as the product comes, in one stream: those of the installation, and those of
 * rulesets. What a text was before is kept, since a repeated request is answered by the texts of its own time.
 */

/** One text at a revision of the stream; `forms` null: reset. */
export interface TextChange {
  readonly revision: number;
  readonly forms: Forms | null;
}

/** Of the installation, or of a ruleset. */
export interface ProgrammeTexts {
  /** How often something of it was changed: what `If-Match` takes. */
  readonly version: number;
  readonly modifiedAt: string;
  readonly modifiedBy: ActorRef;
  /** By language and code, the oldest first. */
  readonly texts: ReadonlyMap<string, readonly TextChange[]>;
}

export interface MessagesState {
  /** Of the stream's last event. */
  readonly revision: number;
  /** By the ruleset's id; empty: the installation. */
  readonly programmes: ReadonlyMap<string, ProgrammeTexts>;
}

export const INSTALLATION = "";

/** Which text is meant. `rulesetId` null: the installation's. */
export interface TextName {
  readonly rulesetId: string | null;
  readonly language: Language;
  readonly code: MessageCode;
}

export type ChangeText = TextName & {
  readonly type: "ChangeText";
  /** Null: reset. */
  readonly forms: Forms | null;
  /** Versions of the programme's texts; null for any. */
  readonly expected: Expected;
  readonly now: Instant;
  readonly by: ActorRef;
};

export type ChangeTextRefusal = { readonly code: "VERSION_CONFLICT"; readonly actual: number };

function evolve(state: MessagesState, event: MessagesEvent): MessagesState {
  const { rulesetId, language, code, at, by } = event.data;
  const revision = state.revision + 1;
  const id = rulesetId ?? INSTALLATION;
  const before = state.programmes.get(id);
  const key = textKey(language, code);
  const changes = before?.texts.get(key) ?? [];
  const forms = event.type === "ScreenTextChanged" ? event.data.forms : null;
  const programme: ProgrammeTexts = {
    version: (before?.version ?? 0) + 1,
    modifiedAt: at,
    modifiedBy: by,
    texts: new Map(before?.texts).set(key, [...changes, { revision, forms }]),
  };
  return { revision, programmes: new Map(state.programmes).set(id, programme) };
}

/** What is so already is not written. */
function decide(state: MessagesState, command: ChangeText): Decision<MessagesEvent, ChangeTextRefusal> {
  const { rulesetId, language, code, forms, expected, now, by } = command;
  const actual = versionOf(state, rulesetId);
  if (!isExpected(expected, actual)) return refuse({ code: "VERSION_CONFLICT", actual });
  const current = ownText(state, command, state.revision);
  if (sameForms(current, forms)) return accept();
  const change = { at: iso(now), by, rulesetId, language, code };
  return forms === null
    ? accept<MessagesEvent>({ type: "ScreenTextReset", data: change })
    : accept<MessagesEvent>({ type: "ScreenTextChanged", data: { ...change, forms } });
}

export const messages: Decider<MessagesState, MessagesEvent, ChangeText, ChangeTextRefusal> = {
  initial: { revision: -1, programmes: new Map() },
  evolve,
  decide,
};

export const messagesKind: StreamKind<MessagesState, MessagesEvent> = {
  decider: messages,
  event: messagesEvent,
  types: typesOf(messagesEvent),
};

export const MESSAGES_STREAM = "messages-screens";

/** 0: nothing of it was ever changed. */
export function versionOf(state: MessagesState, rulesetId: string | null): number {
  return state.programmes.get(rulesetId ?? INSTALLATION)?.version ?? 0;
}

/** A programme's own text as of a revision of the stream; null where it has none. */
export function ownText(state: MessagesState, name: TextName, asOf: number): Forms | null {
  const { rulesetId, language, code } = name;
  const changes = state.programmes.get(rulesetId ?? INSTALLATION)?.texts.get(textKey(language, code));
  return changes?.findLast(({ revision }) => revision <= asOf)?.forms ?? null;
}

function textKey(language: string, code: string): string {
  return `${language} ${code}`;
}

function sameForms(one: Forms | null, other: Forms | null): boolean {
  if (one === null || other === null) return one === other;
  return FORMS.every((form) => one[form] === other[form]);
}
