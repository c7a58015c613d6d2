import { Command, Option } from "commander";
import { z } from "zod";
import {
  FORMS,
  type Forms,
  formsOf,
  language,
  LANGUAGES,
  messageCode,
  type MessageCode,
} from "../domain/messages/codes.ts";
import { storedForms } from "../domain/messages/events.ts";
import { exampleOf } from "../domain/messages/examples.ts";
import { pagesOf, type Screen, SCREENS } from "../domain/messages/screen.ts";
import { type Client, createClient } from "../client.ts";
import { SetupError } from "../settings.ts";
import { table } from "./answer.ts";
import { type CliWorld, demoKey } from "./pos/shell.ts";
import { type Server, withServer } from "./webhooks/command.ts";

/** `admittance messages`: what terminals' screens say, by an API key over HTTP. */

const view = z.looseObject({
  texts: z.array(
    z.looseObject({ code: z.string(), language: z.string(), origin: z.string(), forms: storedForms }),
  ),
});

interface Of extends Server {
  readonly programme: string;
}
interface OfText extends Of {
  readonly language: string;
}
interface Typed extends OfText {
  readonly text: string;
  readonly one?: string;
  readonly few?: string;
  readonly many?: string;
}

export function messagesCommand(world: CliWorld): Command {
  const messages = new Command("messages").description("what terminals' screens say");
  const add = (name: string, says: string): Command =>
    withServer(messages.command(name), world)
      .description(says)
      .option("--programme <id>", "a ruleset's id; without it the whole installation", "installation");
  const ofLanguage = (command: Command): Command =>
    command.addOption(
      new Option("--language <language>", "in which language").choices([...LANGUAGES]).makeOptionMandatory(),
    );
  const client = async (server: Server): Promise<Client> =>
    createClient(server.url, await demoKey(world, server.dataDir));
  const pathOf = (code: MessageCode, of: OfText): string =>
    `/api/messages/${encodeURIComponent(of.programme)}/${of.language}/${code}`;
  const key = () => ({ "idempotency-key": world.newId() });
  const fetched = async (of: Of): Promise<z.infer<typeof view>> =>
    view.parse(
      (await (await client(of)).send("GET", `/api/messages/${encodeURIComponent(of.programme)}`)).body,
    );
  const say = (fields: Readonly<Record<string, unknown>>, ...lines: readonly string[]): void => {
    if (world.isJson()) world.write(JSON.stringify(fields));
    else for (const line of lines) world.write(line);
  };

  add("list", "every text, with whose it is")
    .option("--own", "only those that were changed here")
    .addOption(new Option("--language <language>", "in this language only").choices([...LANGUAGES]))
    .action(async (of: Of & { readonly own?: boolean; readonly language?: string }) => {
      const mine = of.programme === "installation" ? "INSTALLATION" : "RULESET";
      const texts = (await fetched(of)).texts.filter(
        (one) => (of.language ?? one.language) === one.language && (of.own !== true || one.origin === mine),
      );
      const rows = texts.map((one) => [one.code, one.language, one.origin.toLowerCase(), one.forms.other]);
      say({ texts }, ...table(["code", "language", "whose", "text"], rows));
    });
  ofLanguage(add("set <code>", "changes one text"))
    .requiredOption("--text <text>", "what it says; with a number in it, for any that has no form of its own")
    .option("--one <text>", "where the number wants the form for one")
    .option("--few <text>", "… for a few")
    .option("--many <text>", "… for many")
    .action(async (name: string, of: Typed) => {
      const code = codeOf(name);
      await (await client(of)).send("PUT", pathOf(code, of), { forms: formsOfOptions(of) }, key());
      say({ code, language: of.language, programme: of.programme }, `Screens say this from the next tap on.`);
    });
  ofLanguage(add("reset <code>", "takes one text back to what counts without it")).action(
    async (name: string, of: OfText) => {
      const code = codeOf(name);
      await (await client(of)).send("DELETE", pathOf(code, of), undefined, key());
      const now = textOf(await fetched(of), code, of.language);
      say({ code, language: of.language, forms: now }, `Screens say again: ${now.other}`);
    },
  );
  ofLanguage(add("preview <code>", "draws the screen with one text, form by form"))
    .option("--text <text>", "with this text, which is not saved")
    .option("--longest", "with the longest that can be put in")
    .addOption(
      new Option("--screen <screen>", "of which size")
        .choices(SCREENS.map((one) => one.name))
        .default("4x20"),
    )
    .action(
      async (
        name: string,
        of: OfText & { readonly text?: string; readonly longest?: boolean; readonly screen: string },
      ) => {
        const code = codeOf(name);
        const spoken = language.parse(of.language);
        const screen = SCREENS.find((one) => one.name === of.screen) ?? SCREENS[0];
        const forms = of.text === undefined ? textOf(await fetched(of), code, spoken) : { other: of.text };
        const shown = formsOf(code, spoken)
          .filter((form) => forms[form] !== undefined)
          .map((form) => ({ form, text: exampleOf(forms, form, spoken, of.longest === true) }));
        say(
          { screen: screen.name, shown: shown.map((one) => ({ ...one, pages: pagesOf(one.text, screen) })) },
          ...shown.flatMap(({ text }) => drawn(text, screen)),
        );
      },
    );
  return messages;
}

/** @throws SetupError for what is no code */
function codeOf(name: string): MessageCode {
  const code = messageCode.safeParse(name);
  if (!code.success)
    throw new SetupError(`There is no code ${JSON.stringify(name)}: ${messageCode.options.join(", ")}.`);
  return code.data;
}

function textOf({ texts }: z.infer<typeof view>, code: string, spoken: string): Forms {
  const found = texts.find((one) => one.code === code && one.language === spoken);
  if (found === undefined)
    throw new SetupError(
      `${code} is decided before any ruleset is looked at: it has no text of its own here.`,
    );
  return found.forms;
}

function formsOfOptions(of: Typed): Forms {
  const typed = { one: of.one, few: of.few, many: of.many, other: of.text };
  const some = FORMS.filter((form) => typed[form] !== undefined).map((form) => [form, typed[form]]);
  return storedForms.parse(Object.fromEntries(some));
}

function drawn(text: string, screen: Screen): readonly string[] {
  const edge = `+${"-".repeat(screen.columns)}+`;
  return pagesOf(text, screen).flatMap((lines) => [
    edge,
    ...Array.from({ length: screen.rows }, (_, row) => `|${(lines[row] ?? "").padEnd(screen.columns)}|`),
    edge,
  ]);
}
