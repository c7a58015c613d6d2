import { existsSync } from "node:fs";
import {
  type Browser,
  type BrowserContext,
  chromium,
  type ConsoleMessage,
  type Page,
  type Request,
} from "playwright-core";
import { onTestFailed } from "vitest";

/** A real Chromium on the built panel. Whatever goes wrong in a page fails the test that opened it. */

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export function chromiumPath(): string {
  const found = process.env["CHROMIUM"] ?? PATHS.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(`no Chromium is found (${PATHS.join(", ")}); CHROMIUM may name one`);
  return found;
}

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-gpu"] });
}

export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Closes it. @throws Error that names what went wrong in it meanwhile */
  close(): Promise<void>;
}

export interface WindowOptions {
  readonly scheme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
  readonly locale?: string;
  readonly timeZone?: string;
  /** Answers that the test is about: their statuses are no mistakes of the panel. */
  readonly expected?: readonly RegExp[];
}

/** A window of somebody who is alone with it: no cookie, no storage of another. */
export async function openWindow(
  browser: Browser,
  url: string,
  options: WindowOptions = {},
): Promise<Window> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: options.width ?? 1_280, height: options.height ?? 800 },
    colorScheme: options.scheme ?? "light",
    locale: options.locale ?? "en-GB",
    timezoneId: options.timeZone ?? "Europe/Warsaw",
    reducedMotion: "reduce",
  });
  const wrong: string[] = [];
  const expected = options.expected ?? [];
  const note = (text: string): void => {
    if (!expected.some((one) => one.test(text))) wrong.push(text);
  };
  const { origin } = new URL(url);
  context.on("console", (message: ConsoleMessage) => {
    if (message.type() === "error" || message.type() === "warning") note(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => note(`page error: ${error.error().message}`));
  context.on("request", (request: Request) => {
    const target = new URL(request.url());
    if (target.origin !== origin && !/^(data|blob):$/.test(target.protocol))
      note(`request to ${target.origin}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 500)
      note(`${response.request().method()} ${response.url()}: ${String(response.status())}`);
  });
  const page = await context.newPage();
  sayWhereItFailed(page, wrong);
  return {
    context,
    page,
    close: async () => {
      await context.close();
      if (wrong.length > 0) throw new Error(`in the browser: ${wrong.join("; ")}`);
    },
  };
}

/** What stood on the page when its test failed: a time-out alone says little. */
function sayWhereItFailed(page: Page, wrong: readonly string[]): void {
  try {
    onTestFailed(async () => {
      if (page.isClosed()) return;
      const seen = await page.locator("body").ariaSnapshot();
      process.stderr.write(`at ${page.url()}\n${wrong.join("\n")}\n${seen}\n`);
      await page.context().close();
    });
  } catch {
    // Opened outside of a test, by a hook: there is no test to fail.
  }
}
