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
import { answerBy, table } from "./answer.ts";
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
  const add: Add = (name, says) =>
    withServer(messages.command(name), world)
      .description(says)
      .option("--programme <id>", "a ruleset's id; without it the whole installation", "installation");
  addReading(world, add);
  addWriting(world, add);
  return messages;
}

type Add = (name: string, says: string) => Command;

function addReading(world: CliWorld, add: Add): void {
  add("list", "every text, with whose it is")
    .option("--own", "only those that were changed here")
    .addOption(new Option("--language <language>", "in this language only").choices([...LANGUAGES]))
    .action(async (of: Of & { readonly own?: boolean; readonly language?: string }) => {
      const mine = of.programme === "installation" ? "INSTALLATION" : "RULESET";
      const texts = (await fetched(world, of)).texts.filter(
        (one) => (of.language ?? one.language) === one.language && (of.own !== true || one.origin === mine),
      );
      const rows = texts.map((one) => [one.code, one.language, one.origin.toLowerCase(), one.forms.other]);
      say(world, { texts }, ...table(["code", "language", "whose", "text"], rows));
    });
  inLanguage(add("preview <code>", "draws the screen with one text, form by form"))
    .option("--text <text>", "with this text, which is not saved")
    .option("--longest", "with the longest that can be put in")
    .addOption(
      new Option("--screen <screen>", "of which size")
        .choices(SCREENS.map((one) => one.name))
        .default("4x20"),
    )
    .action(async (name: string, of: Previewed) => await preview(world, codeOf(name), of));
}

function addWriting(world: CliWorld, add: Add): void {
  inLanguage(add("set <code>", "changes one text"))
    .requiredOption("--text <text>", "what it says; with a number in it, for any that has no form of its own")
    .option("--one <text>", "where the number wants the form for one")
    .option("--few <text>", "… for a few")
    .option("--many <text>", "… for many")
    .action(async (name: string, of: Typed) => {
      const code = codeOf(name);
      const forms = formsOfOptions(of);
      await (await clientOf(world, of)).send("PUT", pathOf(code, of), { forms }, keyOf(world));
      const { language: spoken, programme } = of;
      say(world, { code, language: spoken, programme }, "Screens say this from the next tap on.");
    });
  inLanguage(add("reset <code>", "takes one text back to what counts without it")).action(
    async (name: string, of: OfText) => {
      const code = codeOf(name);
      await (await clientOf(world, of)).send("DELETE", pathOf(code, of), undefined, keyOf(world));
      const forms = textOf(await fetched(world, of), code, of.language);
      say(world, { code, language: of.language, forms }, `Screens say again: ${forms.other}`);
    },
  );
}

type Previewed = OfText & { readonly text?: string; readonly longest?: boolean; readonly screen: string };

async function preview(world: CliWorld, code: MessageCode, of: Previewed): Promise<void> {
  const spoken = language.parse(of.language);
  const screen = SCREENS.find((one) => one.name === of.screen) ?? SCREENS[0];
  const forms = of.text === undefined ? textOf(await fetched(world, of), code, spoken) : { other: of.text };
  const shown = formsOf(code, spoken)
    .filter((form) => forms[form] !== undefined)
    .map((form) => ({ form, text: exampleOf(forms, form, spoken, of.longest === true) }));
  say(
    world,
    { screen: screen.name, shown: shown.map((one) => ({ ...one, pages: pagesOf(one.text, screen) })) },
    ...shown.flatMap(({ text }) => drawn(text, screen)),
  );
}

function inLanguage(command: Command): Command {
  return command.addOption(
    new Option("--language <language>", "in which language").choices([...LANGUAGES]).makeOptionMandatory(),
  );
}

async function clientOf(world: CliWorld, server: Server): Promise<Client> {
  return createClient(server.url, await demoKey(world, server.dataDir));
}

function keyOf(world: CliWorld): Record<string, string> {
  return { "idempotency-key": world.newId() };
}

function pathOf(code: MessageCode, of: OfText): string {
  return `/api/messages/${encodeURIComponent(of.programme)}/${of.language}/${code}`;
}

async function fetched(world: CliWorld, of: Of): Promise<z.infer<typeof view>> {
  const client = await clientOf(world, of);
  return view.parse((await client.send("GET", `/api/messages/${encodeURIComponent(of.programme)}`)).body);
}

function say(world: CliWorld, fields: Readonly<Record<string, unknown>>, ...lines: readonly string[]): void {
  answerBy(world.write, world.isJson)(fields, ...lines);
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
