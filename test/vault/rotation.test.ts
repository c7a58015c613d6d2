import { copyFile, readFile, rename, stat } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { type Terminal, terminalOf } from "../../src/cli/pos/terminal.ts";
import { Random } from "../support/domain/random.ts";
import { exitOf, type Product } from "../support/product.ts";
import { check, confirm, outcome, simpleProgramme, testKeys, testPan } from "../support/programme.ts";
import { Installation, visit } from "../transfer/support.ts";

/** A new key for the vault, as docs/operating.md has it: no instance is stopped, and every card stays the card that it is. */

const ring = z.object({ vault: z.array(z.object({ version: z.int(), key: z.string() })) });
const vault = z.object({
  keys: z.array(z.object({ version: z.int(), state: z.string(), numbers: z.int().nullable() })),
  lacking: z.int(),
});
const cards = z.looseObject({ cardId: z.string() });
const listed = z.looseObject({ items: z.array(z.unknown()) });
/** Visits of a card. */
const FREE = 3;

let home: Installation;

beforeEach(async () => {
  home = await Installation.create();
});
afterEach(async () => {
  await home.destroy();
});

async function keys(product: Product): Promise<z.infer<typeof vault>> {
  return z.looseObject({ vault }).parse((await home.admin(product).send("GET", "/api/system")).body).vault;
}

async function states(product: Product): Promise<readonly string[]> {
  return (await keys(product)).keys.map(({ version, state }) => `${String(version)} ${state}`);
}

/** As an operator puts it in place: there as a whole. */
async function put(from: string, to: string): Promise<void> {
  await copyFile(home.path(from), home.path(`${to}.new`));
  await rename(home.path(`${to}.new`), home.path(to));
}

async function programme(
  product: Product,
): Promise<{ readonly serial: string; readonly locationId: string }> {
  const window = { kind: "ROLLING" as const, days: 30 };
  const made = await simpleProgramme(home.admin(product), product.url, {
    cardholder: { window, free: FREE },
  });
  return { serial: made.terminal.serialNumber, locationId: made.locationId };
}

function terminalAt({ url }: Product, serial: string): Terminal {
  return terminalOf(url, serial, testKeys().privateKey, () => Date.now());
}

/** Taps without end, at one instance and at the other, by cards that come again and by new ones. */
class Load {
  readonly granted = new Map<string, number>();
  readonly taps = new Map<string, number>();
  readonly answers = new Map<string, number>();
  readonly #terminals: readonly Terminal[];
  readonly #random = new Random(7);
  #going = true;
  readonly #workers: Promise<void>[];

  constructor(terminals: readonly Terminal[]) {
    this.#terminals = terminals;
    this.#workers = [0, 1, 2, 3].map(async () => {
      while (this.#going) await this.#once();
    });
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#workers);
  }

  get seen(): number {
    return [...this.taps.values()].reduce((sum, one) => sum + one, 0);
  }

  async #once(): Promise<void> {
    const isNew = this.taps.size === 0 || this.#random.chance(0.3);
    const pan = testPan(isNew ? 1_000 + this.taps.size : 1_000 + this.#random.upTo(this.taps.size - 1));
    if (isNew) this.taps.set(pan, 0);
    const terminal = this.#terminals[this.#random.upTo(this.#terminals.length - 1)];
    if (terminal === undefined) throw new Error("there are terminals");
    const answer = await check(terminal, pan);
    const { decision, code, accessId } = outcome(answer);
    if (decision === "GRANTED") {
      expect((await confirm(terminal, accessId)).status).toBe(200);
      this.granted.set(pan, (this.granted.get(pan) ?? 0) + 1);
    }
    const said = code ?? decision;
    // While another tap of the card is being decided, or waits to be confirmed.
    if (said !== "TEMPORARILY_BLOCKED") this.taps.set(pan, (this.taps.get(pan) ?? 0) + 1);
    this.answers.set(said, (this.answers.get(said) ?? 0) + 1);
  }

  /** Resolves after so many taps more. */
  async more(taps: number): Promise<void> {
    const goal = this.seen + taps;
    await expect.poll(() => this.seen, { timeout: 120_000 }).toBeGreaterThan(goal);
  }
}

