import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PNG } from "../support/pictures.ts";
import { openWindow } from "./support/browser.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";

let panel: PanelServer;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(async () => {
  await panel.stop();
});

const OWN = {
  name: "Admittance",
  accent: "#1d5fbf",
  logo: null,
  support: { email: null, phone: null },
  links: [],
  services: {
    LOUNGE: { offered: true, names: { en: null, pl: null } },
    FAST_LINE: { offered: true, names: { en: null, pl: null } },
  },
};
afterEach(async () => {
  await panel.admin.send("PUT", "/api/branding", OWN);
});

describe("the white label", () => {
  test("isChangedByAnAdministrator, previewed in both schemes, and there for everybody, also signed out", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page } = window;
    await page.getByRole("link", { name: "White label" }).click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Vistula Lounges");
    await page.getByRole("textbox", { name: "Colour", exact: true }).fill("#ffd400");
    const preview = page.getByRole("complementary", { name: "Preview" });
    await preview.getByText(/Buttons, Light: #[0-9a-f]{6} instead of #ffd400/).waitFor();
    await preview.getByRole("region", { name: "Dark" }).getByText("Vistula Lounges").waitFor();
    await page.getByLabel("Logo").setInputFiles({ name: "l.png", mimeType: "image/png", buffer: PNG });
    await page.getByRole("button", { name: "Use the product's own" }).waitFor();
    await page.getByRole("textbox", { name: "Support e-mail" }).fill("help@example.org");
    await page.getByRole("button", { name: "Add a page" }).click();
    await page.getByRole("textbox", { name: "Name of page 1" }).fill("Imprint");
    await page.getByRole("textbox", { name: "Address of page 1" }).fill("http://example.org");
    await page.getByRole("checkbox", { name: "Fast line is offered" }).uncheck();
    await page.getByRole("textbox", { name: "Lounge in English" }).fill("Vistula club");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").getByText("an address that begins with https:// is wanted").waitFor();
    await page.getByRole("textbox", { name: "Address of page 1" }).fill("https://example.org/imprint");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("link", { name: "Vistula Lounges" }).waitFor();
    await expect.poll(() => page.title()).toBe("White label · Vistula Lounges");
    await page.goto("/admin/locations/new");
    const services = page.getByRole("combobox", { name: "Service" });
    await services.getByRole("option").first().waitFor({ state: "attached" });
    await expect.poll(() => services.getByRole("option").allTextContents()).toEqual(["Vistula club"]);
    await page.goto("/admin/rulesets/new");
    await page.getByRole("checkbox", { name: "Vistula club" }).waitFor();
    await expect.poll(() => page.getByRole("checkbox", { name: "Fast line" }).count()).toBe(0);
    await window.close();

    const out = await openWindow(panel.browser, panel.url);
    await out.page.goto("/admin/sign-in");
    await out.page.getByText("Vistula Lounges").waitFor();
    await out.page.getByRole("link", { name: "help@example.org" }).waitFor();
    const link = out.page.getByRole("link", { name: "Imprint" });
    await expect.poll(() => link.getAttribute("href")).toBe("https://example.org/imprint");
    await expect.poll(() => link.getAttribute("rel")).toBe("noreferrer");
    // A picture is there when it was loaded, which a page does not wait for.
    await expect
      .poll(() =>
        out.page.evaluate(
          "[...document.images].map((image) => [new URL(image.src).pathname.slice(0, 19), image.naturalWidth])",
        ),
      )
      .toEqual([["/api/branding/logo/", 1]]);
    await out.close();
  });

  test("reachesTheOtherTabsAtOnce, signed in or not, and leaves what is typed there", async () => {
    const window = await panel.signedIn(await panel.person("ADMIN"));
    const { page, context } = window;
    const other = await context.newPage();
    await other.goto("/admin/locations/new");
    await other.getByRole("textbox", { name: "City" }).fill("Krakow");
    const colour = `getComputedStyle(document.querySelector("button[type=submit]")).backgroundColor`;
    const before = await other.evaluate(colour);
    await page.goto("/admin/branding");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Vistula Lounges");
    await page.getByRole("textbox", { name: "Colour", exact: true }).fill("#8a1c7c");
    await page.getByLabel("Logo").setInputFiles({ name: "l.png", mimeType: "image/png", buffer: PNG });
    await page.getByRole("button", { name: "Use the product's own" }).waitFor();
    await page.getByRole("textbox", { name: "Lounge in English" }).fill("Vistula club");
    await page.getByRole("button", { name: "Save" }).click();
    for (const tab of [page, other]) await tab.getByRole("link", { name: "Vistula Lounges" }).waitFor();
    const service = other.getByRole("combobox", { name: "Service" });
    await expect.poll(() => service.getByRole("option", { name: "Vistula club" }).count()).toBe(1);
    await expect.poll(() => other.title()).toContain("Vistula Lounges");
    await expect.poll(() => other.evaluate(colour)).not.toBe(before);
    await expect
      .poll(() => other.evaluate(`document.querySelector("header img").src`))
      .toContain("/api/branding/logo/");
    await expect.poll(() => other.getByRole("textbox", { name: "City" }).inputValue()).toBe("Krakow");
    // And back: the page asks for no other version than the one that it has written.
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Admittance");
    await page.getByRole("textbox", { name: "Colour", exact: true }).fill("#1d5fbf");
    await page.getByRole("button", { name: "Save" }).click();
    await other.getByRole("link", { name: "Admittance" }).waitFor();
    await expect.poll(() => other.evaluate(colour)).toBe(before);
    await window.close();
  });

  test("reachesTheOpenBrowsersOfOthers, signed in or not, without a reload, and asks nothing while a page loads", async () => {
    const open = await panel.signedIn(await panel.person("USER"));
    const out = await openWindow(panel.browser, panel.url);
    const asked: string[] = [];
    for (const { page } of [open, out]) {
      page.on("request", (request) => {
        if (request.url().includes("/api/branding")) asked.push(request.url());
      });
      await page.clock.install();
    }
    await open.page.goto("/admin/locations/new");
    await open.page.getByRole("textbox", { name: "City" }).fill("Krakow");
    await out.page.goto("/admin/sign-in");
    await out.page.getByLabel("E-mail").fill("anna@example.org");
    await panel.admin.send("PUT", "/api/branding", { ...OWN, name: "Vistula Lounges", accent: "#8a1c7c" });
    expect(asked).toEqual([]);
    for (const { page } of [open, out]) {
      expect(await page.title()).toContain("Admittance");
      await page.clock.runFor(31_000);
      await page.getByText("Vistula Lounges").first().waitFor();
      expect(await page.title()).toContain("Vistula Lounges");
    }
    expect(await open.page.getByRole("textbox", { name: "City" }).inputValue()).toBe("Krakow");
    expect(await out.page.getByLabel("E-mail").inputValue()).toBe("anna@example.org");
    // Whoever comes back to a tab need not wait.
    await panel.admin.send("PUT", "/api/branding", { ...OWN, name: "Oder Lounges" });
    for (const { page } of [open, out]) {
      await page.evaluate(
        `Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true })`,
      );
      await page.evaluate(`document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))`);
      await page.clock.runFor(60_000);
      expect(await page.getByText("Oder Lounges").count()).toBe(0);
      await page.evaluate(
        `delete document.visibilityState; document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))`,
      );
      await page.getByText("Oder Lounges").first().waitFor();
    }
    await open.close();
    await out.close();
  });

  test("changesWhatTakesItsColourFromTheAccent, in both schemes, and no colour that says a state", async () => {
    const colours = async (scheme: "light" | "dark"): Promise<readonly string[]> => {
      const window = await openWindow(panel.browser, panel.url, { scheme });
      await window.page.goto("/admin/sign-in");
      await window.page.getByRole("button", { name: "Sign in" }).waitFor();
      const filled = await window.page.evaluate(
        'getComputedStyle(document.querySelector("button[type=submit]")).backgroundColor',
      );
      const states = await window.page.evaluate(
        `(() => {
          const probe = document.body.appendChild(document.createElement("i"));
          return ["ok", "bad", "warn", "info", "mute", "undo", "link"].map((name) => {
            probe.style.color = "var(--" + name + ")";
            return getComputedStyle(probe).color;
          });
        })()`,
      );
      await window.close();
      expect(filled).toMatch(/^rgb/);
      return [String(filled), ...String(states).split(/,(?=rgb)/)];
    };
    for (const scheme of ["light", "dark"] as const) {
      await panel.admin.send("PUT", "/api/branding", OWN);
      const before = await colours(scheme);
      await panel.admin.send("PUT", "/api/branding", { ...OWN, accent: "#8a1c7c" });
      const after = await colours(scheme);
      expect(before).toHaveLength(8);
      expect(after.slice(1, -1)).toEqual(before.slice(1, -1));
      expect(after[0]).not.toBe(before[0]);
      expect(after.at(-1)).not.toBe(before.at(-1));
    }
  });

  test("showsHostileNamesAsText, and refuses a picture that is none", async () => {
    const name = '<img src=x onerror="alert(1)"> \u202Egnp =cmd';
    await panel.admin.send("PUT", "/api/branding", {
      ...OWN,
      name,
      links: [{ label: name, url: "https://a.example" }],
    });
    const window = await panel.signedIn(await panel.person("ADMIN"), { expected: [/422/] });
    const { page } = window;
    await page.goto("/admin/branding");
    await page.getByRole("heading", { level: 1, name: "White label", exact: true }).waitFor();
    await expect.poll(() => page.getByText(name).count()).toBeGreaterThan(0);
    await expect.poll(() => page.evaluate("document.querySelectorAll('img[onerror]').length")).toBe(0);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    await page.getByLabel("Logo").setInputFiles({ name: "l.png", mimeType: "image/png", buffer: svg });
    await page.getByRole("alert").getByText("it is neither a PNG nor a WebP").waitFor();
    await window.close();
  });
});
