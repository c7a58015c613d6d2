import { X509Certificate, createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { connect as connectPlainly } from "node:net";
import { text } from "node:stream/consumers";
import { connect, type TLSSocket } from "node:tls";
import { Agent, request } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SignJWT } from "jose";
import { WebSocket } from "ws";
import { z } from "zod";
import type { Client } from "../../../src/client.ts";
import { createLocation, publishRuleset, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { signCertificate } from "../../../src/engine/certificates/issue.ts";
import { makeAuthority, makeDeviceKey, pemOf, signForTerminal } from "../../../src/vault/x509.ts";
import { whileHeldBack } from "../../support/heldBack.ts";
import { makeCertificate } from "../../support/certificates.ts";
import { type Identity, identityIn, newRequest, partsOf, say, type Said } from "./certificateDevice.ts";

/** A POS system gets its certificate by a set-up code (pos-certificates.txt) and makes its connections with it. */

const setupCode = z.object({ code: z.string(), expiresAt: z.string(), port: z.int().nullable() });

let product: TestServer;
let admin: Client;
let at: { readonly port: number; readonly ca: string };
let locationId = "";
let count = 0;

beforeAll(async () => {
  product = await startTestServer({ settings: { TRUST_PROXY: "1", TEST_CLOCK: "1", MTLS_PORT: "0" } });
  ({ admin } = product);
  locationId = await createLocation(admin);
  await publishRuleset(admin, { name: "Everyone" });
  const ca = await (await fetch(`${product.url}/pos/ca.pem`)).text();
  at = { port: product.server.certificatePort ?? 0, ca };
});
afterAll(async () => {
  await product.stop();
});

async function register(): Promise<string> {
  const serialNumber = `POS-${String(++count)}`;
  await admin.send("POST", "/api/terminals", { serialNumber, locationId });
  return serialNumber;
}

async function codeFor(serialNumber: string): Promise<string> {
  const made = await admin.send("POST", `/api/terminals/${serialNumber}/setup-codes`, {});
  return setupCode.parse(made.body).code;
}

async function ask(body: Readonly<Record<string, unknown>>, address = "203.0.113.1"): Promise<Said> {
  const answer = await fetch(`${product.url}/pos/certificates`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": address },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    text: await answer.text(),
  };
}

interface Pos {
  readonly serialNumber: string;
  readonly posId: string;
  readonly identity: Identity;
}

async function newPos(): Promise<Pos> {
  const serialNumber = await register();
  const posId = `till ${serialNumber}`;
  const { key, csr } = await newRequest();
  const answer = await ask({ posId, setupCode: await codeFor(serialNumber), csr });
  expect(answer.status).toBe(200);
  return { serialNumber, posId, identity: identityIn(answer.text, key) };
}

const eight: unknown = expect.stringMatching(/^[A-Z0-9]{8}$/);
const refusal: unknown = expect.stringContaining("PAIRING_REFUSED");
const conflict: unknown = expect.stringContaining("ALREADY_EXISTS");

const tap = (index: number): unknown => ({ card: { pan: testPan(index), entryMode: "CONTACTLESS" } });

describe("aSetupCode", () => {
  test("isEightCapitalLettersAndDigitsAndSaysWhereToAsk", async () => {
    const serialNumber = await register();
    const made = await admin.send("POST", `/api/terminals/${serialNumber}/setup-codes`, {});
    expect(made).toMatchObject({
      status: 201,
      body: {
        code: eight,
        httpsUrl: `https://127.0.0.1:${String(at.port)}/`,
        wssUrl: `wss://127.0.0.1:${String(at.port)}/`,
        port: at.port,
      },
    });
  });

  test("givesTheKeyAsPkcs1ThenTheChainOfThree", async () => {
    const serialNumber = await register();
    const answer = await ask({ posId: "123", setupCode: await codeFor(serialNumber) });
    expect(answer).toMatchObject({
      status: 200,
      headers: { "content-type": "application/x-pem-file", "cache-control": "no-store" },
    });
    expect(partsOf(answer.text).map((part) => part.split("\n")[0])).toEqual([
      "-----BEGIN RSA PRIVATE KEY-----",
      ...Array.from({ length: 3 }, () => "-----BEGIN CERTIFICATE-----"),
    ]);
    const [leaf, middle, root] = partsOf(answer.text)
      .slice(1)
      .map((part) => new X509Certificate(part));
    expect(middle !== undefined && leaf?.verify(middle.publicKey)).toBe(true);
    expect(root !== undefined && middle?.verify(root.publicKey)).toBe(true);
    expect(partsOf(answer.text).at(-1)).toBe(partsOf(at.ca)[0]);
    const said = await say(at, identityIn(answer.text), ["POST", "/pos/check_entry", tap(1)]);
    expect([said.status, JSON.parse(said.text)]).toEqual([
      200,
      expect.objectContaining({ decision: "GRANTED" }),
    ]);
    const shown = await admin.send("GET", `/api/terminals/${serialNumber}`);
    expect(shown.body).toMatchObject({ status: "PAIRED", credential: { trust: "CERTIFICATE" } });
  });
});

describe("withARequestOfItsOwn", () => {
  test("noPrivateKeyIsAnsweredAndTheNameThatItAsksForIsNotItsOwn", async () => {
    const serialNumber = await register();
    const { key, csr } = await newRequest();
    const answer = await ask({ posId: "own key", setupCode: await codeFor(serialNumber), csr });
    expect(partsOf(answer.text)).toHaveLength(3);
    expect(answer.text).not.toContain("PRIVATE KEY");
    const leaf = new X509Certificate(partsOf(answer.text)[0] ?? "");
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(leaf.subject).toContain("CN=own key");
    expect(leaf.subjectAltName).toBe(`URI:urn:admittance:terminal:${serialNumber}`);
  });

  test("aLostReplyIsAnsweredAgainByTheSameKeyAndByNothingElse", async () => {
    const [serialNumber, { csr }, other] = [await register(), await newRequest(), await newRequest()];
    const code = await codeFor(serialNumber);
    const first = await ask({ posId: "again", setupCode: code, csr });
    expect((await ask({ posId: "again", setupCode: code, csr })).text).toBe(first.text);
    for (const wrong of [{ csr: other.csr }, {}, { csr, posId: "another" }]) {
      const answer = await ask({ posId: "again", setupCode: code, ...wrong }, "203.0.113.9");
      expect(answer).toMatchObject({ status: 403, text: refusal });
    }
  });

  test("aRequestThatIsNoneIs422AndTheCodeIsNotUsedUp", async () => {
    const serialNumber = await register();
    const code = await codeFor(serialNumber);
    const { key, csr } = await newRequest();
    for (const wrong of ["nonsense", key, csr.replace(/[A-Z]{4}/, "AAAA")]) {
      const answer = await ask({ posId: "wrong csr", setupCode: code, csr: wrong });
      expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('"/csr"')]);
    }
    expect((await ask({ posId: "wrong csr", setupCode: code, csr })).status).toBe(200);
  });
});

