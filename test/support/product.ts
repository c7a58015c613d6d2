import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { productProgram } from "./childProgram.ts";

const manifest = z.object({ scripts: z.object({ start: z.string() }) });

/** The product as its operator runs it: a process of its own, with its own PostgreSQL on its own data. */
export interface Product {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it printed and logged so far. */
  readonly output: () => string;
  /** Resolves with the last line of the greeting; rejects when it ends before. */
  ready(): Promise<void>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface ProductHome {
  readonly dataDir: string;
  start(env?: Readonly<Record<string, string>>): Promise<Product>;
  /** The administrator's API key of the first start. */
  adminKey(): Promise<string>;
  /** Kills the embedded PostgreSQL's postmaster. */
  killDatabase(): Promise<void>;
  destroy(): Promise<void>;
}

/** A data directory for one installation, and the product's program bundled once. */
export async function productHome(): Promise<ProductHome> {
  const program = await productProgram("main");
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-product-"));
  const running = new Set<Product>();
  let adminKey = "";

  async function start(env: Readonly<Record<string, string>> = {}): Promise<Product> {
    const product = launch(program, { DATA_DIR: dataDir, PORT: "0", DEMO: "0", ...env });
    running.add(product);
    product.process.on("exit", () => running.delete(product));
    await product.ready();
    adminKey = /API key\s+(\S+)/.exec(product.output())?.[1] ?? adminKey;
    return product;
  }

  return {
    dataDir,
    start,
    adminKey: () => Promise.resolve(adminKey),
    killDatabase: async () => {
      const text = await readFile(join(dataDir, "postgres", "cluster", "postmaster.pid"), "utf8");
      process.kill(Number(text.split("\n")[0]), "SIGKILL");
    },
    destroy: async () => {
      for (const product of running) await product.end("SIGTERM");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What `npm start` tells Node about the heap. */
export function startFlags(): string[] {
  const { start } = manifest.parse(
    JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")),
  ).scripts;
  return start.split(" ").filter((word) => word.startsWith("--"));
}

/** Starts the bundled product as `npm start` does; does not wait for it. */
export function launch(
  program: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Product {
  const child = spawn(process.execPath, [...startFlags(), program, ...args], {
    env: { ...process.env, LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = once(child, "close");
  const product: Product = {
    get url(): string {
      const url = /Admittance serves (\S+)/.exec(output)?.[1];
      if (url === undefined) throw new Error(`the product has not started: ${output}`);
      return url;
    },
    process: child,
    output: () => output,
    ready: async () => await untilReady(product),
    end: async (signal) => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
  return product;
}

/** Resolves once it has ended by itself. */
export async function exitOf({ process: child }: Product): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  return child.exitCode;
}

async function untilReady(product: Product): Promise<void> {
  for (let tries = 0; tries < 1_200; tries++) {
    if (product.process.exitCode !== null) throw new Error(`the product ended: ${product.output()}`);
    // The last line of the greeting: everything of the first start is done by then.
    if (/Ready\./.test(product.output())) return;
    await sleep(50);
  }
  throw new Error(`the product did not start in a minute: ${product.output()}`);
}
