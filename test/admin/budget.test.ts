import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const dist = new URL("../../dist/admin/", import.meta.url);
const chunk = z.object({
  file: z.string(),
  imports: z.array(z.string()).optional(),
  css: z.array(z.string()).optional(),
  isEntry: z.boolean().optional(),
  isDynamicEntry: z.boolean().optional(),
});
const manifest = z
  .record(z.string(), chunk)
  .parse(JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8")));

/** Everything that a chunk can't run without. */
function closure(name: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const imported of manifest[name]?.imports ?? []) closure(imported, seen);
  return seen;
}

/** Words that a page's route loads beside its code. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  OperationPage: ["operation"],
  SystemPage: ["system"],
  VirtualTerminalPage: ["virtualTerminal"],
};

function wordsOf(page: string): readonly string[] {
  const name = /(\w+)\.tsx$/.exec(page)?.[1] ?? "";
  const words = (WORDS[name] ?? []).map((area) => `texts/en/${area}.ts`);
  return Object.keys(manifest).filter((one) => words.some((area) => one.endsWith(area)));
}

/** As the server sends them. */
function kilobytes(files: Iterable<string>): number {
  let bytes = 0;
  for (const file of files) {
    const zipped = new URL(`${file}.gz`, dist);
    bytes += readFileSync(existsSync(zipped) ? zipped : new URL(file, dist)).length;
  }
  return bytes / 1_000;
}

const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry === true) ?? "";
const english = Object.keys(manifest).find((name) => name.endsWith("texts/en/index.ts")) ?? "";
const pages = Object.keys(manifest).filter(
  (name) => manifest[name]?.isDynamicEntry === true && name.endsWith("Page.tsx"),
);

const MOST = 230;
/** Above the limit still: the form's schema and every field at once. Lowered as soon as the words of rules come by the page. */
const MOST_OF_THE_EDITOR = 233;

describe("what a page costs from cold, gzipped", () => {
  test("thereArePages", () => {
    expect(pages.length).toBeGreaterThan(5);
    expect(english).not.toBe("");
    expect(pages.flatMap(wordsOf)).toHaveLength(Object.values(WORDS).flat().length);
  });

  for (const page of pages) {
    const most = page.endsWith("/RulesetEditorPage.tsx") ? MOST_OF_THE_EDITOR : MOST;
    test(`${page} takes at most ${String(most)} kB of scripts, of which 70 are its own, and 30 kB of styles`, () => {
      const shell = new Set([...closure(entry), ...closure(english)]);
      const all = new Set([...shell, ...closure(page), ...wordsOf(page)]);
      const own = [...all].filter((name) => !shell.has(name));
      const files = (names: Iterable<string>): string[] =>
        [...names].map((name) => manifest[name]?.file ?? "").filter((file) => file.endsWith(".js"));
      const styles = new Set([...all].flatMap((name) => manifest[name]?.css ?? []));
      expect(kilobytes(files(all))).toBeLessThanOrEqual(most);
      expect(kilobytes(files(own))).toBeLessThanOrEqual(70);
      expect(kilobytes(styles)).toBeLessThanOrEqual(30);
    });
  }
});
