import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Answer } from "../../../src/client.ts";
import { PNG, WEBP } from "../../support/pictures.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { newSignedIn } from "./signedIn.ts";
import { codeOf, keyFor, pointersOf, raw } from "./support.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
});

const BODY = {
  name: "Vistula Lounges",
  accent: "#0A7D33",
  logo: null,
  support: { email: "help@example.org", phone: null },
  links: [{ label: "Imprint", url: "https://example.org/imprint" }],
  services: {
    LOUNGE: { offered: true, names: { en: "Lounges", pl: null } },
    FAST_LINE: { offered: false, names: { en: null, pl: null } },
  },
};

async function upload(bytes: Uint8Array<ArrayBuffer>, type = "image/png", key?: string): Promise<Answer> {
  return await raw(server, "POST", "/api/branding/logo", {
    body: bytes,
    type,
    ...(key === undefined ? {} : { key }),
  });
}

const hashOf = (answer: Answer): string => z.looseObject({ logo: z.string() }).parse(answer.body).logo;

/** The boot block of the page that is served. */
async function brandingInThePage(): Promise<unknown> {
  const { bootOf } = await import("../../../src/api/panel/boot.ts");
  const marks = { version: "test", demo: false, testClock: false };
  return (await bootOf(server.server.services, marks, () => null)).branding;
}

describe("how the panel presents itself", () => {
  it("isAsTheProductComesAtFirst, then as it was decided, for everybody and signed in or not", async () => {
    const first = await server.admin.send("GET", "/api/branding");
    expect(first.body).toEqual({ branding: null, modifiedAt: null, modifiedBy: null });
    expect(await brandingInThePage()).toBeNull();
    const changed = await server.admin.send("PUT", "/api/branding", BODY);
    expect(changed.body).toMatchObject({
      branding: {
        ...{ name: BODY.name, accent: "#0a7d33", support: BODY.support, links: BODY.links },
        services: [
          { service: "LOUNGE", offered: true, names: [{ language: "en", name: "Lounges" }] },
          { service: "FAST_LINE", offered: false, names: [] },
        ],
      },
      modifiedBy: { name: "First start", role: "ADMIN", deleted: false },
    });
    expect(await brandingInThePage()).toMatchObject({ name: "Vistula Lounges", accent: "#0a7d33" });
    const again = await server.admin.send("PUT", "/api/branding", BODY);
    expect(again.headers.get("position")).toBeNull();
  });

  it("isNotOverwrittenByWhoHasSeenAnotherVersion", async () => {
    const etag = (await server.admin.send("GET", "/api/branding")).headers.get("etag") ?? "";
    const named = async (name: string) =>
      await server.admin.request("PUT", "/api/branding", { ...BODY, name }, { "If-Match": etag });
    expect((await named("One")).status).toBe(200);
    const late = await named("Other");
    expect([late.status, codeOf(late)]).toEqual([412, "VERSION_CONFLICT"]);
  });

  it("isForAdministrators, who gave their password lately", async () => {
    for (const role of ["USER", "AUDITOR", "ISSUER", "CALL_CENTER", "SERVICE_PROVIDER"] as const) {
      const key = await keyFor(server, role);
      const body = JSON.stringify(BODY);
      expect((await raw(server, "PUT", "/api/branding", { body, key })).status).toBe(403);
      expect((await upload(PNG, "image/png", key)).status).toBe(403);
    }
    const admin = await newSignedIn(server, "ADMIN");
    await server.server.services.pool.query(
      "update sessions set confirmed_at = now() - interval '11 minutes'",
    );
    expect(codeOf(await admin.request("PUT", "/api/branding", BODY))).toBe("CONFIRMATION_REQUIRED");
  });

  it("takesNoMarkupForMoreThanText, and no card number", async () => {
    const name = `<img src=x onerror=alert(1)> =cmd \u202Eabc`;
    const changed = await server.admin.send("PUT", "/api/branding", { ...BODY, name });
    expect(changed.body).toMatchObject({ branding: { name } });
    const leaks = await server.admin.request("PUT", "/api/branding", { ...BODY, name: "5555555555554444" });
    expect([leaks.status, ...pointersOf(leaks)]).toEqual([422, "/name"]);
    const link = { label: "x", url: "javascript:alert(1)" };
    const runs = await server.admin.request("PUT", "/api/branding", { ...BODY, links: [link] });
    expect([runs.status, ...pointersOf(runs)]).toEqual([422, "/links/0/url"]);
  });
});

describe("a logo", () => {
  it("isTakenByItsBytes, and answered to everybody as what it is", async () => {
    for (const [bytes, type] of [
      [PNG, "image/png"],
      [WEBP, "image/webp"],
    ] as const) {
      // Whatever it is called.
      const hash = hashOf(await upload(bytes, type === "image/png" ? "image/webp" : "image/png"));
      const response = await fetch(new URL(`/api/branding/logo/${hash}`, server.url));
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      expect(response.headers.get("content-type")).toBe(type);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'/);
    }
    const hash = hashOf(await upload(PNG));
    await server.admin.send("PUT", "/api/branding", { ...BODY, logo: hash });
    expect(await brandingInThePage()).toMatchObject({ logo: { hash, mediaType: "image/png" } });
  });

  it("thatWasNeverUploadedIsRefused", async () => {
    const answer = await server.admin.request("PUT", "/api/branding", { ...BODY, logo: "a".repeat(64) });
    expect([answer.status, ...pointersOf(answer)]).toEqual([422, "/logo"]);
    for (const path of ["a".repeat(64), "nothing", "..%2f..%2fetc%2fpasswd"])
      expect((await raw(server, "GET", `/api/branding/logo/${path}`, { key: null })).status).toBe(404);
  });

  it.each<readonly [what: string, bytes: Uint8Array<ArrayBuffer>, type: string, status: number]>([
    ["an SVG", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "image/svg+xml", 415],
    ["an SVG called a PNG", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "image/png", 422],
    ["HTML called a WebP", Buffer.from("RIFF<script>WEBPVP8 "), "image/webp", 422],
    ["nothing but a PNG's beginning", PNG.subarray(0, 8), "image/png", 422],
    ["nothing", Buffer.alloc(0), "image/png", 422],
    ["more than 200 kB", Buffer.concat([PNG, Buffer.alloc(200_000)]), "image/png", 413],
  ])("isNotTakenAs %s", async (_, bytes, type, status) => {
    expect((await upload(bytes, type)).status).toBe(status);
  });
});
