import pg from "pg";
import { type Client, createClient } from "../../src/client.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { freePort } from "../../src/database/embedded/embedded.ts";
import type { Random } from "../support/domain/random.ts";
import { startCluster, type TestCluster } from "../support/postgres.ts";
import { type Product, productHome } from "../support/product.ts";
import { createLocation, createTerminal, publishRuleset, simpleProgramme } from "../support/programme.ts";
import { persist } from "./patience.ts";
import { mountSmallDisk, type SmallDisk } from "./disk.ts";
import { type FaultProxy, faultProxy } from "./proxy.ts";

/** Visits a day at the place with a budget, and of one card there. */
export const BUDGET = 30;
export const PER_CARD = 3;

/** Everything that faults hit: the product as a process, its server on a small disk, and the way between them. */
export interface Scene {
  readonly cluster: TestCluster;
  readonly proxy: FaultProxy;
  /** Or why there is none. */
  readonly disk: SmallDisk | { readonly reason: string };
  readonly admin: Client;
  /** Every other one stands at the place with a budget. */
  readonly terminals: readonly Terminal[];
  /** The ruleset with a budget. */
  readonly budgeted: string;
  readonly dataDir: string;
  /** kill -9, and gone. */
  killProduct(): Promise<void>;
  /** Starts it again where it was. */
  startProduct(): Promise<void>;
  /** @throws Error when the product ended without being killed, or met an error that it did not expect */
  productIsWell(): void;
  /** The end of what it printed and logged since its last start. */
  lastWords(): string;
  /** Asks the server directly, as its superuser. Tries until it is reached. */
  ask<Row extends pg.QueryResultRow>(query: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

const TERMINALS = 8;
const LAST_WORDS = 4_000;
/** What the product logs of an error that it answers with 500. */
const UNEXPECTED = "a request failed";

export async function openScene(random: Random): Promise<Scene> {
  const ending: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  try {
    return await setUp(random, ending, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function setUp(
  random: Random,
  ending: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Scene> {
  const disk = await mountSmallDisk();
  const mounted = "reason" in disk ? null : disk;
  if (mounted !== null) ending.push(mounted.unmount);
  const where = mounted === null ? {} : { parent: mounted.directory };
  const cluster = await startCluster({ port: await freePort(), ...where });
  ending.push(cluster.destroy);
  const proxy = await faultProxy(cluster.url(), random);
  ending.push(proxy.close);
  const home = await productHome();
  ending.push(home.destroy);
  const env = {
    DATABASE_URL: proxy.url,
    PORT: String(await freePort()),
    TEST_CLOCK: "1",
    LOG_LEVEL: "warn",
  };
  let product: Product = await home.start(env);
  const admin = createClient(product.url, await home.adminKey());
  const { terminals, budgeted } = await setUpProgramme(admin, product.url);
  return {
    cluster,
    proxy,
    disk,
    admin,
    terminals,
    budgeted,
    dataDir: home.dataDir,
    killProduct: async () => {
      await product.end("SIGKILL");
    },
    startProduct: async () => {
      product = await home.start(env);
    },
    productIsWell: () => {
      const { exitCode, signalCode } = product.process;
      const ended = exitCode ?? signalCode;
      if (ended !== null)
        throw new Error(`the product ended by itself (${String(ended)}): ${product.output()}`);
      const failed = product
        .output()
        .split("\n")
        .find((line) => line.includes(UNEXPECTED));
      if (failed !== undefined) throw new Error(`the product did not expect this: ${failed}`);
    },
    lastWords: () => product.output().slice(-LAST_WORDS),
    ask: async (query, values = []) => await askServer(cluster.url(), query, values),
    close,
  };
}

async function setUpProgramme(
  admin: Client,
  url: string,
): Promise<{ readonly terminals: readonly Terminal[]; readonly budgeted: string }> {
  const aDay = { kind: "ROLLING" as const, days: 1 };
  const open = await simpleProgramme(admin, url, { cardholder: { free: 1_000_000 } });
  const locationId = await createLocation(admin);
  const budgeted = await publishRuleset(admin, {
    criteria: { locations: { locationIds: [locationId] } },
    totalUsage: { max: BUDGET, window: aDay },
    cardholder: { free: PER_CARD, window: aDay },
  });
  const terminals = [open.terminal];
  while (terminals.length < TERMINALS) {
    const place = terminals.length % 2 === 0 ? open.locationId : locationId;
    terminals.push(await createTerminal(admin, url, place));
  }
  return { terminals, budgeted };
}

async function askServer<Row extends pg.QueryResultRow>(
  url: string,
  query: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  let failed: unknown;
  const attempt = async (): Promise<readonly Row[] | undefined> => {
    const client = new pg.Client({ connectionString: url, application_name: "fault tests" });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return (await client.query<Row>(query, [...values])).rows;
    } catch (error) {
      failed = error;
      return undefined;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  return await persist(20, attempt, () => `${query}: ${String(failed)}`);
}
