import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { LONGEST, PLACEHOLDERS } from "../../src/domain/messages/placeholders.ts";
import { check, simpleProgramme, testPan } from "../support/programme.ts";
import type { Product } from "../support/product.ts";
import { Installation, type Ran } from "../transfer/support.ts";

/** `admittance messages`, as docs/messages.md has it. */

let home: Installation;
let product: Product;
let text: string;
beforeAll(async () => {
  text = await readFile("docs/messages.md", "utf8");
  home = await Installation.create();
  product = await home.start();
});
afterAll(async () => {
  await home.destroy();
});

async function messages(...words: string[]): Promise<Ran> {
  return await home.run(["messages", ...words, "--url", product.url], { ADMITTANCE_KEY: home.adminKey });
}

/** The words of a line, as a shell takes them. */
function wordsOf(line: string): readonly string[] {
  return [...(line.split("#")[0] ?? "").matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
}

test("theExamplesDoWhatTheySay", async () => {
  const block = /```sh messages\n([\s\S]+?)```/.exec(text)?.[1] ?? "";
  const commands = block.split("\n").flatMap((line) => {
    const [npx, , command, ...words] = wordsOf(line);
    return npx === "npx" && command === "messages" ? [words] : [];
  });
  expect(commands).toHaveLength(5);
  const said: string[] = [];
  for (const words of commands) {
    const ran = await messages(...words);
    expect([words, ran.code, ran.stderr]).toEqual([words, 0, ""]);
    said.push(ran.stdout);
  }
  const [list = "", set, , preview, reset] = said;
  expect(list).toContain("Limit wejść dla tej karty został wyczerpany.");
  expect(list.split("\n")).toHaveLength(17);
  expect(set).toBe("Screens say this from the next tap on.\n");
  expect(preview).toContain("|Jeszcze 1 raz       |\n|                    |");
  expect(reset).toBe("Screens say again: The usage limit for this card is exceeded.\n");
});

test("aTextOfARulesetIsToldToItsTerminals, and --json answers with JSON", async () => {
  const { terminal, rulesetId } = await simpleProgramme(home.admin(product), product.url);
  const of = ["GRANTED_FREE", "--language", "en", "--programme", rulesetId];
  expect((await messages("set", ...of, "--text", "Welcome to {programme}", "--json")).code).toBe(0);
  const told = z.looseObject({ message: z.string() });
  expect(told.parse((await check(terminal, testPan(1))).body).message).toMatch(/^Welcome to \S/);
  const listed = await messages("list", "--own", "--programme", rulesetId, "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject({
    texts: [
      { code: "GRANTED_FREE", language: "en", origin: "RULESET", forms: { other: "Welcome to {programme}" } },
    ],
  });
  const drawn = await messages("preview", ...of, "--longest", "--json");
  expect(JSON.parse(drawn.stdout)).toMatchObject({
    screen: "4x20",
    shown: [{ form: "other", pages: [["Welcome to", "MMMMMMMMMMMMMMMMMMMM"]] }],
  });
});

test.each([
  [
    ["set", "LIMIT_EXCEEDED", "--language", "en", "--text", "{pan}"],
    "/forms/other this text has the placeholders",
  ],
  [["set", "NOTHING", "--language", "en", "--text", "x"], "There is no code"],
  [["reset", "CARD_FROZEN", "--language", "en", "--programme", "01J00000000000000000000000"], "NOT_FOUND"],
  [["set", "LIMIT_EXCEEDED", "--language", "xx", "--text", "x"], "Allowed choices are en, pl, de, es, tr"],
])("whatIsRefusedIsToldInWords: %j", async (words, why) => {
  const ran = await messages(...words);
  expect([ran.code, ran.stdout]).toEqual([1, ""]);
  expect(ran.stderr).toContain(why);
});

test("theTableOfPlaceholdersIsTheProducts", () => {
  const rows = [...text.matchAll(/^\| `\{(\w+)\}` \| .* \| (\d+) \| /gm)].map(([, name, most]) => [
    name,
    Number(most),
  ]);
  expect(rows).toEqual(PLACEHOLDERS.map((name) => [name, LONGEST[name]]));
});
