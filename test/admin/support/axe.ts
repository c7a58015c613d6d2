import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { z } from "zod";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const found = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })) }),
);

/** What axe finds by WCAG 2.2 AA on the page as it stands. */
export async function violations(page: Page): Promise<readonly string[]> {
  return await foundBy(page, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]);
}

/** Of these what is about colours: texts, and links within text. */
export async function contrasts(page: Page): Promise<readonly string[]> {
  return await foundBy(page, ["color-contrast", "link-in-text-block"]);
}

/** @param rules tags or names of rules */
async function foundBy(page: Page, rules: readonly string[]): Promise<readonly string[]> {
  // By the debugger: the page's own policy lets no script of ours in.
  await page.evaluate(AXE);
  const result: unknown = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then((found) => found.violations)`,
  );
  return found
    .parse(result)
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`,
    );
}
