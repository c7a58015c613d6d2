import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAY, ROLES } from "../../src/domain/user/access.ts";
import { type PanelServer, startPanel } from "./support/panel.ts";
import { simpleProgramme } from "../support/programme.ts";

/** Which permission each page of the navigation wants, as the design has it. */
const PAGES = [
  ["/operations", "Operations", "operations:read"],
  ["/offline", "Offline", "offline:read"],
  ["/locations", "Locations", "locations:read"],
  ["/merchants", "Merchants", "merchants:read"],
  ["/terminals", "Terminals", "terminals:read"],
  ["/enrollments", "Enrollments", "terminals:read"],
  ["/certificates", "Certificates", "terminals:read"],
  ["/virtual-terminal", "Virtual terminal", "terminals:write"],
  ["/locations/new", null, "locations:write"],
  ["/rulesets", "Rules", "rulesets:read"],
  ["/rulesets/new", null, "rulesets:write"],
  ["/account-ranges", "Account ranges", "accountRanges:read"],
  ["/account-ranges/import", null, "accountRanges:write"],
  ["/rates", "Exchange rates", "rulesets:read"],
  ["/messages", "Screen messages", "messages:read"],
  ["/rates/import", null, "rates:write"],
  ["/cards", "Cards", "cards:read"],
  ["/whitelist", "Whitelist", "whitelist:read"],
  ["/whitelist/upload", null, "whitelist:write"],
  ["/whitelist/uploads", null, "whitelist:read"],
  ["/whitelist/deliveries", null, "whitelist:read"],
  ["/adjustments", "Adjustments", "adjustments:read"],
  ["/adjustments/import", null, "cards:write"],
  ["/adjustments/imports", null, "adjustments:read"],
  ["/transactions", "Transactions", "transactions:read"],
  ["/imports", "Imports", "imports:read"],
  ["/cards/import", null, "cards:write"],
  ["/transactions/import", null, "transactions:write"],
  ["/webhooks", "Webhooks", "webhooks:read"],
  ["/terms", "Terms & Conditions", "terms:read"],
  ["/terms/new", null, "terms:write"],
  ["/users", "Users", "users:write"],
  ["/keys", "API keys", "keys:write"],
  ["/branding", "White label", "branding:write"],
  ["/connections", "Connections", "connections:read"],
  ["/system", "System", "system:write"],
] as const;

let panel: PanelServer;
let locationId = "";
beforeAll(async () => {
  panel = await startPanel({ testClock: true });
  ({ locationId } = await simpleProgramme(panel.admin, panel.url));
});
afterAll(async () => {
  await panel.stop();
});

describe("each role", () => {
  for (const role of ROLES) {
    test(`${role} opens what its permissions say, is shown nothing else, and is told so at a typed address`, async () => {
      const scope = {
        ...(role === "SERVICE_PROVIDER" ? { locationIds: [locationId] } : {}),
        ...(role === "ISSUER" ? { icas: ["0001234"] } : {}),
      };
      const window = await panel.signedIn(await panel.person(role, scope));
      const { page } = window;
      const navigation = page.getByRole("navigation", { name: "Main navigation" });
      // Whoever may not see the dashboard is not refused at the panel's own address, but sent to where their work is.
      await expect
        .poll(() => navigation.getByRole("link", { name: "Dashboard", exact: true }).count())
        .toBe(MAY[role].has("dashboard:read") ? 1 : 0);
      for (const [path, label, permission] of PAGES) {
        const isAllowed = MAY[role].has(permission);
        if (label !== null) {
          expect({
            path,
            shown: await navigation.getByRole("link", { name: label, exact: true }).count(),
          }).toEqual({
            path,
            shown: isAllowed ? 1 : 0,
          });
        }
        await page.goto(`/admin${path}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        const refused = await page.getByText("This page is not for your role").count();
        expect({ path, refused }).toEqual({ path, refused: isAllowed ? 0 : 1 });
      }
      await window.close();
    });
  }
});