test("aRotationUnderLoad: no tap fails, every number stays one card with one count, and the old key retires", async () => {
  const first = await home.start();
  await copyFile(home.path("keyring.json"), home.path("second.json"));
  const second = await home.start({ KEYRING_FILE: home.path("second.json") });
  const { serial, locationId } = await programme(first);
  const admin = home.admin(first);
  const onList = Array.from({ length: 5 }, (_, index) => testPan(9_000 + index));
  for (const pan of onList) await admin.send("POST", "/api/whitelist", { pan, locationId });
  const hits = async (): Promise<readonly number[]> =>
    await Promise.all(
      onList.map(async (pan) => {
        const { cardId } = cards.parse((await admin.send("POST", "/api/cards/lookup", { pan })).body);
        const found = await admin.send("GET", `/api/whitelist?cardId=${cardId}&locationId=${locationId}`);
        return listed.parse(found.body).items.length;
      }),
    );
  const all = onList.map(() => 1);
  expect(await hits()).toEqual(all);
  const load = new Load([terminalAt(first, serial), terminalAt(second, serial)]);
  await load.more(60);

  expect((await home.run(["keys", "rotate"])).stdout).toMatch(
    /^\S+keyring\.json has key 2 of the vault now\. Back it up\.\n/,
  );
  expect((await stat(home.path("keyring.json"))).mode & 0o777).toBe(0o600);
  await expect
    .poll(async () => await keys(first))
    .toMatchObject({ keys: [{ state: "WAITING" }, { state: "WRITTEN" }], lacking: 1 });
  await load.more(60);
  expect(await states(first)).toEqual(["2 WAITING", "1 WRITTEN"]);
  expect(await hits()).toEqual(all);

  await put("keyring.json", "second.json");
  await expect.poll(async () => await states(first)).toEqual(["2 WRITTEN", "1 OLDER"]);
  await load.more(100);
  await load.stop();
  const foreseen = ["GRANTED", "LIMIT_EXCEEDED", "TEMPORARILY_BLOCKED"];
  expect([...load.answers.keys()].filter((said) => !foreseen.includes(said))).toEqual([]);
  for (const [pan, taps] of load.taps) expect(load.granted.get(pan) ?? 0).toBe(Math.min(taps, FREE));
  expect(await hits()).toEqual(all);
  const [row] = await home.query<{ cards: number }>("select count(*)::int as cards from card_vault");
  expect(row?.cards).toBe(load.taps.size + onList.length);

  const refused = await home.run(["keys", "retire", "1"]);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/^Key 1 can't retire: \d+ numbers are found by it alone\. [^\n]+\n$/),
  ]);
  const last = terminalAt(second, serial);
  const left = async (pan: string): Promise<number> => {
    let visits = 0;
    while ((await visit(last, pan)) === "GRANTED") visits += 1;
    return visits;
  };
  for (const [pan, taps] of load.taps) expect(await left(pan)).toBe(Math.max(0, FREE - taps));
  for (const pan of onList) expect(await left(pan)).toBe(FREE);
  const shown = await home.run(["keys", "vault"]);
  expect([shown.code, shown.stderr]).toEqual([0, ""]);
  expect(shown.stdout).toMatch(
    /^key +state +numbers\n2 +cards are written by it *\n1 +cards are found by it +0\n$/,
  );

  expect((await home.run(["keys", "retire", "1"])).code).toBe(0);
  await put("keyring.json", "second.json");
  expect(ring.parse(JSON.parse(await readFile(home.path("second.json"), "utf8"))).vault).toHaveLength(1);
  const known = async (one: Product): Promise<number> => (await keys(one)).keys.length;
  await expect.poll(async () => [await known(first), await known(second)]).toEqual([1, 1]);
  for (const pan of [...onList, ...load.taps.keys()].slice(0, 20)) {
    expect(await visit(last, pan)).toBe("LIMIT_EXCEEDED");
  }
  expect(await hits()).toEqual(all);
});

test("whoeverLacksTheVaultsKeyMakesNoCard: what it would write is refused until it has the key", async () => {
  const first = await home.start();
  await copyFile(home.path("keyring.json"), home.path("second.json"));
  const second = await home.start({ KEYRING_FILE: home.path("second.json") });
  const { serial } = await programme(first);
  const [here, there] = [terminalAt(first, serial), terminalAt(second, serial)];
  const [old, moved, fresh] = [testPan(1), testPan(2), testPan(3)];
  for (const pan of [old, moved]) expect(await visit(here, pan)).toBe("GRANTED");
  expect((await home.run(["keys", "rotate"])).code).toBe(0);
  // As if nobody had heard of it for a minute.
  await home.query("delete from vault_key_holders where newest_version = 1");
  await expect.poll(async () => await states(first)).toEqual(["2 WRITTEN", "1 OLDER"]);
  for (const pan of [moved, fresh]) expect(await visit(here, pan)).toBe("GRANTED");

  // By the old key alone it still knows who was not here since.
  expect(await visit(there, old)).toBe("GRANTED");
  for (const pan of [moved, fresh, testPan(4)]) {
    const { status, body } = await check(there, pan);
    expect([status, z.looseObject({ code: z.string() }).parse(body).code]).toEqual([503, "UNAVAILABLE"]);
  }
  await put("keyring.json", "second.json");
  // At the next tap, and not only at the next look at the file.
  expect(await visit(there, moved)).toBe("GRANTED");
  expect(await visit(there, moved)).toBe("LIMIT_EXCEEDED");
  const [row] = await home.query<{ cards: number }>("select count(*)::int as cards from card_vault");
  expect(row?.cards).toBe(3);
});

test("aKeyringFromBeforeARotationIsRefused, where nobody serves the newest key is used at once, and what is in use does not retire", async () => {
  const first = await home.start();
  await programme(first);
  await copyFile(home.path("keyring.json"), home.path("before.json"));
  await first.end("SIGTERM");
  expect((await home.run(["keys", "rotate"])).code).toBe(0);
  const again = await home.start();
  expect(await states(again)).toEqual(["2 WRITTEN", "1 OLDER"]);
  for (const [words, keyring, why] of [
    [["retire", "2"], "keyring.json", /^Key 2 can't retire: it is what cards are written by\.\n$/],
    [["retire", "3"], "keyring.json", /^The vault has no key 3\.\n$/],
    [["retire", "all"], "keyring.json", /Give the number of a key\./],
    [["rotate"], "none.json", /^There is no keyring at \S+none\.json\.\n$/],
  ] as const) {
    const ran = await home.run(["keys", ...words], { KEYRING_FILE: home.path(keyring) });
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringMatching(why)]);
  }
  const old = home.launch({ KEYRING_FILE: home.path("before.json") });
  expect(await exitOf(old)).toBe(1);
  expect(old.output().trim()).toMatch(/^The keyring \S+ is from before a rotation: [^\n]+$/);
});
