// Builds, then runs a bundle in this process, so that signals and the exit code are its own.
import { build } from "./build.mjs";
import { buildPanel } from "./panel/build.mjs";

/** @param {"main" | "cli"} name */
export async function run(name) {
  process.setSourceMapsEnabled(true);
  try {
    await build();
    if (name === "main") await buildPanel();
  } catch (error) {
    // esbuild has printed each error with its place.
    console.error(error.errors ? "The build failed." : error.message);
    process.exit(1);
  }
  await import(new URL(`../dist/${name}.js`, import.meta.url).href);
}
