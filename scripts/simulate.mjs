// `npm run simulate -- [--seeds n] [--seed s] [--trace]`: simulations of the whole engine (test/simulation), each
// decided by its seed alone. Ends with 1 if an invariant was broken; the command that repeats a seed is printed.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
// Below node_modules, where the packages that are not bundled are found from.
const directory = mkdtempSync(join(root, "node_modules", ".simulate-"));
const bundle = join(directory, "simulate.mjs");

process.setSourceMapsEnabled(true);
try {
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, "test", "simulation", "main.ts")],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    sourcemap: "inline",
    logLevel: "warning",
  });
  const { main } = await import(pathToFileURL(bundle).href);
  process.exitCode = await main(process.argv.slice(2));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
