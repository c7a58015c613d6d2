import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createClient } from "../../src/client.ts";
import { makeCertificate } from "../support/certificates.ts";
import type { Product } from "../support/product.ts";
import { Installation, type Ran } from "../transfer/support.ts";
import { createLocation } from "../support/programme.ts";
import { pdfOf } from "../support/pdf.ts";

/** The commands that an operator runs beside the product. */

let home: Installation;
let product: Product;

beforeAll(async () => {
  home = await Installation.create();
  product = await home.start();
});
afterAll(async () => {
  await home.destroy();
});

async function json<Shape>(shape: z.ZodType<Shape>, ...words: string[]): Promise<Shape> {
  const ran = await home.run([...words, "--json"]);
  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  expect(ran.stdout.trim().split("\n")).toHaveLength(1);
  return shape.parse(JSON.parse(ran.stdout));
}

const made = z.object({ id: z.string(), key: z.string() });
const listed = z.object({ items: z.array(z.looseObject({ id: z.string() })) });

describe("keys", () => {
  test("areMadeListedAndRevokedBesideTheServer: void from the next request on", async () => {
    const { id, key } = await json(made, "keys", "create", "--name", "For the till", "--role", "AUDITOR");
    const client = createClient(product.url, key);
    expect((await client.request("GET", "/api/operations")).status).toBe(200);

    const shown = await home.run(["keys", "list"]);
    expect(shown.stdout).toMatch(new RegExp(`^${id}  \\S+  AUDITOR +everything  For the till$`, "m"));
    expect(shown.stdout).not.toContain(key.slice(31));
    const { items } = await json(listed, "keys", "list");
    expect(items.find((one) => one.id === id)).toMatchObject({ name: "For the till", role: "AUDITOR" });

    const revoked = await home.run(["keys", "revoke", id]);
    expect([revoked.code, revoked.stdout]).toEqual([0, `${id} is void.\n`]);
    expect((await client.request("GET", "/api/operations")).status).toBe(401);
    expect((await json(listed, "keys", "list")).items.map((one) => one.id)).not.toContain(id);
  });

  test.each<[string, string]>([
    ["nonsense", "<id> wants a key's id of 26 characters.\n"],
    ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "There is no key 01ARZ3NDEKTSV4RRFFQ69G5FAV, or no more.\n"],
  ])("revoking %s is refused in one line", async (id, line) => {
    const ran = await home.run(["keys", "revoke", id]);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([1, "", line]);
  });
});

describe("lists", () => {
  test("aNewKeySignsFromNowOnAndTheFormerOneIsPublishedStill", async () => {
    const keys = z.object({ items: z.array(z.object({ kid: z.string(), signs: z.boolean() })) });
    const [before] = (await json(keys, "lists", "keys")).items;
    const { kid } = await json(z.object({ kid: z.string() }), "lists", "rotate-key");
    expect((await json(keys, "lists", "keys")).items).toEqual([
      { kid, signs: true },
      { kid: before?.kid, signs: false },
    ]);
    const jwks = z.object({ keys: z.array(z.object({ kid: z.string(), use: z.string() })) });
    const published = jwks.parse(await (await fetch(new URL("/.well-known/jwks.json", product.url))).json());
    expect(published.keys.flatMap((key) => (key.use === "sig" ? [key.kid] : []))).toEqual([kid, before?.kid]);
    const shown = await home.run(["lists", "keys"]);
    expect(shown.stdout).toMatch(new RegExp(`^${kid} +signs$`, "m"));
  });

  test("aPlaceGetsANewSecret, and each place that has one with --all", async () => {
    const rotated = z.object({ items: z.array(z.object({ locationId: z.string(), keyId: z.string() })) });
    const locationId = await createLocation(home.admin(product));
    const one = await json(rotated, "lists", "rotate-secret", "--location", locationId);
    expect(one.items.map((item) => item.locationId)).toEqual([locationId]);
    const all = await json(rotated, "lists", "rotate-secret", "--all");
    expect(all.items.map((item) => item.locationId)).toEqual([locationId]);
    expect(all.items[0]?.keyId).not.toBe(one.items[0]?.keyId);
    for (const [words, line] of [
      [[], "Either --location or --all is wanted.\n"],
      [["--all", "--location", locationId], "Either --location or --all is wanted.\n"],
      [["--location", "nowhere"], 'There is no location "nowhere".\n'],
    ] as const) {
      const ran = await home.run(["lists", "rotate-secret", ...words]);
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([1, "", line]);
    }
  });
});