describe("aCodeIsRefusedAlike", () => {
  test("whetherItIsUnknownUsedVoidedExpiredOrItsTerminalIsSuspendedOrRemoved", async () => {
    const bodies: unknown[] = [];
    const refused = async (code: string, address: string): Promise<void> => {
      const answer = await ask({ posId: "x", setupCode: code }, address);
      const { traceId: _, ...body } = z.looseObject({ traceId: z.string() }).parse(JSON.parse(answer.text));
      expect(answer.status).toBe(403);
      bodies.push(body);
    };
    await refused("ZZZZZZZZ", "203.0.113.20");
    const voided = await register();
    const first = await codeFor(voided);
    const second = await codeFor(voided);
    await refused(first, "203.0.113.20");
    expect((await ask({ posId: "second", setupCode: second })).status).toBe(200);
    await refused(second, "203.0.113.20");
    const expired = await codeFor(await register());
    await admin.send("POST", "/api/test-clock", { advance: "PT10M1S" });
    await refused(expired, "203.0.113.20");
    const [suspended, removed] = [await register(), await register()];
    const codes = [await codeFor(suspended), await codeFor(removed)];
    await admin.send("POST", `/api/terminals/${suspended}/suspend`, {});
    await admin.send("DELETE", `/api/terminals/${removed}`);
    for (const code of codes) await refused(code, "203.0.113.21");
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  test("ofFiftyThatUseOneAtOnceOneWins", async () => {
    const serialNumber = await register();
    const code = await codeFor(serialNumber);
    const answers = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, index) =>
          await ask({ posId: `racer ${String(index)}`, setupCode: code }, `198.51.100.${String(index)}`),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 403 || status === 429)).toHaveLength(49);
  });

  test("aFloodOfGuessesIsLockedOutAndTheNextCodeStillLetsTheHonestIn", async () => {
    const flood = await Promise.all(
      Array.from(
        { length: 40 },
        async (_, index) =>
          await ask({ posId: "guess", setupCode: `GUESS${String(100 + index)}` }, "192.0.2.66"),
      ),
    );
    expect(flood.filter(({ status }) => status === 403).length).toBeLessThanOrEqual(10);
    expect(flood.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(30);
    const serialNumber = await register();
    const code = await codeFor(serialNumber);
    expect((await ask({ posId: "honest", setupCode: code }, "192.0.2.66")).status).toBe(200);
  });

  test("isNoneForATerminalThatIsPaired", async () => {
    const { serialNumber } = await newPos();
    const again = await admin.request("POST", `/api/terminals/${serialNumber}/setup-codes`, {});
    expect(again).toMatchObject({ status: 409, body: { code: "ALREADY_PAIRED" } });
  });
});

