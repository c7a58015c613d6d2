import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Client } from "../../../src/client.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, codeOf, ROLES } from "./support.ts";

/**
 * The role table of the wire contract, written out for every route and not taken from the code: A Admin,
 * U User, S Service Provider, I Issuer, C Call Center, R Auditor.
 */
const TABLE: Readonly<Record<string, string>> = {
  "POST /api/merchants": "AU",
  "GET /api/merchants": "AUSR",
  "GET /api/merchants/{id}": "AUSR",
  "PUT /api/merchants/{id}": "AU",
  "DELETE /api/merchants/{id}": "AU",
  "POST /api/locations": "AU",
  "GET /api/locations": "AUSR",
  "GET /api/locations/{id}": "AUSR",
  "PUT /api/locations/{id}": "AU",
  "DELETE /api/locations/{id}": "AU",
  "POST /api/terminals": "AU",
  "GET /api/terminals": "AUSR",
  "GET /api/terminals/{serialNumber}": "AUSR",
  "PUT /api/terminals/{serialNumber}": "AU",
  "DELETE /api/terminals/{serialNumber}": "AU",
  "POST /api/terminals/{serialNumber}/suspend": "AU",
  "POST /api/terminals/{serialNumber}/resume": "AU",
  "POST /api/terminals/{serialNumber}/unpair": "AU",
  "POST /api/terminals/{serialNumber}/pairing-codes": "AUS",
  "GET /api/terminals/{serialNumber}/pairing-failures": "AUSR",
  "GET /api/terminals/{serialNumber}/history": "AUSR",
  "POST /api/terminals/{serialNumber}/setup-codes": "AUS",
  "GET /api/certificates": "AUSR",
  "POST /api/certificates/{id}/revoke": "AU",
  "GET /api/terminals/{serialNumber}/connection": "AUSR",
  "GET /api/terminals/{serialNumber}/commands": "AUSR",
  "POST /api/terminals/{serialNumber}/commands": "AUS",
  "POST /merchants/{id}/devices": "AU",
  "GET /devices/{id}": "AUSR",
  "PUT /devices/{id}": "AUS",
  "POST /transfers": "AUS",
  "GET /transfers": "AUSR",
  "GET /merchants/{id}": "AUSR",
  "GET /transfers/{id}": "AUSR",
  "POST /transfers/{id}/reversals": "AUS",
  "GET /transfers/{id}/reversals": "AUSR",
  "GET /api/enrollments": "AUSR",
  "POST /ipp/v1/enrollments": "AU",
  "GET /ipp/v1/enrollments": "AUSR",
  "GET /ipp/v1/enrollments/{id}": "AUSR",
  "DELETE /ipp/v1/enrollments/{id}": "AU",
  "GET /ipp/v1/devices": "AUSR",
  "GET /ipp/v1/devices/{id}": "AUSR",
  "PUT /ipp/v1/devices/{id}": "AU",
  "DELETE /ipp/v1/devices/{id}": "AU",
  "POST /api/claims": "AUS",
  "POST /api/claims/lookup": "AUS",
  "POST /api/rulesets": "AU",
  "GET /api/rulesets": "AUIR",
  "GET /api/rulesets/phases": "AUIR",
  "GET /api/rulesets/{id}": "AUIR",
  "GET /api/rulesets/{id}/versions": "AUIR",
  "POST /api/rulesets/lint": "AU",
  "POST /api/rulesets/simulate": "AU",
  "PUT /api/rulesets/{id}": "AU",
  "POST /api/rulesets/{id}/publish": "AU",
  "POST /api/rulesets/{id}/retire": "AU",
  "POST /api/rulesets/{id}/unschedule": "AU",
  "DELETE /api/rulesets/{id}": "AU",
  "POST /api/account-ranges/import": "AU",
  "GET /api/account-ranges": "AUR",
  "POST /api/transactions": "AU",
  "POST /api/transactions/import": "AU",
  "GET /api/transactions": "AUR",
  "GET /api/transactions/pull": "AUR",
  "POST /api/transactions/pull": "AU",
  "GET /api/imports": "AUR",
  "GET /api/imports/{id}": "AUR",
  "GET /api/imports/{id}/report": "AUR",
  "POST /api/rates": "AU",
  "POST /api/rates/import": "AU",
  "POST /api/rates/ecb": "AU",
  "POST /api/rates/pull": "AU",
  "GET /api/rates/pull": "AUIR",
  "GET /api/rates": "AUIR",
  "POST /api/whitelist/uploads": "AU",
  "GET /api/whitelist/uploads": "AUR",
  "GET /api/whitelist/deliveries": "AUR",
  "POST /api/whitelist": "AU",
  "GET /api/whitelist": "AUR",
  "DELETE /api/whitelist/{id}": "AU",
  "GET /api/operations": "AUSICR",
  "GET /api/operations/stream": "AUSICR",
  "GET /api/operations/{accessId}": "AUSICR",
  "GET /api/operations/{accessId}/transactions": "AUR",
  "GET /api/dashboard": "AUSIR",
  "GET /api/search": "AUSICR",
  "GET /api/offline": "AUSR",
  "POST /api/offline/reviews": "AU",
  "POST /api/operations/{accessId}/reversal": "AS",
  "GET /api/exports/operations": "AUSIR",
  "GET /api/exports/cards": "AUIR",
  "POST /api/cards/lookup": "AUIC",
  "GET /api/cards": "AUICR",
  "GET /api/cards/{cardId}": "AUICR",
  "GET /api/cards/{cardId}/history": "AUICR",
  "POST /api/cards/{cardId}/freeze": "AU",
  "POST /api/cards/{cardId}/unfreeze": "AU",
  "POST /api/cards/{cardId}/enroll": "AU",
  "POST /api/cards/{cardId}/unenroll": "AU",
  "POST /api/cards/enrolments": "AU",
  "POST /api/cards/enrolments/import": "AU",
  "POST /api/cards/enrolments/verify": "AUIC",
  "POST /api/cards/{cardId}/replacement": "AU",
  "POST /api/cards/{cardId}/enrolment/verification": "AUIC",
  "POST /api/cards/{cardId}/hash": "AUI",
  "POST /api/cards/{cardId}/adjustments": "AU",
  "GET /api/adjustments": "AUCR",
  "POST /api/adjustments": "AUC",
  "POST /api/adjustments/decisions": "AU",
  "GET /api/adjustments/{id}": "AUCR",
  "POST /api/adjustments/{id}/approve": "AU",
  "POST /api/adjustments/{id}/decline": "AU",
  "POST /api/adjustments/{id}/withdraw": "AUC",
  "POST /api/opening-balances": "AU",
  "GET /api/opening-balances": "AUCR",
  "POST /api/cards/{cardId}/erase": "A",
  "GET /api/cards/{cardId}/held": "A",
  "POST /api/terms": "AU",
  "GET /api/terms": "AUSICR",
  "GET /api/terms/{id}/file": "AUSICR",
  "GET /api/terms/preview": "AU",
  "POST /api/users": "A",
  "GET /api/users": "A",
  "GET /api/users/{id}": "A",
  "PUT /api/users/{id}": "A",
  "DELETE /api/users/{id}": "A",
  "POST /api/users/{id}/disable": "A",
  "POST /api/users/{id}/enable": "A",
  "DELETE /api/users/{id}/sessions": "A",
  "POST /api/users/{id}/invitation": "A",
  "POST /api/keys": "A",
  "GET /api/keys": "A",
  "GET /api/keys/{id}": "A",
  "DELETE /api/keys/{id}": "A",
  "GET /api/webhooks": "AR",
  "GET /api/webhooks/event-types": "AR",
  "GET /api/webhooks/stream": "AR",
  "POST /api/webhooks": "A",
  "GET /api/webhooks/{id}": "AR",
  "PUT /api/webhooks/{id}": "A",
  "DELETE /api/webhooks/{id}": "A",
  "POST /api/webhooks/{id}/rotate-secret": "A",
  "POST /api/webhooks/{id}/enable": "A",
  "POST /api/webhooks/{id}/disable": "A",
  "POST /api/webhooks/{id}/test": "A",
  "POST /api/webhooks/{id}/replay": "A",
  "GET /api/webhooks/{id}/deliveries": "AR",
  "POST /api/webhooks/{id}/deliveries/{deliveryId}/resend": "A",
  "GET /api/branding": "A",
  "PUT /api/branding": "A",
  "POST /api/branding/logo": "A",
  "GET /api/messages": "AUR",
  "GET /api/messages/{programme}": "AUR",
  "PUT /api/messages/{programme}/{language}/{code}": "AU",
  "DELETE /api/messages/{programme}/{language}/{code}": "AU",
  "GET /api/system": "A",
  "GET /api/connections": "AR",
  "POST /api/connections/{name}/test": "A",
  "GET /api/payments": "AUSR",
  "GET /api/payments/{id}": "AUSR",
  "POST /api/payments/{id}/resolution": "AU",
  "POST /api/payments/{id}/inquiry": "AU",
  "GET /api/test-clock": "AUSICR",
  "POST /api/test-clock": "A",
};