describe("terms", () => {
  const uploaded = z.object({ id: z.string(), status: z.string(), uploaded: z.boolean() }).loose();

  test("areUploadedBesideTheServer, which serves them at once, and stay in the list", async () => {
    const file = home.path("terms.pdf");
    await writeFile(file, pdfOf("by the command line"));
    const upload = ["terms", "upload", file, "--kind", "TERMS", "--from", "2026-01-01"];
    const first = await json(uploaded, ...upload);
    expect(first).toMatchObject({ status: "VALID", uploaded: true });
    expect(await json(uploaded, ...upload)).toMatchObject({ id: first.id, uploaded: false });
    const { key } = await json(made, "keys", "create", "--name", "Reader", "--role", "AUDITOR");
    const served = await fetch(new URL(`/api/terms/${first.id}/file`, product.url), {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(Buffer.from(await served.arrayBuffer())).toEqual(pdfOf("by the command line"));
    const shown = await home.run(["terms", "list"]);
    expect(shown.stdout).toMatch(new RegExp(`^${first.id}  TERMS +2026-01-01  VALID$`, "m"));
    const { items } = await json(listed, "terms", "list");
    expect(items.map(({ id }) => id)).toEqual([first.id]);
  });

  test("thatAreNoneAreRefusedInOneLine", async () => {
    const text = home.path("terms.txt");
    await writeFile(text, "terms");
    for (const [words, line] of [
      [[text, "--kind", "TERMS", "--from", "2026-01-01"], `${JSON.stringify(text)}: it is not a PDF.\n`],
      [
        ["nowhere.pdf", "--kind", "TERMS", "--from", "2026-01-01"],
        'There is no file "nowhere.pdf" that can be read.\n',
      ],
      [[text, "--kind", "TERMS", "--from", "tomorrow"], "--from: a day is wanted, for example 2026-12-01\n"],
      [[text, "--kind", "POEM", "--from", "2026-01-01"], expect.stringMatching(/^--kind: .*TERMS.*\n$/)],
    ] as const) {
      const ran = await home.run(["terms", "upload", ...words]);
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([1, "", line]);
    }
  });
});

describe("a password", () => {
  const email = "admin@admittance.local";

  async function signIn(password: string): Promise<number> {
    const anybody = createClient(product.url, null);
    return (await anybody.request("POST", "/api/session", { email, password })).status;
  }

  test("isResetWhereNobodyCanSignInAnyMore: the old one and every session end, and the user's history says so", async () => {
    const old = /password (\S+)/.exec(product.output())?.[1] ?? "";
    const before = await createClient(product.url, null).request("POST", "/api/session", {
      email,
      password: old,
    });
    const cookie = (before.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const look = async (): Promise<number> =>
      (await fetch(new URL("/api/session", product.url), { headers: { cookie } })).status;
    expect([before.status, await look()]).toEqual([200, 200]);

    const ran = await home.run(["users", "password", "ADMIN@admittance.local"]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(/^[\w-]{20}\n$/);
    expect(await signIn(old)).toBe(401);
    expect(await look()).toBe(401);
    expect(await signIn(ran.stdout.trim())).toBe(200);
    const events = await home.query<{ type: string; body: string }>(
      "select type, body from events where starts_with(stream, 'user-') order by revision desc limit 1",
    );
    expect(events[0]?.type).toBe("UserChanged");
    expect(events[0]?.body).toContain('"command-line"');

    const given = await home.run(["users", "password", email, "--stdin"], {
      STDIN: "quite another phrase 7\n",
    });
    expect([given.code, given.stdout]).toEqual([0, "The password is set.\n"]);
    expect(await signIn("quite another phrase 7")).toBe(200);
  });

  test.each<[string, string, RegExp]>([
    [email, "short\n", /^The password is refused: 12 characters or more are wanted\.\n$/],
    [email, `${email}\n`, /^The password is refused: [^\n]+\.\n$/],
    ["nobody@example.org", "quite another phrase 8\n", /^There is no user "nobody@example.org"\.\n$/],
  ])("for %s is refused in one line where it can't be", async (who, secret, line) => {
    const ran = await home.run(["users", "password", who, "--stdin"], { STDIN: secret });
    expect([ran.code, ran.stdout]).toEqual([1, ""]);
    expect(ran.stderr).toMatch(line);
  });

  test("users are listed", async () => {
    expect((await home.run(["users", "list"])).stdout).toMatch(
      /^\S{26}  admin@admittance\.local  ADMIN  everything  enabled$/m,
    );
    expect((await json(listed, "users", "list")).items[0]).toMatchObject({ email, role: "ADMIN" });
  });
});

describe("--json", () => {
  const counts = z.looseObject({ events: z.int().positive() });

  test("is one line of JSON from each command that carries the log", async () => {
    const verified = await json(counts, "log", "verify");
    expect(verified).toMatchObject({ whole: true });
    const file = home.path("log.ndjson");
    const ran = await home.run(["export", "--to", file, "--json"]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ file, verified: false, streams: expectedNumber() });
    expect(await json(counts, "import", "--check", file)).toMatchObject({ whole: true });
  });

  test("is what the server answered, of the simulated terminal", async () => {
    const admin = home.admin(product);
    await admin.send("POST", "/api/terminals", { serialNumber: "CLI-1", locationId: null });
    const issued = await admin.send("POST", "/api/terminals/CLI-1/pairing-codes", {});
    const { code } = z.object({ code: z.string() }).parse(issued.body);
    const pos = async (...words: string[]): Promise<Ran> =>
      await home.run(["pos", "--url", product.url, "--data-dir", home.dataDir, ...words, "--json"]);
    expect(JSON.parse((await pos("pair", "CLI-1", code)).stdout)).toHaveProperty("serverTime");
    const checked: unknown = JSON.parse((await pos("check", "CLI-1", "4111111111111111")).stdout);
    expect(checked).toMatchObject({ decision: "REJECTED", code: "UNKNOWN_DEVICE" });
  });
});

function expectedNumber(): unknown {
  return expect.any(Number);
}

describe("completion", () => {
  test("knows every command, in a shell", async () => {
    const script = await home.run(["complete", "bash"]);
    expect(script.code).toBe(0);
    const file = home.path("completion.bash");
    await writeFile(file, script.stdout);
    execFileSync("bash", ["-n", file]);
    const words = await home.run(["complete", "--", "keys", ""]);
    expect(words.stdout.split("\n").map((line) => line.split("\t")[0])).toEqual(
      expect.arrayContaining(["create", "list", "revoke"]),
    );
  });
});

describe("a server that is there and can't be talked to", () => {
  let servers: Server[] = [];
  afterAll(() => {
    for (const one of servers) one.close();
    servers = [];
  });

  async function portOf(server: Server): Promise<string> {
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return String(address.port);
  }

  test("is told from one that is not there", async () => {
    const { cert, key } = await makeCertificate("elsewhere.test");
    const secure = await portOf(createTlsServer({ cert, key }));
    const plain = await portOf(createServer());
    const why = async (url: string): Promise<string> =>
      await createClient(url, null)
        .request("GET", "/healthz")
        .then(
          () => "answered",
          (error: unknown) => (error instanceof Error ? error.message : ""),
        );
    expect(await why(`https://127.0.0.1:${secure}`)).toMatch(
      /certificate .* is not trusted .*NODE_EXTRA_CA_CERTS/,
    );
    expect(await why(`https://127.0.0.1:${plain}`)).toMatch(/does not speak TLS: try http:/);
    expect(await why(`http://127.0.0.1:${secure}`)).toMatch(/hangs up on plain HTTP .*: try https:/);
    expect(await why("http://127.0.0.1:9")).toMatch(
      /^Nothing answers at http:\/\/127\.0\.0\.1:9 .*npm start/,
    );
  });
});