describe("aPosId", () => {
  test("isOneTerminalsUntilItsCertificateIsTakenBack", async () => {
    const { serialNumber, posId } = await newPos();
    const other = await register();
    const code = await codeFor(other);
    expect(await ask({ posId, setupCode: code })).toMatchObject({
      status: 409,
      text: conflict,
    });
    await admin.send("POST", `/api/terminals/${serialNumber}/unpair`, {});
    expect((await ask({ posId, setupCode: code })).status).toBe(200);
  });

  test.each(["", " a", "a".repeat(65), "ü", "a\nb", "4111111111111111"])("isNot %j", async (posId) => {
    const answer = await ask({ posId, setupCode: "AAAAAAAA" });
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('"/posId"')]);
  });
});

describe("thePortThatWantsCertificates", () => {
  test("givesOneByPostWithoutACertificateAndNothingElse", async () => {
    const serialNumber = await register();
    const body = { posId: "by post", setupCode: await codeFor(serialNumber) };
    const answer = await say(at, null, ["POST", "/", body]);
    expect([answer.status, partsOf(answer.text).length]).toEqual([200, 4]);
    for (const path of ["/pos/status", "/pos/fallback_bin_ranges"])
      expect((await say(at, null, ["GET", path])).status).toBe(401);
    for (const path of ["/api/terminals", "/openapi.json", "/admin/", "/pos/pair", "/healthz"])
      expect((await say(at, null, ["GET", path])).status).toBe(404);
  });

  test("givesOneByWebSocket", async () => {
    const serialNumber = await register();
    const { csr } = await newRequest();
    const body = { posId: "by socket", setupCode: await codeFor(serialNumber), csr };
    expect(partsOf(await overSocket(JSON.stringify(body)))).toHaveLength(3);
    for (const [message, code] of [
      ["{", "MALFORMED_JSON"],
      ["{}", "INVALID_REQUEST"],
      [JSON.stringify({ ...body, setupCode: "WRONG234" }), "PAIRING_REFUSED"],
    ] as const)
      expect(JSON.parse(await overSocket(message))).toMatchObject({ code });
  });

  test.each(["/../", "//", "/pos/status"])("givesNoneByWebSocketAt %s, and says so", async (path) => {
    const socket = connect({ host: "localhost", ...at });
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 /);
  });

  test("answersWhoOffersAnotherProtocolAsWell", async () => {
    const socket = connect({ host: "localhost", ...at });
    const offer =
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk";
    const body = "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\n${offer}\r\n${body}`);
    const [said] = z.tuple([z.instanceof(Buffer)]).parse(await once(socket, "data"));
    expect(said.toString()).toMatch(/^HTTP\/1\.1 422 /);
    socket.destroy();
  });

  test("endsAHandshakeThatIsNeverFinished", async () => {
    const silent = connectPlainly({ host: "localhost", port: at.port });
    await once(silent, "close");
    expect(silent.bytesRead).toBe(0);
  });

  test.each(["foreign", "self-made", "expired", "not yet valid", "of no terminal"])(
    "cutsOffACertificateThatIs %s",
    async (kind) => {
      const identity = await wrongIdentity(kind);
      await expect(say(at, identity, ["POST", "/", {}])).rejects.toThrow();
      await expect(say(at, identity, ["GET", "/pos/status"])).rejects.toThrow();
    },
  );

  test("takesATokenBesideItOnlyOfTheSameTerminalByTheSameKey", async () => {
    const { serialNumber, identity } = await newPos();
    const other = await newPos();
    const signed = async (subject: string, key: string): Promise<string> =>
      await new SignJWT({})
        .setProtectedHeader({ alg: "RS256" })
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime("5m")
        .sign(createPrivateKey(key));
    const status = async (token: string): Promise<number> =>
      (await say(at, identity, ["GET", "/pos/status"], { authorization: `Bearer ${token}` })).status;
    expect(await status(await signed(serialNumber, identity.key))).toBe(200);
    expect(await status(await signed(serialNumber, other.identity.key))).toBe(401);
    expect(await status(await signed(other.serialNumber, other.identity.key))).toBe(401);
    expect(await status("nonsense")).toBe(401);
    // Its key alone lets nobody in at the other port.
    const alone = await fetch(`${product.url}/pos/status`, {
      headers: { authorization: `Bearer ${await signed(serialNumber, identity.key)}` },
    });
    expect(alone.status).toBe(401);
  });
});

