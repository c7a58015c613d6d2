// Builds, then runs a bundle in this process, so that signals and the exit code are its own.
import { build } from "./build.mjs";

/** @param {"main" | "cli"} name */
export async function run(name) {
  process.setSourceMapsEnabled(true);
  try {
    await build();
  } catch (error) {
    // esbuild has printed each error with its place.
    console.error(error.errors ? "The build failed." : error.message);
    process.exit(1);
  }
  try {
    await import(new URL(`../dist/${name}.js`, import.meta.url).href);
  } catch (error) {
    // What the operator can mend is one line (src/settings.ts); anything else is a bug and shows where.
    if (error?.name !== "SetupError") throw error;
    console.error(error.message);
    process.exit(1);
  }
}
