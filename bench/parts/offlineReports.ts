import { createPrivateKey, randomUUID } from "node:crypto";
import { CompactEncrypt, importJWK, type JWK } from "jose";
import { z } from "zod";
import { createTerminal, simpleProgramme, testKeys, testPan } from "../../test/support/programme.ts";
import { CONNECTIONS, loadOf } from "../support/checks.ts";
import { type Load, saturate } from "../support/httpLoad.ts";
import { median, round2 } from "../support/statistics.ts";
import { tokensOf } from "../support/tokens.ts";
import type { Figures, OfflineScene } from "./offlineScene.ts";

/**
 * After an outage: `reports/s` of 50 terminals that tell at once, in calls of 100 whose cards are encrypted one by one,
 * and `checks/s` of the same server. They take turns; `reports/check` is the median of what both did in the same round.
 */

const TERMINALS = 50;
const A_CALL = 100;
const CARDS = 100_000;

export async function reports({ quick, product, admin }: OfflineScene): Promise<Figures> {
  const { url } = product;
  const { locationId, terminal } = await simpleProgramme(
    admin,
    url,
    {
      cardholder: { window: { kind: "ROLLING", days: 30 }, free: 3 },
      offline: {
        accountRanges: true,
        whitelist: false,
        maxGuests: 1,
        perCardAndDay: 2,
        perTerminalAndDay: 200,
      },
    },
    { offlineAllowed: true },
  );
  const serials = [terminal.serialNumber];
  while (serials.length < TERMINALS)
    serials.push((await createTerminal(admin, url, locationId)).serialNumber);
  const ms = quick ? 1_500 : 8_000;
  const rounds = quick ? 2 : 5;
  const pans = Array.from({ length: CARDS }, (_, index) => testPan(index));
  const checking = { ...(await loadOf(url, serials.slice(0, CONNECTIONS), pans)), asksAgain: true };
  const telling = await reportLoad(url, serials, quick ? 3_000 : 20_000);
  await saturate(checking, ms);
  await saturate(telling, ms);
  const [checks, reported, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const online = await saturate(checking, ms);
    const offline = (await saturate(telling, ms)) * A_CALL;
    checks.push(online);
    reported.push(offline);
    ratios.push(offline / online);
  }
  return {
    "checks/s": Math.round(median(checks)),
    "reports/s": Math.round(median(reported)),
    "reports/check": round2(median(ratios)),
  };
}

/** Each call tells of a hundred cards, each by a report that was never sent before. */
async function reportLoad(url: string, serials: readonly string[], cards: number): Promise<Load> {
  const encrypted = await encryptedCards(url, cards);
  const tokens = await tokensOf(serials, createPrivateKey(testKeys().privateKey));
  const { port } = new URL(url);
  const numbers = serials.map(() => 0);
  let next = 0;
  return {
    port: Number(port),
    connections: serials.length,
    next: (connection) => {
      const told = Array.from({ length: A_CALL }, () => {
        const number = (numbers[connection] ?? 0) + 1;
        numbers[connection] = number;
        const jwe = encrypted[next++ % encrypted.length];
        const occurredAt = new Date(Date.now() - 3_600_000).toISOString();
        const said = { reportId: randomUUID(), number, occurredAt, mode: "BIN_RANGE", outcome: "ADMITTED" };
        return { ...said, guests: 0, card: { jwe } };
      });
      const body = JSON.stringify({ reports: told });
      return `POST /pos/offline_reports HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${tokens[connection] ?? ""}\r\ncontent-type: application/json\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`;
    },
    // On a machine that others use too a call may not be done in time; what of it was stored is then a duplicate.
    asksAgain: true,
    check: ({ status, body }) => {
      const accepted = body.split(/"(?:ACCEPTED|DUPLICATE)"/).length - 1;
      if (status !== 200 || accepted !== A_CALL)
        throw new Error(
          `${String(accepted)} of ${String(A_CALL)} accepted, status ${String(status)}: ${body.slice(0, 500)}`,
        );
    },
  };
}

const published = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) });

async function encryptedCards(url: string, cards: number): Promise<readonly string[]> {
  const { keys } = published.parse(await (await fetch(new URL("/.well-known/jwks.json", url))).json());
  const jwk: (JWK & { readonly kid: string }) | undefined = keys.find(({ kty }) => kty === "RSA");
  if (jwk === undefined) throw new Error("no key to encrypt cards to is published");
  const key = await importJWK(jwk, "RSA-OAEP-256");
  const header = { alg: "RSA-OAEP-256", enc: "A256GCM", kid: jwk.kid };
  return await Promise.all(
    Array.from({ length: cards }, async (_, index) => {
      // Other cards than those that are checked.
      const card = JSON.stringify({ pan: testPan(CARDS + index), entryMode: "CONTACTLESS" });
      return await new CompactEncrypt(Buffer.from(card)).setProtectedHeader(header).encrypt(key);
    }),
  );
}
