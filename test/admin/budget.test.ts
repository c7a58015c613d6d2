import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { areasOf } from "../../src/admin/texts/areas.ts";

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

/** The words that come with a page. */
function words(page: string): readonly string[] {
  const [folder = ""] = /(?<=routes)\/[^/]+/.exec(page) ?? [];
  return Object.keys(manifest).filter((name) =>
    areasOf(folder).some((area) => name.endsWith(`texts/en/${area}.ts`)),
  );
}

describe("what a page costs from cold, gzipped", () => {
  test("thereArePages", () => {
    expect(pages.length).toBeGreaterThan(5);
    expect(english).not.toBe("");
    expect(words("routes/rulesets/edit/RulesetEditorPage.tsx")).toHaveLength(3);
  });

  for (const page of pages) {
    test(`${page} takes at most ${String(MOST)} kB of scripts, of which 70 are its own, and 30 kB of styles`, () => {
      const shell = new Set([...closure(entry), ...closure(english)]);
      const all = new Set([...shell, ...closure(page), ...words(page)]);
      const own = [...closure(page)].filter((name) => !shell.has(name));
      const files = (names: Iterable<string>): string[] =>
        [...names].map((name) => manifest[name]?.file ?? "").filter((file) => file.endsWith(".js"));
      const styles = new Set([...all].flatMap((name) => manifest[name]?.css ?? []));
      expect(kilobytes(files(all))).toBeLessThanOrEqual(MOST);
      expect(kilobytes(files(own))).toBeLessThanOrEqual(70);
      expect(kilobytes(styles)).toBeLessThanOrEqual(30);
    });
  }
});

test("noPartOfThePanelWaitsForItself: what imports what goes round in no circle, else it stops before its first line", () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) circles.push([...path.slice(path.indexOf(name)), name].join(" > "));
    if (path.includes(name) || done.has(name)) return;
    // What everything begins with is run last, whatever asks for it.
    const asked = (manifest[name]?.imports ?? []).filter((one) => manifest[one]?.isEntry !== true);
    for (const imported of asked) visit(imported, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(manifest)) visit(name, []);
  expect(circles).toEqual([]);
});
