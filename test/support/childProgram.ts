import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import { build } from "../../scripts/build.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface ChildProgram {
  readonly process: ChildProcess;
  /** The next line of its standard output; rejects when it ends without one. */
  nextLine(): Promise<string>;
  /** Sends a signal and resolves with the exit code (null after a signal) once it has gone. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** The server's or the command line's program as it is built for everybody, of the sources as they are now. */
export async function productProgram(name: "main" | "cli"): Promise<string> {
  await build();
  return join(root, "dist", `${name}.js`);
}

/** Bundles a program of the tests' own, for a process they can kill. The result runs wherever the checkout is readable. */
export async function bundleProgram(entry: URL): Promise<string> {
  const name = basename(fileURLToPath(entry), ".ts");
  // A directory for each process that builds, so that none runs half a file of another.
  const outdir = join(root, "node_modules", ".admittance-test", `${name}-${process.pid}`);
  await mkdir(outdir, { recursive: true });
  await bundle({
    entryPoints: [fileURLToPath(entry)],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "warning",
  });
  return join(outdir, `${name}.mjs`);
}

/** Starts a bundled program with Node. */
export function startProgram(
  file: string,
  args: readonly string[],
  options: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv } = {},
): ChildProgram {
  const child = spawn(process.execPath, [file, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    nextLine: async () => {
      const next = await lines.next();
      if (next.done === true) throw new Error(`${basename(file)} ended without a line`);
      return next.value;
    },
    end: async (signal) => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}
