import type { Browser } from "playwright-core";
import { startTestServer, type TestServer, type TestServerOptions } from "../../support/server.ts";
import { openBrowser, openWindow, type Window, type WindowOptions } from "./browser.ts";

export interface Person {
  readonly email: string;
  readonly password: string;
}

/** The product with its panel, and a browser before it. */
export interface PanelServer extends TestServer {
  readonly browser: Browser;
  /** A person who may do what a role may. */
  person(role: string, scope?: Readonly<Record<string, readonly string[]>>): Promise<Person>;
  /** A window in which that person is signed in, by the sign-in page. */
  signedIn(who: Person, options?: WindowOptions): Promise<Window>;
}

let people = 0;

export async function startPanel(options: TestServerOptions = {}): Promise<PanelServer> {
  const product = await startTestServer(options);
  const browser = await openBrowser();
  return {
    ...product,
    browser,
    person: async (role, scope = {}) => await newPerson(product, role, scope),
    signedIn: async (who, windowOptions) => {
      const window = await openWindow(browser, product.url, windowOptions);
      await signIn(window, who);
      return window;
    },
    stop: async () => {
      await browser.close();
      await product.stop();
    },
  };
}

async function newPerson(
  { admin }: TestServer,
  role: string,
  scope: Readonly<Record<string, readonly string[]>>,
): Promise<Person> {
  const email = `person-${String(++people)}@example.org`;
  const password = `violet-orbit-${String(people)}-lantern`;
  const body = { email, firstName: "Anna", lastName: "Kowalska", role, scope, password };
  await admin.send("POST", "/api/users", body);
  return { email, password };
}

export async function signIn(window: Window, who: Person): Promise<void> {
  await enter(window, who);
  await window.page.getByRole("button", { name: "Account of" }).waitFor();
}

/** Signs in, wherever that leads. */
export async function enter({ page }: Window, { email, password }: Person): Promise<void> {
  await page.goto("/admin/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.endsWith("/sign-in"));
}
