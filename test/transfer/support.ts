import { spawn } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Client, createClient } from "../../src/client.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { productProgram } from "../support/childProgram.ts";
import { cardNumbersIn } from "../support/cardNumberScan.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { launch, type Product } from "../support/product.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";

type Env = Readonly<Record<string, string>>;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A database and a data directory, on which the product and its commands run as processes. */
export class Installation {
  readonly dataDir: string;
  readonly database: TestDatabase;
  readonly #main: string;
  readonly #cli: string;
  readonly #running = new Set<Product>();
  adminKey = "";

  private constructor(main: string, cli: string, dataDir: string, database: TestDatabase) {
    this.#main = main;
    this.#cli = cli;
    this.dataDir = dataDir;
    this.database = database;
  }

  /**
   * @param keyringOf another one, whose keyring is put in place
   * @param database by default one among those of other tests
   */
  static async create(keyringOf?: Installation, database?: TestDatabase): Promise<Installation> {
    const main = await productProgram("main");
    const cli = await productProgram("cli");
    const dataDir = await mkdtemp(join(tmpdir(), "admittance-transfer-"));
    if (keyringOf !== undefined)
      await copyFile(keyringOf.path("keyring.json"), join(dataDir, "keyring.json"));
    return new Installation(main, cli, dataDir, database ?? (await createTestDatabase()));
  }

  path(name: string): string {
    return join(this.dataDir, name);
  }

  env(more: Env = {}): Env {
    return { DATABASE_URL: this.database.url, DATA_DIR: this.dataDir, PORT: "0", DEMO: "0", ...more };
  }

  /** Starts the product; does not wait for it. */
  launch(more: Env = {}, args: readonly string[] = []): Product {
    const product = launch(this.#main, this.env(more), args);
    this.#running.add(product);
    product.process.on("exit", () => this.#running.delete(product));
    return product;
  }

  async start(more: Env = {}, args: readonly string[] = []): Promise<Product> {
    const product = this.launch(more, args);
    while (!product.output().includes("Ready.")) {
      if (product.process.exitCode !== null) throw new Error(`the product ended: ${product.output()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.adminKey = /API key\s+(\S+)/.exec(product.output())?.[1] ?? this.adminKey;
    return product;
  }

  admin(product: Product): Client {
    return createClient(product.url, this.adminKey);
  }

  /** Runs a command to its end; what it printed holds no card number. */
  async run(args: readonly string[], more: Env & { readonly STDIN?: string } = {}): Promise<Ran> {
    const child = this.spawn(args, more);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdin.end(more.STDIN ?? "");
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    const found = cardNumbersIn(stdout + stderr);
    if (found.length > 0) throw new Error(`card numbers were printed: ${found.join(", ")}`);
    return { code, stdout, stderr };
  }

  /** Runs the simulated terminal against a product, by the administrator's key. */
  async pos(product: Product, words: readonly string[]): Promise<Ran> {
    return await this.run(["pos", "--url", product.url, "--data-dir", this.dataDir, ...words], {
      ADMITTANCE_KEY: this.adminKey,
    });
  }

  spawn(args: readonly string[], more: Env = {}) {
    const env = { ...process.env, EVENTSTORE_URL: "", ...this.env(more) };
    return spawn(process.execPath, [this.#cli, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  }

  async query<Row extends pg.QueryResultRow>(text: string): Promise<readonly Row[]> {
    const client = new pg.Client({ connectionString: this.database.url });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async destroy(): Promise<void> {
    for (const product of this.#running) await product.end("SIGTERM");
    await this.database.drop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** One card with one visit of two used, and some cards besides. */
export async function someVisits(
  admin: Client,
  url: string,
): Promise<{ readonly terminal: Terminal; readonly pan: string }> {
  const window = { kind: "ROLLING" as const, days: 30 };
  const { terminal, locationId } = await simpleProgramme(admin, url, {
    cardholder: { window, free: 2 },
  });
  const rates = [
    { date: "2026-11-20", base: "EUR", quote: "PLN", rate: "4.25" },
    { date: "2026-11-20", base: "EUR", quote: "USD", rate: "1.08" },
  ];
  await admin.send("POST", "/api/rates", { rates });
  const purchase = { type: "PURCHASE", mcc: "5941", transactionAt: "2026-11-01T10:00:00Z" };
  const transactions = ["12.50", "7.00"].map((amount, index) => ({
    ...purchase,
    transactionId: `T-${String(index)}`,
    pan: testPan(80_000 + index),
    amount: { amount, currency: "EUR" },
  }));
  await admin.send("POST", "/api/transactions", { transactions });
  const listed = { pan: testPan(80_000), locationId };
  await admin.send("POST", "/api/whitelist", listed);
  await admin.send("POST", "/api/whitelist", { ...listed, validTo: "2030-01-01" });
  for (let index = 0; index < 30; index += 1) await visit(terminal, testPan(80_000 + index));
  return { terminal, pan: testPan(80_000) };
}

export async function visit(terminal: Terminal, pan: string): Promise<string> {
  const checked = outcome(await check(terminal, pan));
  if (checked.decision !== "GRANTED") return checked.code ?? checked.decision;
  await confirm(terminal, checked.accessId);
  return checked.decision;
}

/** Every event in the database, without what only this database gives it. */
export const EVENTS =
  "select stream, revision, id, type, body, hash from events order by epoch, xid, position";
