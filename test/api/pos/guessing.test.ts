import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { newKeys } from "../../../src/cli/pos/terminal.ts";
import { PAIRING_TRIES } from "../../../src/domain/policies.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** Whoever guesses pairing codes: in turn or at once, from one address or many, locked out before or not. */

const GUESSES = process.env["LONG"] === "1" ? 10_000 : 1_000;
const IN_A_ROUND = 61;

let product: TestServer;
const keys = newKeys();
let serials = 0;

beforeAll(async () => {
  product = await startTestServer({ settings: { TRUST_PROXY: "1" } });
});
afterAll(async () => {
  await product.stop();
});

async function forgetTries(): Promise<void> {
  await product.server.services.pool.query("delete from wrong_tries");
}

async function register(): Promise<string> {
  const serialNumber = `G-${String(++serials)}`;
  await product.admin.send("POST", "/api/terminals", { serialNumber, locationId: null });
  return serialNumber;
}

async function issueCode(serialNumber: string): Promise<string> {
  const answer = await product.admin.send("POST", `/api/terminals/${serialNumber}/pairing-codes`, {});
  return z.object({ code: z.string() }).parse(answer.body).code;
}

async function pair(serialNumber: string, pairingCode: string, address: string): Promise<number> {
  const answer = await fetch(`${product.url}/pos/pair`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": address },
    body: JSON.stringify({ serialNumber, pairingCode, publicKey: keys.publicKey }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** Another code than the right one, each time another. */
function wrong(code: string, index: number): string {
  return String((Number(code) + index + 1) % 100_000_000).padStart(8, "0");
}

function addressOf(index: number): string {
  return `198.51.100.${String(index + 1)}`;
}

async function lockOut(addresses: number): Promise<void> {
  for (let index = 0; index < addresses; index++) {
    const tries = Array.from({ length: 12 }, async () => await pair("NOBODY", "12345678", addressOf(index)));
    expect(await Promise.all(tries)).toContain(429);
  }
}

interface Attack {
  readonly atOnce: boolean;
  readonly addresses: number;
  readonly lockedBefore: boolean;
}

/** Every answer of a round of guesses, among which the right code stands at `place`. */
async function guess(attack: Attack, serial: string, code: string, place: number): Promise<number[]> {
  const one = async (index: number): Promise<number> =>
    await pair(serial, index === place ? code : wrong(code, index), addressOf(index % attack.addresses));
  const places = Array.from({ length: IN_A_ROUND }, (_, index) => index);
  if (attack.atOnce) return await Promise.all(places.map(one));
  const answers: number[] = [];
  for (const index of places) answers.push(await one(index));
  return answers;
}

const attacks: readonly Attack[] = [true, false].flatMap((atOnce) =>
  [1, 50].flatMap((addresses) => [true, false].map((lockedBefore) => ({ atOnce, addresses, lockedBefore }))),
);
const ROUNDS = Math.ceil(GUESSES / IN_A_ROUND / attacks.length);

describe("guessing pairing codes", { timeout: 900_000 }, () => {
  let rounds = 0;
  let hitsAtOnce = 0;

  test.each(attacks)("fiveTriesAtACodeAtMostAndTheNextCodePairs %o", async (attack) => {
    await forgetTries();
    if (attack.lockedBefore) await lockOut(attack.addresses);
    for (let round = 0; round < ROUNDS; round++) {
      if (!attack.lockedBefore) await forgetTries();
      const serial = await register();
      // In turn the place decides; at once any place is as good as another, for the server takes them as they come.
      const place = (++rounds * 7) % IN_A_ROUND;
      const answers = await guess(attack, serial, await issueCode(serial), place);
      expect(answers.filter((status) => ![200, 403, 429].includes(status))).toEqual([]);
      const hits = answers.filter((status) => status === 200).length;
      const tries = attack.lockedBefore ? Math.min(attack.addresses, PAIRING_TRIES) : PAIRING_TRIES;
      if (attack.atOnce) hitsAtOnce += hits;
      else expect([place, hits]).toEqual([place, place < tries ? 1 : 0]);
      if (hits > 0) await product.admin.send("POST", `/api/terminals/${serial}/unpair`, {});
      expect(await pair(serial, await issueCode(serial), addressOf(0))).toBe(200);
    }
  });

  // Five of sixty-one, or one in twelve, is expected: half of them would be no chance any more.
  test("manyGuessesAtOnceHitNoMoreOftenThanFiveInTurn", () => {
    expect(rounds).toBe(ROUNDS * attacks.length);
    expect(hitsAtOnce).toBeLessThan(rounds / 4);
  });
});

describe("a caller that is locked out", () => {
  test("hasOneTryForEachCodeThatIsIssuedAfterwardsAndNoneForThoseBefore", async () => {
    await forgetTries();
    const serial = await register();
    const address = addressOf(100);
    const early = await issueCode(serial);
    for (let tries = 0; tries < 12; tries++) await pair("NOBODY", "12345678", address);
    expect(await pair(serial, early, address)).toBe(429);
    const next = await issueCode(serial);
    for (let tries = 0; tries < 30; tries++)
      expect(await pair(serial, wrong(next, tries), address)).toBe(429);
    expect(await pair(serial, next, address)).toBe(429);
    // Its one wrong try is all that was counted of the code: another address still pairs by it.
    expect(await pair(serial, next, addressOf(101))).toBe(200);
  });

  test("isLockedByItsWrongTriesOnlyHoweverOftenItIsRight", async () => {
    await forgetTries();
    const address = addressOf(102);
    for (let times = 0; times < 12; times++) {
      const serial = await register();
      expect(await pair(serial, await issueCode(serial), address)).toBe(200);
    }
  });

  test("isTheWholeNetworkOfAnIPv6Subscriber", async () => {
    await forgetTries();
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries++)
      statuses.push(await pair("NOBODY", "12345678", `2001:db8:0:7::${tries.toString(16)}`));
    expect(statuses.slice(-2)).toEqual([429, 429]);
    expect(await pair("NOBODY", "12345678", "2001:db8:0:8::1")).toBe(403);
  });

  test("isEverybodyAfterTooManyWrongTriesOfAllAndTheNextCodePairs", async () => {
    await forgetTries();
    const { pool } = product.server.services;
    const serial = await register();
    const early = await issueCode(serial);
    await pair("NOBODY", "12345678", addressOf(103));
    await pool.query(
      "update wrong_tries set tries = 1000, locked_number = nextval('try_order') where caller = 'pairing, everybody'",
    );
    expect(await pair(serial, early, addressOf(104))).toBe(429);
    expect(await pair(serial, await issueCode(serial), addressOf(104))).toBe(200);
    await forgetTries();
  });
});
