import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { violations } from "./support/axe.ts";
import { type PanelServer, signIn, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

const record = z.looseObject({ id: z.string(), priority: z.number() });

async function aRule(name: string): Promise<string> {
  const body = { name, priority: 5, cardholder: { free: 1 } };
  return record.parse((await panel.admin.send("POST", "/api/rulesets", body)).body).id;
}

async function edit(page: Page, id: string): Promise<void> {
  await page.goto(`/admin/rulesets/${id}/edit`);
  await page.getByLabel("Priority").waitFor();
}

const kept = async (page: Page): Promise<unknown> =>
  await page.evaluate(
    `Object.keys(localStorage).filter((key) => key.includes(".draft.")).map((key) => localStorage.getItem(key)).join()`,
  );

/** Once it stands in the browser's storage. */
async function keptText(page: Page, text: string): Promise<void> {
  await expect.poll(async () => await kept(page), { timeout: 20_000 }).toContain(text);
}

const offer = (page: Page) =>
  page.getByRole("status").filter({ hasText: "You have typed here and not saved it" });

describe("what was typed into a rule and not saved", () => {
  test("isOfferedAgainAfterTheTabWasLostAndIsGoneOnceItIsSaved", async () => {
    const id = await aRule("Lost and found");
    const window = await panel.signedIn(await panel.person("USER"), { expected: [/412/] });
    const first = window.page;
    await edit(first, id);
    await first.getByLabel("Priority").fill("17");
    await keptText(first, '"17"');
    await first.close();

    const page = await window.context.newPage();
    await edit(page, id);
    await expect.poll(() => page.getByLabel("Priority").inputValue()).toBe("5");
    expect(await violations(page)).toEqual([]);
    await offer(page).getByRole("button", { name: "Go on with it" }).click();
    await expect.poll(() => page.getByLabel("Priority").inputValue()).toBe("17");
    await page.getByRole("button", { name: "Save draft" }).click();
    await page.getByText("The draft of Lost and found was saved.").waitFor();
    await expect.poll(() => kept(page)).toBe("");
    await edit(page, id);
    await expect.poll(() => offer(page).count()).toBe(0);
    expect(record.parse((await panel.admin.send("GET", `/api/rulesets/${id}`)).body).priority).toBe(17);

    // Once more, and somebody else has saved meanwhile: nothing of theirs is overwritten unseen.
    await page.getByLabel("Priority").fill("18");
    await keptText(page, '"18"');
    await page.close();
    const theirs = { name: "Lost and found", priority: 19, cardholder: { free: 1 } };
    await panel.admin.send("PUT", `/api/rulesets/${id}`, theirs);
    const last = await window.context.newPage();
    await edit(last, id);
    await offer(last).getByText("Somebody else has saved since then").waitFor();
    await offer(last).getByRole("button", { name: "Go on with it" }).click();
    await last.getByRole("button", { name: "Save draft" }).click();
    const dialog = last.getByRole("dialog", { name: "Somebody else has saved meanwhile" });
    await dialog.getByLabel("Mine: 18").waitFor();
    await dialog.getByLabel("Theirs: 19").waitFor();
    await window.context.close();
  });

  test("isNoOneElsesIsDroppedBySayingNoAndBySigningOutAndHoldsNoCardNumber", async () => {
    const id = await aRule("Nobody's business");
    const who = await panel.person("USER");
    const other = await panel.person("USER");
    const window = await panel.signedIn(who, { expected: [/422/] });
    const { page } = window;
    await edit(page, id);
    // Asked later than it would be kept: the server refuses it too.
    const refused = page.waitForResponse((response) => response.status() === 422);
    await page.getByLabel("Description").fill("5555 5555 5555 4444");
    await refused;
    await expect.poll(() => kept(page)).toBe("");
    await page.getByLabel("Description").fill("Of mine");
    await keptText(page, "Of mine");

    // Leaving on purpose is saying no.
    await page.getByRole("link", { name: "Rules", exact: true }).first().click();
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Rules", exact: true }).waitFor();
    await expect.poll(() => kept(page)).toBe("");

    await edit(page, id);
    await page.getByLabel("Description").fill("Of mine again");
    await keptText(page, "Of mine again");
    await page.reload();
    await offer(page).getByRole("button", { name: "Discard it" }).click();
    await expect.poll(() => kept(page)).toBe("");

    await page.getByLabel("Description").fill("A third time");
    await keptText(page, "A third time");
    // Another person at the same browser, after a session that was never ended.
    await window.context.clearCookies();
    await page.goto("about:blank");
    await signIn(window, other);
    await edit(page, id);
    await expect.poll(() => offer(page).count()).toBe(0);
    await page.getByRole("button", { name: "Account of" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("E-mail").waitFor();
    await expect.poll(() => kept(page)).toBe("");
    await window.close();
  });
});
