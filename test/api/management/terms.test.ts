import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Answer } from "../../../src/client.ts";
import { pdfOf } from "../../support/pdf.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { newSignedIn, type SignedIn } from "./signedIn.ts";
import { clientFor, codeOf, idOf, itemsOf, keyFor, pointersOf, raw } from "./support.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ testClock: true });
});
afterAll(async () => {
  await server.stop();
});

interface Upload {
  readonly kind?: string;
  readonly validFrom?: string;
  readonly key?: string;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

async function upload(bytes: Uint8Array<ArrayBuffer>, options: Upload = {}): Promise<Answer> {
  const { kind = "TERMS", validFrom = "2026-01-01", type = "application/pdf", ...more } = options;
  const query = new URLSearchParams({ kind, validFrom }).toString();
  return await raw(server, "POST", `/api/terms?${query}`, { body: bytes, type, ...more });
}

async function listed(query = ""): Promise<readonly Record<string, unknown>[]> {
  return itemsOf(await server.admin.send("GET", `/api/terms${query}`));
}

/** A day so many days from the business time. */
async function dayIn(days: number): Promise<string> {
  const { now } = z
    .object({ now: z.string() })
    .parse((await server.admin.send("GET", "/api/test-clock")).body);
  return new Date(Date.parse(now) + days * 86_400_000).toISOString().slice(0, 10);
}

const OUTSIDE = [
  ["ISSUER", { icas: ["0001234"] }, "/api/cards"],
  ["SERVICE_PROVIDER", { merchantIds: ["01J00000000000000000000000"] }, "/api/locations"],
  ["CALL_CENTER", {}, "/api/cards"],
] as const;

describe("before anything was uploaded", () => {
  it("nobodyIsAskedToConsent", async () => {
    for (const [role, scope, path] of OUTSIDE) {
      const one = await newSignedIn(server, role, scope);
      expect((await one.request("GET", path)).status).toBe(200);
      expect((await one.request("GET", "/api/session/consent")).body).toEqual({
        required: false,
        documents: [],
      });
    }
  });
});

describe("an upload", () => {
  it("isListedWithItsHash, and answers the very bytes that came", async () => {
    const pdf = pdfOf("Terms of the programme");
    const made = await upload(pdf, { validFrom: "2025-06-01" });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{ kind: "TERMS", validFrom: "2025-06-01", status: "VALID", bytes: pdf.length },
      sha256: createHash("sha256").update(pdf).digest("hex"),
    });
    const response = await fetch(new URL(`/api/terms/${idOf(made)}/file`, server.url), {
      headers: { authorization: `Bearer ${server.adminKey}` },
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(pdf)).toBe(true);
    const { headers } = response;
    expect(headers.get("content-type")).toBe("application/pdf");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-disposition")).toBe('inline; filename="terms-2025-06-01.pdf"');
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none';.*frame-ancestors 'self'$/);
    const other = await raw(server, "GET", "/api/terms");
    expect(other.headers.get("content-security-policy")).toMatch(/frame-ancestors 'none'/);
  });

  it("ofTheSameDayTakesThePlaceOfTheOneBefore, which stays; the very same changes nothing", async () => {
    const first = idOf(await upload(pdfOf("one"), { validFrom: "2025-07-01" }));
    const second = await upload(pdfOf("two"), { validFrom: "2025-07-01" });
    const again = await upload(pdfOf("two"), { validFrom: "2025-07-01" });
    expect([again.status, idOf(again), again.headers.get("position")]).toEqual([200, idOf(second), null]);
    const ofDay = (await listed("?kind=TERMS")).filter((one) => one["validFrom"] === "2025-07-01");
    expect(ofDay.map(({ id, status }) => [id, status])).toEqual([
      [idOf(second), "VALID"],
      [first, "SUPERSEDED"],
    ]);
    const old = await raw(server, "GET", `/api/terms/${first}/file`);
    expect(old.body).toContain("(one)");
  });

  it("isDoneOnceAnIdempotencyKey, and another file under the same key is refused", async () => {
    const headers = { "idempotency-key": "terms" };
    const first = await upload(pdfOf("three"), { validFrom: "2025-07-02", headers });
    const repeat = await upload(pdfOf("three"), { validFrom: "2025-07-02", headers });
    expect([repeat.status, idOf(repeat)]).toEqual([201, idOf(first)]);
    const other = await upload(pdfOf("four"), { validFrom: "2025-07-02", headers });
    expect(codeOf(other)).toBe("REQUEST_ID_REUSED");
  });

  it("isReadPageByPage, each file once", async () => {
    const all = (await listed()).map(({ id }) => id);
    const seen: unknown[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query = cursor === "" ? "?limit=1" : `?limit=1&cursor=${cursor}`;
      const page: Answer = await server.admin.send("GET", `/api/terms${query}`);
      seen.push(...itemsOf(page).map(({ id }) => id));
      cursor = z.looseObject({ nextCursor: z.string().nullable() }).parse(page.body).nextCursor;
    }
    expect(all.length).toBeGreaterThan(2);
    expect(seen).toEqual(all);
  });

  it.each<readonly [what: string, bytes: Uint8Array<ArrayBuffer>, expected: readonly unknown[]]>([
    ["HTML that is called a PDF", Buffer.from("<html><script>alert(1)</script></html>"), [422, "/file"]],
    ["HTML before a PDF", Buffer.concat([Buffer.from("<b>"), pdfOf("x")]), [422, "/file"]],
    ["a PDF that was cut off", pdfOf("x").subarray(0, 200), [422, "/file"]],
    ["a file with nothing in it", Buffer.alloc(0), [422, "/file"]],
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), [422, "/file"]],
  ])("thatIsNoPdfIsRefused: %s", async (_, bytes, expected) => {
    const before = await listed();
    const answer = await upload(bytes, { validFrom: "2025-08-01" });
    expect([answer.status, ...pointersOf(answer)]).toEqual(expected);
    expect(await listed()).toEqual(before);
  });

  it("thatIsTooLargeIsRefused, however it is sent", async () => {
    const huge = Buffer.alloc(5_000_001, 32);
    pdfOf("x").copy(huge);
    huge.write("%%EOF", huge.length - 5);
    const whole = await upload(huge, { validFrom: "2025-08-01" });
    expect([whole.status, codeOf(whole)]).toEqual([413, "TOO_LARGE"]);
    const response = await fetch(new URL("/api/terms?kind=TERMS&validFrom=2025-08-01", server.url), {
      method: "POST",
      headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/pdf" },
      body: new Blob([huge]).stream(),
      duplex: "half",
    });
    expect(response.status).toBe(413);
    await response.arrayBuffer();
    const largest = await upload(Buffer.concat([huge.subarray(0, 4_999_995), Buffer.from("%%EOF")]), {
      validFrom: "2025-05-01",
    });
    expect(largest.status).toBe(201);
    const back = await fetch(new URL(`/api/terms/${idOf(largest)}/file`, server.url), {
      headers: { authorization: `Bearer ${server.adminKey}` },
    });
    expect((await back.arrayBuffer()).byteLength).toBe(5_000_000);
  });

  it("isTakenAsAPdfOnly, for a day and a kind", async () => {
    for (const type of ["text/html", "application/json", "application/pdf+zip", ""]) {
      expect([type, (await upload(pdfOf("x"), { type })).status]).toEqual([type, 415]);
    }
    expect(pointersOf(await upload(pdfOf("x"), { validFrom: "2026-02-30" }))).toEqual(["/query/validFrom"]);
    expect(pointersOf(await upload(pdfOf("x"), { kind: "COOKIES" }))).toEqual(["/query/kind"]);
  });

  it("isNeverChangedOrDeleted, by no route and in no table", async () => {
    const id = String((await listed())[0]?.["id"]);
    for (const method of ["PUT", "DELETE", "POST"]) {
      for (const path of [`/api/terms/${id}`, `/api/terms/${id}/file`]) {
        expect([404, 405]).toContain((await raw(server, method, path)).status);
      }
    }
    const { pool } = server.server.services;
    await expect(pool.query("update terms_file_parts set bytes = 'x'")).rejects.toThrow("never changed");
    await expect(pool.query("delete from terms_file_parts")).rejects.toThrow("never changed");
  });

  it("isForThoseWhoRunTheWholeProgramme: a scoped User uploads none", async () => {
    const key = await keyFor(server, "USER", { icas: ["0001234"] });
    const answer = await upload(pdfOf("mine"), { validFrom: "2025-08-02", key });
    expect([answer.status, codeOf(answer)]).toEqual([403, "FORBIDDEN"]);
    const free = await keyFor(server, "USER");
    expect((await upload(pdfOf("ours"), { validFrom: "2025-08-02", key: free })).status).toBe(201);
  });

  it("tellsThoseOutsideNeitherWhoUploadedItNorHowManyConsented", async () => {
    const issuer = await clientFor(server, "ISSUER", { icas: ["0001234"] });
    const [seen] = itemsOf(await issuer.send("GET", "/api/terms"));
    expect(seen).toMatchObject({ uploadedBy: null, consents: null });
    const [own] = await listed();
    expect(own).toMatchObject({ consents: { given: 0 } });
    expect(own?.["uploadedBy"]).not.toBeNull();
  });
});

