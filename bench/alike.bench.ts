import { generateKeyPairSync, randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Client, createClient } from "../src/client.ts";
import { startEmbedded } from "../src/database/embedded/embedded.ts";
import { productHome } from "../test/support/product.ts";
import { median, round2 } from "./support/statistics.ts";

/**
 * How long it takes to be refused at the endpoints that want no authentication: by a code that nobody has, that is another's,
 * whose time is over, that was used or taken back. Each kind in its turn, each try from an address of its own; the first kind
 * stands there twice, which shows how far two medians of the same are apart.
 */
export const name = "alike";

/** Fewer than lock a code. */
const TRIES_A_CODE = 4;
const USED = 20;

interface Try {
  readonly path: string;
  readonly body: object;
}
type Kinds = Readonly<Record<string, (round: number) => Try>>;

export async function run({ quick }: { quick: boolean }): Promise<{ figures: Record<string, number> }> {
  const rounds = quick ? 12 : 1_000;
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-bench-alike-"));
  const database = await startEmbedded({ dataDir });
  const home = await productHome();
  try {
    // Behind a proxy every try has its own address; on a test clock a wait is 30 seconds.
    const own = { TRUST_PROXY: "1", TEST_CLOCK: "1", MTLS_PORT: "0", LOG_LEVEL: "warn" };
    const product = await home.start({ ...own, DATABASE_URL: database.url, EVENTSTORE_URL: "" });
    const office = createClient(product.url, await home.adminKey());
    const codes = Math.ceil(rounds / TRIES_A_CODE);
    const flows: readonly (readonly [string, Kinds])[] = [
      ["pairing", await pairing(office, product.url, codes)],
      ["enrollment", await enrollment(office, product.url, codes)],
      ["certificate", await certificate(office, product.url, codes)],
    ];
    const figures: Record<string, number> = {};
    const asking = new Asking(product.url);
    for (const [flow, kinds] of flows) {
      const times = await asking.inTurn(kinds, rounds);
      const [first = Number.NaN, again = Number.NaN, ...others] = times.map(([, values]) => median(values));
      for (const [kind, values] of times)
        console.log(`  ${flow.padEnd(12)} ${kind.padEnd(16)} ${median(values).toFixed(2)} ms`);
      const all = [first, again, ...others];
      figures[`${flow} kinds`] = round2(Math.max(...all) / Math.min(...all));
      figures[`${flow} noise`] = round2(Math.max(first, again) / Math.min(first, again));
    }
    return { figures };
  } finally {
    await home.destroy();
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

class Asking {
  readonly #url: string;
  #callers = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async inTurn(kinds: Kinds, rounds: number): Promise<readonly (readonly [string, readonly number[]])[]> {
    const times = Object.entries(kinds).map(([kind, next]) => ({ kind, next, values: Array.of<number>() }));
    for (let round = 0; round < rounds; round += 1)
      // Whoever comes first in a round is another one each time.
      for (let turn = 0; turn < times.length; turn += 1) {
        const one = times[(turn + round) % times.length];
        one?.values.push(await this.#ask(one.next(round), one.kind));
      }
    return times.map(({ kind, values }) => [kind, values]);
  }

  async #ask({ path, body }: Try, kind: string): Promise<number> {
    for (;;) {
      const caller = (this.#callers += 1);
      const headers = {
        "content-type": "application/json",
        "x-forwarded-for": `10.${String((caller >> 16) & 255)}.${String((caller >> 8) & 255)}.${String(caller & 255)}`,
      };
      const begun = performance.now();
      const answer = await fetch(this.#url + path, { method: "POST", headers, body: JSON.stringify(body) });
      const text = await answer.text();
      const took = performance.now() - begun;
      if (answer.status === 403) return took;
      // Everybody waits: so many wrong codes come from nowhere else.
      if (answer.status !== 429) throw new Error(`${kind}: ${String(answer.status)} ${text}`);
      await sleep(1_000 * Number(answer.headers.get("retry-after") ?? "1") + 50);
    }
  }
}

const publicKey = (): string =>
  generateKeyPairSync("rsa", { modulusLength: 2_048 })
    .publicKey.export({ format: "der", type: "spki" })
    .toString("base64");

const digits = (count: number): string => String(randomInt(10 ** (count - 1), 10 ** count));

async function later(office: Client, advance: string): Promise<void> {
  await office.send("POST", "/api/test-clock", { advance });
}

function of<Item>(items: readonly Item[], round: number): Item {
  const item = items[round % items.length];
  if (item === undefined) throw new Error("there are codes");
  return item;
}

async function pairing(office: Client, url: string, codes: number): Promise<Kinds> {
  const coded = z.object({ code: z.string() });
  const make = async (kind: string, count: number): Promise<readonly (readonly [string, string])[]> => {
    const made: [string, string][] = [];
    for (let index = 0; index < count; index += 1) {
      const serialNumber = `${kind}-${String(index)}`;
      await office.send("POST", "/api/terminals", { serialNumber });
      const { body } = await office.send("POST", `/api/terminals/${serialNumber}/pairing-codes`, {});
      made.push([serialNumber, coded.parse(body).code]);
    }
    return made;
  };
  const expired = await make("EXPIRED", codes);
  await later(office, "PT3H");
  const wrong = await make("WRONG", codes);
  const used = await make("USED", USED);
  const [theirs, ours] = [publicKey(), publicKey()];
  const nobody = createClient(url, null);
  for (const [serialNumber, pairingCode] of used)
    await nobody.send("POST", "/pos/pair", { serialNumber, pairingCode, publicKey: theirs });
  const pair = (serialNumber: string, pairingCode: string): Try => ({
    path: "/pos/pair",
    body: { serialNumber, pairingCode, publicKey: ours },
  });
  return {
    unknown: (round) => pair(`NOBODY-${String(round)}`, digits(8)),
    "unknown again": (round) => pair(`NO-ONE-${String(round)}`, digits(8)),
    wrong: (round) => pair(of(wrong, round)[0], digits(8)),
    expired: (round) => pair(...of(expired, round)),
    used: (round) => pair(...of(used, round)),
  };
}

async function enrollment(office: Client, url: string, codes: number): Promise<Kinds> {
  const coded = z.object({ enrollment_id: z.string(), enrollment_code: z.string() });
  const make = async (count: number) => {
    const made: z.infer<typeof coded>[] = [];
    for (let index = 0; index < count; index += 1)
      made.push(coded.parse((await office.send("POST", "/ipp/v1/enrollments", {})).body));
    return made;
  };
  const expired = await make(codes);
  await later(office, "PT3H");
  const [cancelled, used] = [await make(codes), await make(USED)];
  for (const { enrollment_id } of cancelled)
    await office.send("DELETE", `/ipp/v1/enrollments/${enrollment_id}`);
  const register = (enrollment_code: string, hardware_id: string): Try => ({
    path: "/ipp/v1/devices",
    body: { enrollment_code, hardware_id },
  });
  const nobody = createClient(url, null);
  for (const { enrollment_code } of used) {
    const { path, body } = register(enrollment_code, `FIRST-${enrollment_code}`);
    await nobody.send("POST", path, body);
  }
  return {
    unknown: (round) => register(digits(8), `N-${String(round)}`),
    "unknown again": (round) => register(digits(8), `N-${String(round)}`),
    expired: (round) => register(of(expired, round).enrollment_code, `N-${String(round)}`),
    "taken back": (round) => register(of(cancelled, round).enrollment_code, `N-${String(round)}`),
    used: (round) => register(of(used, round).enrollment_code, `N-${String(round)}`),
  };
}

async function certificate(office: Client, url: string, codes: number): Promise<Kinds> {
  const coded = z.object({ code: z.string() });
  const make = async (kind: string, count: number): Promise<readonly string[]> => {
    const made: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const serialNumber = `CERT-${kind}-${String(index)}`;
      await office.send("POST", "/api/terminals", { serialNumber });
      const { body } = await office.send("POST", `/api/terminals/${serialNumber}/setup-codes`, {});
      made.push(coded.parse(body).code);
    }
    return made;
  };
  const expired = await make("EXPIRED", codes);
  await later(office, "PT3H");
  const used = await make("USED", USED);
  const ask = (setupCode: string, posId: string): Try => ({
    path: "/pos/certificates",
    body: { posId, setupCode },
  });
  const nobody = createClient(url, null);
  for (const code of used) {
    const { path, body } = ask(code, `pos ${code}`);
    await nobody.send("POST", path, body);
  }
  return {
    unknown: (round) => ask(digits(8), `n ${String(round)}`),
    "unknown again": (round) => ask(digits(8), `n ${String(round)}`),
    expired: (round) => ask(of(expired, round), `n ${String(round)}`),
    used: (round) => ask(of(used, round), `n ${String(round)}`),
  };
}
