// `npm run check`: format, types, lint, boundaries, dead code. Prints what is wrong, then one line for each.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeTypes } from "./panel/types.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = ["src", "migrations", "test", "bench"].filter((folder) => existsSync(join(root, folder)));
const checks = [
  { name: "lint", program: "eslint", args: [".", "--max-warnings=0"] },
  { name: "types", program: "tsc", args: ["--noEmit", "--pretty", "false"] },
  { name: "panel types", program: "tsc", args: ["-p", "src/admin", "--pretty", "false"] },
  { name: "format", program: "biome", args: ["format", "--max-diagnostics=50", "."], hint: "npm run format" },
  { name: "boundaries", program: "depcruise", args: [...sources, "--config", ".dependency-cruiser.cjs"] },
  { name: "dead code", program: "knip", args: ["--no-progress"] },
];

// The panel is typed by the API's own document.
await writeTypes();

const results = [];
const queue = [...checks];
// Two at a time: they are bound by the processor, and the longest starts first.
await Promise.all([worker(), worker()]);

async function worker() {
  for (let check = queue.shift(); check; check = queue.shift()) results.push(await run(check));
}

function run(check) {
  const start = performance.now();
  const program = join(root, "node_modules", ".bin", check.program);
  const child = spawn(program, check.args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const collect = (chunk) => {
    output += chunk;
  };
  child.stdout.setEncoding("utf8").on("data", collect);
  child.stderr.setEncoding("utf8").on("data", collect);
  return new Promise((resolve) => {
    const done = (ok) => resolve({ ...check, ok, output, seconds: (performance.now() - start) / 1000 });
    child.on("error", (error) => {
      output += `${error.message}\n`;
      done(false);
    });
    child.on("close", (code) => done(code === 0));
  });
}

for (const { name, output } of results.filter(({ ok }) => !ok))
  console.log(`--- ${name}\n${output.trimEnd()}\n`);
for (const { name } of checks) {
  const { ok, seconds, hint } = results.find((result) => result.name === name);
  const advice = !ok && hint ? `  (${hint})` : "";
  console.log(`${ok ? "ok    " : "FAILED"}  ${name.padEnd(11)}  ${seconds.toFixed(1)} s${advice}`);
}
const failed = results.filter(({ ok }) => !ok).length;
console.log(failed === 0 ? "All checks passed." : `${failed} of ${checks.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