const LETTERS = {
  ADMIN: "A",
  USER: "U",
  SERVICE_PROVIDER: "S",
  ISSUER: "I",
  CALL_CENTER: "C",
  AUDITOR: "R",
} as const;
const SCOPES = {
  SERVICE_PROVIDER: { merchantIds: ["01J00000000000000000000000"] },
  ISSUER: { icas: ["0009999"] },
};
/** Theirs are the session's routes: nobody needs a permission to sign in. */
const OPEN = [
  // A device has its code, and nothing else.
  "POST /ipp/v1/devices",
  "POST /api/session",
  "GET /api/session",
  "DELETE /api/session",
  "PUT /api/session/password",
  "GET /api/session/consent",
  "GET /api/session/all",
  "DELETE /api/session/others",
  "DELETE /api/session/all/{id}",
  "POST /api/session/confirmation",
  "GET /api/session/preferences",
  "PUT /api/session/preferences",
  "GET /api/session/views",
  "POST /api/session/views",
  "PUT /api/session/views/{id}",
  "DELETE /api/session/views/{id}",
  "POST /api/invitation",
  "POST /api/invitation/look",
  "GET /api/branding/logo/{hash}",
  "GET /api/branding/shown",
  "POST /api/session/consent",
];

let server: TestServer;
const clients = new Map<string, Client>();