describe("consent", () => {
  async function consentOf(one: SignedIn) {
    const shape = z.object({
      required: z.boolean(),
      documents: z.array(z.object({ id: z.string(), kind: z.string(), validFrom: z.string() })),
    });
    return shape.parse((await one.request("GET", "/api/session/consent")).body);
  }
  async function tick(one: SignedIn): Promise<void> {
    const documentIds = (await consentOf(one)).documents.map(({ id }) => id);
    expect((await one.request("POST", "/api/session/consent", { documentIds })).status).toBe(204);
  }

  it.each(OUTSIDE)("isWhatEverythingElseWaitsFor, for %s", async (role, scope, path) => {
    await upload(pdfOf(`Privacy for ${role}`), { kind: "PRIVACY_POLICY", validFrom: "2025-06-01" });
    const one = await newSignedIn(server, role, scope);
    const routes = [
      ["GET", path],
      ["GET", "/api/terms"],
      ["POST", "/api/cards/lookup"],
      ["PUT", "/api/session/password"],
      ["GET", "/api/users"],
    ] as const;
    for (const [method, route] of routes) {
      const body = method === "GET" ? undefined : { oldPassword: "x", password: "violet-orbit-7-lantern" };
      const answer = await one.request(method, route, body);
      expect([route, answer.status, codeOf(answer)]).toEqual([route, 403, "CONSENT_REQUIRED"]);
    }
    const { required, documents } = await consentOf(one);
    expect([required, documents.map(({ kind }) => kind)]).toEqual([true, ["TERMS", "PRIVACY_POLICY"]]);
    for (const { id } of documents)
      expect((await one.request("GET", `/api/terms/${id}/file`)).status).toBe(200);
    expect((await one.request("GET", "/api/session")).status).toBe(200);
    await tick(one);
    expect((await one.request("GET", path)).status).toBe(200);
    expect((await consentOf(one)).required).toBe(false);
  });

  it("isOfBoth: one of them, another one or none is refused, and opens nothing", async () => {
    const one = await newSignedIn(server, "CALL_CENTER");
    const [terms, privacy] = (await consentOf(one)).documents;
    const old = (await listed("?status=SUPERSEDED"))[0];
    for (const documentIds of [[], [terms?.id], [privacy?.id], [terms?.id, old?.["id"]]]) {
      const answer = await one.request("POST", "/api/session/consent", { documentIds });
      expect([answer.status, codeOf(answer)]).toEqual([409, "TERMS_DIFFER"]);
    }
    const without = await one.request(
      "POST",
      "/api/session/consent",
      { documentIds: [terms?.id, privacy?.id] },
      { "x-csrf-token": "wrong" },
    );
    expect([without.status, codeOf(without)]).toEqual([403, "CSRF"]);
    expect((await one.request("GET", "/api/cards")).status).toBe(403);
  });

  it("isWantedAnewFromTheDayOfANewVersion, by the business time, and not before", async () => {
    const one = await newSignedIn(server, "CALL_CENTER");
    await tick(one);
    const next = await upload(pdfOf("next"), { validFrom: await dayIn(3) });
    expect(next.body).toMatchObject({ status: "SCHEDULED" });
    expect((await one.request("GET", "/api/cards")).status).toBe(200);
    await server.admin.send("POST", "/api/test-clock", { advance: "P3D" });
    expect(codeOf(await one.request("GET", "/api/cards"))).toBe("CONSENT_REQUIRED");
    await tick(one);
    expect((await one.request("GET", "/api/cards")).status).toBe(200);
    const valid = (await listed("?kind=TERMS&status=VALID"))[0];
    expect(valid).toMatchObject({ id: idOf(next), consents: { given: 1 } });
    // The same day replaced: a new version as any other.
    await upload(pdfOf("next, mended"), { validFrom: String(valid?.["validFrom"]) });
    expect(codeOf(await one.request("GET", "/api/cards"))).toBe("CONSENT_REQUIRED");
  });

  it("standsInTheLog: who, which version, when", async () => {
    const one = await newSignedIn(server, "ISSUER", { icas: ["0001234"] });
    const { documents } = await consentOf(one);
    await tick(one);
    await tick(one);
    const stored = await server.server.services.log.read(`consent-${one.id}`);
    expect(stored.map(({ type }) => type)).toEqual(["ConsentGiven"]);
    const { data } = z.looseObject({ data: z.unknown() }).parse(JSON.parse(stored[0]?.body ?? ""));
    expect(data).toMatchObject({
      ...{ userId: one.id, by: { id: one.id, role: "ISSUER" } },
      documents: documents.map(({ id, kind }) => ({ id, kind })),
    });
    expect(JSON.stringify(data)).toMatch(/"at":"20\d\d-[^"]*Z".*"hash":"[0-9a-f]{64}"/);
  });

  it("isNotAskedOfThoseWhoRunTheProgramme, nor of API keys", async () => {
    for (const role of ["ADMIN", "USER", "AUDITOR"]) {
      const one = await newSignedIn(server, role);
      expect((await consentOf(one)).required).toBe(false);
      expect((await one.request("GET", "/api/cards")).status).toBe(200);
    }
    const key = await clientFor(server, "ISSUER", { icas: ["0001234"] });
    expect((await key.request("GET", "/api/cards")).status).toBe(200);
    expect((await key.request("GET", "/api/session/consent")).status).toBe(404);
  });
});
