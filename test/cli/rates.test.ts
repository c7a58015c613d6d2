import { createServer } from "node:http";
import { readFile, writeFile } from "node:fs/promises";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { listening } from "../support/listening.ts";
import { Installation } from "../transfer/support.ts";

/** `admittance rates`, as docs/operating.md has it. */

const CSV = "Date,USD,CYP,PLN,\n2026-03-03,1.1,N/A,4.25,\n2007-03-02,1.2,0.58,3.9,\n";
const told = z.looseObject({ added: z.int(), stored: z.int(), unchanged: z.int() });

let home: Installation;
beforeAll(async () => {
  home = await Installation.create();
  await home.start();
});
afterAll(async () => {
  await home.destroy();
});

test("aFileIsTriedAndStoredAsTheDocumentSays", async () => {
  await writeFile(home.path("eurofxref-hist.csv"), CSV);
  const text = await readFile("docs/operating.md", "utf8");
  const block = /```sh rates\n([\s\S]+?)```/.exec(text)?.[1] ?? "";
  const commands = block.split("\n").flatMap((line) => {
    const words = (line.split("#")[0] ?? "").trim().split(/\s+/);
    return words[0] === "npx" ? [words.slice(2)] : [];
  });
  expect(commands).toHaveLength(2);
  const said: string[] = [];
  for (const words of commands) {
    const ran = await home.run(words.map((word) => (word.endsWith(".csv") ? home.path(word) : word)));
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    said.push(ran.stdout);
  }
  const what = "Rates from 2007-03-02 to 2026-03-03: 4 new, 0 replaced, 0 known already. Left out: CYP.";
  expect(said).toEqual([`${what} Nothing was stored.\n`, `${what}\n`]);
  await writeFile(home.path("hist.zip"), zipSync({ "eurofxref-hist.csv": strToU8(CSV) }));
  const again = await home.run(["rates", "import", home.path("hist.zip"), "--json"]);
  expect(told.parse(JSON.parse(again.stdout))).toMatchObject({ added: 0, stored: 0, unchanged: 4 });
});

test.each([
  ["missing.csv", null, "There is no file"],
  ["words.csv", "a,b\n", "the first column of its first line is not Date."],
])("whatIsNoFileOfTheBankIsToldInOneLine: %s", async (name, content, why) => {
  const path = home.path(name);
  if (content !== null) await writeFile(path, content);
  const ran = await home.run(["rates", "import", path]);
  expect([ran.code, ran.stdout, ran.stderr.trim().split("\n").length]).toEqual([1, "", 1]);
  expect(ran.stderr).toContain(why);
});

test("theyAreFetchedFromWhereTheSettingSays", async () => {
  const unset = await home.run(["rates", "pull"]);
  expect([unset.code, unset.stderr]).toEqual([
    1,
    "RATES_URL is not set: set it to ecb, or to where the rates are.\n",
  ]);
  let status = 200;
  const bank = createServer((_request, response) =>
    response.writeHead(status).end(CSV.replace("1.1", "1.3")),
  );
  const url = `http://127.0.0.1:${String(await listening(bank))}/`;
  const pulled = await home.run(["rates", "pull"], { RATES_URL: url });
  expect([pulled.code, pulled.stdout]).toEqual([0, "1 new rates; the last day is 2026-03-03.\n"]);
  status = 500;
  const refused = await home.run(["rates", "pull"], { RATES_URL: url });
  expect([refused.code, refused.stderr]).toEqual([1, `No rates from ${url}: REFUSED, status 500.\n`]);
  bank.close();
});