describe("whatIsRevoked", () => {
  test.each(["revoke", "unpair", "delete"])(
    "by %s is refused with the next request of an open connection, on every instance, and cut off after that",
    async (how) => {
      const { serialNumber, identity } = await newPos();
      const second = await product.another();
      const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: at.ca, ...identity });
      try {
        const elsewhere = { port: second.certificatePort ?? 0, agent };
        expect(await status(elsewhere)).toBe(200);
        await takeBack(serialNumber, how);
        const refused = await status(elsewhere).catch(() => "cut off");
        expect([401, "cut off"]).toContain(refused);
        for (const { port } of [at, elsewhere])
          await expect(say({ port, ca: at.ca }, identity, ["GET", "/pos/status"])).rejects.toThrow();
      } finally {
        agent.destroy();
        await second.stop();
      }
    },
  );

  test("isNotSaidToBeNothing where the list of certificates is behind: the server says that it does not know yet", async () => {
    const { identity, id } = await whileHeldBack(product.databaseUrl, async () => {
      const { identity } = await newPos();
      const id = new X509Certificate(identity.cert).serialNumber;
      // On a log that nothing holds back it is known.
      const early = await admin.request("POST", `/api/certificates/${id}/revoke`, {});
      expect([200, 503]).toContain(early.status);
      return { identity, id };
    });
    await expect
      .poll(async () => (await admin.request("POST", `/api/certificates/${id}/revoke`, {})).status)
      .toBe(200);
    await expect(say(at, identity, ["GET", "/pos/status"])).rejects.toThrow();
    expect((await admin.request("POST", "/api/certificates/00ff/revoke", {})).status).toBe(404);
  });

  test("hasItsOpenConnectionsClosed", async () => {
    const { serialNumber, identity } = await newPos();
    const socket = await opened(identity);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await takeBack(serialNumber, "revoke");
    await closed;
  });

  test("isNotResumedByASessionOfBefore", async () => {
    const { serialNumber, identity } = await newPos();
    const first = await opened(identity);
    const session = await new Promise<Buffer>((resolve) => {
      first.once("session", resolve);
      first.write("GET /pos/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
    });
    first.destroy();
    await takeBack(serialNumber, "revoke");
    const again = await opened(identity, session);
    again.write("GET /pos/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const chunks: Buffer[] = [];
    again.on("data", (chunk: Buffer) => chunks.push(chunk));
    await new Promise((resolve) => again.once("close", resolve));
    expect(Buffer.concat(chunks).toString()).not.toContain("200 OK");
  });

  test("isListedAndSuspensionHoldsToo", async () => {
    const { serialNumber, posId, identity } = await newPos();
    await admin.send("POST", `/api/terminals/${serialNumber}/suspend`, {});
    expect((await say(at, identity, ["GET", "/pos/fallback_bin_ranges"])).status).toBe(403);
    await admin.send("POST", `/api/terminals/${serialNumber}/resume`, {});
    expect((await say(at, identity, ["GET", "/pos/fallback_bin_ranges"])).status).toBe(200);
    await takeBack(serialNumber, "revoke");
    await expect
      .poll(async () => (await certificates(serialNumber))[0])
      .toMatchObject({
        posId,
        state: "REVOKED",
        endedBy: "REVOKED",
        keyMadeBy: "DEVICE",
      });
    expect((await admin.send("GET", `/api/terminals/${serialNumber}`)).body).toMatchObject({
      status: "NOT_PAIRED",
    });
    // It is set up again by another code.
    const again = await ask({ posId, setupCode: await codeFor(serialNumber) });
    expect(again.status).toBe(200);
  });
});

