import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import {
  type Forms,
  isOfRulesets,
  language,
  LANGUAGES,
  messageCode,
  MESSAGE_CODES,
} from "../../domain/messages/codes.ts";
import { defaultForms } from "../../domain/messages/defaults.ts";
import { storedForms } from "../../domain/messages/events.ts";
import { messageInput } from "../../domain/messages/input.ts";
import {
  INSTALLATION,
  type MessagesState,
  ownText,
  type TextName,
  versionOf,
} from "../../domain/messages/messages.ts";
import { isUnlimited, MAY, type Principal } from "../../domain/user/access.ts";
import { changeText, messagesNow } from "../../engine/messages/change.ts";
import type { Position } from "../../eventlog/log.ts";
import { type Answer, type Reply, reply } from "../http/answer.ts";
import { type Problem, problem } from "../http/problems.ts";
import { actorNames, actorShape } from "./actors.ts";
import { shown } from "./records.ts";
import { lifeBeyondScope, visibleRuleset } from "./rulesetScope.ts";
import type { Kit, ManagementCall, SecuredAnyRoute } from "./secured.ts";

/** What terminals' screens say: the texts of the installation, and those that a ruleset has of its own. */

const tag = "Messages";
const path = "/api/messages";
const own = `${path}/{programme}/{language}/{code}`;

const WHOSE = "A ruleset's id, or `installation`: its texts count wherever a ruleset has none of its own.";
const programme = z.literal("installation").or(ulid).describe(WHOSE);
const whose = z.string().describe(WHOSE);

const textShape = z.object({
  code: messageCode.describe("A rejection's code, or how a card may enter."),
  language,
  forms: storedForms,
  origin: z
    .enum(["RULESET", "INSTALLATION", "PRODUCT"])
    .describe("Whose text it is: `PRODUCT` for what comes with it."),
  inherited: storedForms.describe("The text that would count without the one that was changed here."),
});

const messagesShape = z.object({
  programme: whose,
  name: z.string().nullable().describe("Of the ruleset; null for the installation."),
  texts: z.array(textShape),
  mayChange: z.boolean().describe("Whether you may change them."),
  modifiedAt: z.string().nullable(),
  modifiedBy: actorShape.nullable(),
});

const listShape = z.object({
  items: z.array(
    z.object({
      programme: whose,
      name: z.string().nullable(),
      changed: z.int().describe("How many texts it has of its own."),
    }),
  ),
});

export function messageRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [list(kit), show(kit), change(kit), reset(kit)];
}

function list({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path,
    summary: "The installation, and the rulesets that have texts of their own",
    tag,
    permission: "messages:read",
    answers: { 200: listShape },
    handle: async ({ visibility }) => {
      const state = await messagesNow(services);
      const items = [{ programme: "installation", name: null, changed: changedOf(state, null) }];
      const found = [];
      for (const id of state.programmes.keys()) {
        const changed = id === INSTALLATION ? 0 : changedOf(state, id);
        const life = changed === 0 ? null : await visibleRuleset(services, visibility, id);
        if (life !== null) found.push({ programme: id, name: nameOf(life), changed });
      }
      found.sort((a, b) => a.name.localeCompare(b.name));
      return reply(200, { items: [...items, ...found] });
    },
  });
}

function show(kit: Kit): SecuredAnyRoute {
  return kit.secure({
    method: "GET",
    path: `${path}/{programme}`,
    summary: "Every text of the installation, or of a ruleset, in every language",
    description:
      "A text that a ruleset does not have of its own is the installation's, and else the product's. Where something of a text can't be filled in, the next of these is shown.",
    tag,
    permission: "messages:read",
    params: z.strictObject({ programme }),
    answers: { 200: messagesShape },
    handle: async (call) => {
      const about = await programmeOf(kit, call, call.params.programme);
      if (about.kind === "problem") return about;
      return await viewed(kit, call, about, await messagesNow(kit.services));
    },
  });
}

const textParams = z.strictObject({ programme, language, code: messageCode });

function change(kit: Kit): SecuredAnyRoute {
  return kit.secure({
    method: "PUT",
    path: own,
    summary: "Change one text",
    description: `At most 160 characters, with every placeholder at its longest. Placeholders: docs/messages.md.`,
    tag,
    permission: "messages:write",
    params: textParams,
    body: messageInput,
    answers: { 200: messagesShape },
    handle: async (call) => await write(kit, call, call.params, call.body.forms),
  });
}