beforeAll(async () => {
  server = await startTestServer();
  for (const role of ROLES) {
    const scope = role === "SERVICE_PROVIDER" || role === "ISSUER" ? SCOPES[role] : {};
    clients.set(role, await clientFor(server, role, scope));
  }
});

afterAll(async () => {
  await server.stop();
});

/** A request to the route for something that is not there. */
function target(route: string): { readonly method: string; readonly path: string } {
  const [method = "", template = ""] = route.split(" ");
  const path = template.replace("{serialNumber}", "NONE").replace(/\{\w+\}/, "01J00000000000000000000000");
  // A stream would never end: one with a filter that is none is refused behind the same door.
  return { method, path: path.endsWith("/stream") ? `${path}?none=1` : path };
}

describe("the role table", () => {
  it("names every management route", async () => {
    const document = z
      .looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse((await server.admin.send("GET", "/openapi.json")).body);
    const routes = Object.entries(document.paths)
      .filter(([path]) => /^\/(api|ipp|merchants|devices|transfers)(\/|$)/.test(path))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(routes.filter((route) => !OPEN.includes(route)).sort()).toEqual(Object.keys(TABLE).sort());
  });

  for (const role of ROLES) {
    it(`is kept for ${role}`, async () => {
      const client = clients.get(role);
      if (client === undefined) throw new Error("no client");
      const wrong: string[] = [];
      for (const [route, letters] of Object.entries(TABLE)) {
        const { method, path } = target(route);
        const csv = path.endsWith("/import");
        const answer = await client.request(
          method,
          path,
          method === "GET" ? undefined : csv ? "no,header\n" : { x: 1 },
        );
        const let_in = answer.status !== 403;
        if (answer.status === 401 || answer.status >= 500) wrong.push(`${route}: ${String(answer.status)}`);
        if (let_in !== letters.includes(LETTERS[role])) wrong.push(`${route}: ${String(answer.status)}`);
        if (!let_in && codeOf(answer) !== "FORBIDDEN") wrong.push(`${route}: ${codeOf(answer)}`);
      }
      expect(wrong).toEqual([]);
    });
  }

  it("lets nobody in who does not say who they are, whatever they send", async () => {
    for (const route of Object.keys(TABLE)) {
      const { method, path } = target(route);
      for (const authorization of [
        null,
        "Bearer nonsense",
        "Basic YTpi",
        `Bearer ${server.adminKey.slice(0, 31)}${"A".repeat(43)}`,
      ]) {
        const response = await fetch(new URL(path, server.url), {
          method,
          headers: {
            ...(authorization === null ? {} : { authorization }),
            "content-type": "application/json",
          },
          ...(method === "GET" ? {} : { body: "{ not json" }),
        });
        expect([route, response.status]).toEqual([route, 401]);
        expect(response.headers.get("content-type")).toMatch(/^application\/(problem|hal)\+json$/);
        await response.arrayBuffer();
      }
    }
  });
});