describe("aRenewal", () => {
  const renew = async (identity: Identity, csr: string): Promise<Said> =>
    await say(at, identity, ["POST", "/pos/certificates/renew", { csr }]);

  test("isAskedForWithThePresentCertificateWhichCountsForAWhile", async () => {
    const { serialNumber, identity } = await newPos();
    const { key, csr } = await newRequest();
    const answer = await renew(identity, csr);
    expect([answer.status, partsOf(answer.text).length]).toEqual([200, 3]);
    const next = identityIn(answer.text, key);
    expect((await renew(identity, csr)).text).toBe(answer.text);
    for (const one of [identity, next]) expect((await say(at, one, ["GET", "/pos/status"])).status).toBe(200);
    expect((await renew(identity, (await newRequest()).csr)).status).toBe(409);
    expect((await renew(next, csr)).status).toBe(422);
    await expect
      .poll(async () => (await certificates(serialNumber)).map(({ state }) => state))
      .toEqual(["ACTIVE", "RETIRING"]);
    // Renewed again, the first one is over.
    expect((await renew(next, (await newRequest()).csr)).status).toBe(200);
    await expect(say(at, identity, ["GET", "/pos/status"])).rejects.toThrow();
    await expect
      .poll(async () => (await certificates(serialNumber)).map(({ state }) => state))
      .toEqual(["ACTIVE", "RETIRING", "REVOKED"]);
  });

  test("isNoneAtTheOtherPort", async () => {
    const { csr } = await newRequest();
    const answer = await fetch(`${product.url}/pos/certificates/renew`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ csr }),
    });
    expect(answer.status).toBe(401);
  });
});

test("noPrivateKeyOfOursIsLoggedOrInAnEvent", async () => {
  const serialNumber = await register();
  const answer = await ask({ posId: "secret", setupCode: await codeFor(serialNumber) });
  // The modulus, which is public, stands in front.
  const inner = partsOf(answer.text)[0]?.split("\n").at(12) ?? "none";
  expect(inner).toHaveLength(64);
  const { rows } = await product.server.services.pool.query<{ text: string }>(
    "select string_agg(body::text, '') as text from events",
  );
  for (const text of [product.logged(), rows[0]?.text ?? ""]) {
    expect([text.includes(inner), text.includes("PRIVATE KEY")]).toEqual([false, false]);
  }
});

async function certificates(terminal: string) {
  const shape = z.object({ items: z.array(z.looseObject({ id: z.string(), state: z.string() })) });
  return shape.parse((await admin.send("GET", `/api/certificates?terminal=${terminal}`)).body).items;
}

async function takeBack(serialNumber: string, how: string): Promise<void> {
  if (how === "delete") await admin.send("DELETE", `/api/terminals/${serialNumber}`);
  if (how === "unpair") await admin.send("POST", `/api/terminals/${serialNumber}/unpair`, {});
  if (how !== "revoke") return;
  await expect.poll(async () => (await certificates(serialNumber)).length).toBe(1);
  const [one] = await certificates(serialNumber);
  await admin.send("POST", `/api/certificates/${one?.id ?? ""}/revoke`, { reason: "stolen" });
}

async function status({ port, agent }: { readonly port: number; readonly agent: Agent }): Promise<number> {
  return await new Promise((resolve, reject) => {
    const asking = request({ host: "localhost", port, agent, path: "/pos/status" }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    asking.on("error", reject);
    asking.end();
  });
}

async function opened(identity: Identity, session?: Buffer): Promise<TLSSocket> {
  return await new Promise((resolve, reject) => {
    const socket = connect(
      { host: "localhost", ...at, ...identity, ...(session === undefined ? {} : { session }) },
      () => resolve(socket),
    );
    socket.on("error", reject);
  });
}

async function overSocket(message: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://localhost:${String(at.port)}/`, { ca: at.ca });
    socket.on("open", () => socket.send(message));
    socket.on("message", (data) => resolve(Buffer.isBuffer(data) ? data.toString() : ""));
    socket.on("error", reject);
  });
}

/** A certificate that nobody may come in with, as good as it can be made. */
async function wrongIdentity(kind: string): Promise<Identity> {
  if (kind === "self-made") return await makeCertificate("POS-1");
  const { services } = product.server;
  const { serialNumber, posId } = await newPos();
  const { spki, pem: key } = await makeDeviceKey();
  const now = Date.now();
  const day = 86_400_000;
  const validity = { notBefore: now - day, notAfter: now + day };
  const random = services.randomBytes(16);
  if (kind === "foreign") {
    const root = await makeAuthority({ id: "x", name: "Foreign", random, ...validity }, null);
    const leaf = await signForTerminal(root, { spki, posId, serialNumber, random, ...validity });
    return { key, cert: leaf.pem + root.pem };
  }
  const issuing = await services.authorities.issuing();
  if (kind === "of no terminal") {
    const whose = { spki, posId, serialNumber: "NOBODYS", random };
    return { key, cert: (await signForTerminal(issuing, { ...whose, ...validity })).pem + issuing.pem };
  }
  const at = kind === "expired" ? now - 91 * day : now + day;
  const made = await signCertificate(services, { posId, serialNumber }, spki, at);
  return { key, cert: pemOf(made.der) + issuing.pem };
}
