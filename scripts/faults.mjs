// `npm run test:faults [-- --faults n --seed s]`: so many faults (default 200) from a seed (default: a new one each time).
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { faults: { type: "string", default: "200" }, seed: { type: "string" } },
});
for (const [name, value] of Object.entries(values)) {
  if (/^\d{1,10}$/.test(value)) continue;
  console.error(`--${name} is ${value}: a whole number is wanted.`);
  process.exit(2);
}

const test = fileURLToPath(new URL("test.mjs", import.meta.url));
const seed = values.seed === undefined ? {} : { FAULT_SEED: values.seed };
const child = spawn(process.execPath, [test, "test/faults"], {
  env: { ...process.env, FAULTS: values.faults, ...seed },
  stdio: "inherit",
});
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