function reset(kit: Kit): SecuredAnyRoute {
  return kit.secure({
    method: "DELETE",
    path: own,
    summary: "Take one text back to what counts without it",
    tag,
    permission: "messages:write",
    params: textParams,
    answers: { 200: messagesShape },
    handle: async (call) => await write(kit, call, call.params, null),
  });
}

/** Whose texts are meant. */
interface Programme {
  readonly kind: "programme";
  readonly rulesetId: string | null;
  readonly name: string | null;
  /** Why they are not the caller's to change; null where they are. */
  readonly refused: Problem | null;
}

type Asking = Pick<ManagementCall<unknown, unknown, unknown, never>, "visibility" | "write">;

/** A scope changes what lies wholly inside it; the installation's texts are everybody's. */
async function programmeOf(
  { services }: Kit,
  { visibility, write: { now } }: Asking,
  id: string,
): Promise<Programme | Problem> {
  if (id === "installation") {
    const refused = isUnlimited(visibility)
      ? null
      : problem(
          "FORBIDDEN",
          "The installation's texts are everybody's: whoever has a scope changes those of rulesets.",
        );
    return { kind: "programme", rulesetId: null, name: null, refused };
  }
  const life = await visibleRuleset(services, visibility, id);
  if (life === null) return problem("NOT_FOUND");
  const refused = await lifeBeyondScope(services, visibility, life, now);
  return { kind: "programme", rulesetId: id, name: nameOf(life), refused };
}

async function write(
  kit: Kit,
  call: Asking,
  { programme: id, language: of, code }: z.infer<typeof textParams>,
  forms: Forms | null,
): Promise<Reply<200, Answer<typeof messagesShape>> | Problem> {
  const about = await programmeOf(kit, call, id);
  if (about.kind === "problem") return about;
  if (about.refused !== null) return about.refused;
  const name = { rulesetId: about.rulesetId, language: of, code };
  const done = await changeText(kit.services, call.write, name, forms);
  if (done.kind === "problem") return done;
  return await viewed(kit, call, about, done.state, done.position);
}

async function viewed(
  { services }: Kit,
  { visibility, write: { principal } }: Asking,
  about: Programme,
  state: MessagesState,
  position: Position | null = null,
): Promise<Reply<200, Answer<typeof messagesShape>>> {
  const { rulesetId, name, refused } = about;
  const changed = state.programmes.get(rulesetId ?? INSTALLATION) ?? null;
  const codes = MESSAGE_CODES.filter((code) => rulesetId === null || isOfRulesets(code));
  const body = {
    programme: rulesetId ?? "installation",
    name,
    texts: LANGUAGES.flatMap((of) => codes.map((code) => textOf(state, { rulesetId, language: of, code }))),
    mayChange: refused === null && mayWrite(principal),
    modifiedAt: changed?.modifiedAt ?? null,
    modifiedBy: changed === null ? null : await actorNames(services, visibility)(changed.modifiedBy),
  };
  return shown(body, versionOf(state, rulesetId), position);
}

function textOf(state: MessagesState, name: TextName): Answer<typeof textShape> {
  const { rulesetId, language: of, code } = name;
  const installations = ownText(state, { ...name, rulesetId: null }, state.revision);
  const product = defaultForms(of, code);
  const mine = ownText(state, name, state.revision);
  const inherited = rulesetId === null ? product : (installations ?? product);
  const from = rulesetId !== null && installations !== null ? "INSTALLATION" : "PRODUCT";
  const origin = mine === null ? from : rulesetId === null ? "INSTALLATION" : "RULESET";
  return { code, language: of, forms: mine ?? inherited, origin, inherited };
}

function changedOf(state: MessagesState, rulesetId: string | null): number {
  const texts = state.programmes.get(rulesetId ?? INSTALLATION)?.texts.values() ?? [];
  return [...texts].filter((changes) => changes.at(-1)?.forms != null).length;
}

function mayWrite({ role }: Principal): boolean {
  return MAY[role].has("messages:write");
}

function nameOf(life: NonNullable<Awaited<ReturnType<typeof visibleRuleset>>>): string {
  return (life.versions.at(-1)?.body ?? life.draft)?.name ?? "";
}
