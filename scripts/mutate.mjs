// `npm run mutate -- PART [file ...]`: how much of the product could be wrong without a test failing (StrykerJS). Parts are
// a folder and the tests that are about it; with files only those of the part. Prints each survivor and the score.
import { spawnSync } from "node:child_process";

const PARTS = {
  domain: { mutate: "src/domain/**/*.ts", tests: ["test/domain/**/*.test.ts"] },
  projections: { mutate: "src/projections/**/*.ts", tests: ["test/projections/**/*.test.ts"] },
  eventlog: { mutate: "src/eventlog/**/*.ts", tests: ["test/eventlog/**/*.test.ts"] },
  engine: {
    mutate:
      "src/api/{execute,gate,joinedCards,patience,quotas,settle,snapshots,streams,sweeper,wrongTries}.ts,src/api/pos/{deciding,entry,request,confirm,lookup}.ts,src/api/management/{commands,reversal,idempotency,carryOver}.ts",
    tests: ["test/api/**/*.test.ts", "test/histories/**/*.test.ts", "test/simulation/**/*.test.ts"],
  },
};

const [name, ...files] = process.argv.slice(2);
const part = name === undefined ? undefined : PARTS[name];
if (part === undefined) {
  console.error(`Usage: npm run mutate -- PART [file ...]. PART is one of: ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}
const mutate = files.length > 0 ? files.join(",") : part.mutate;
const { status } = spawnSync("npx", ["stryker", "run", "stryker.config.json", "--mutate", mutate], {
  stdio: "inherit",
  env: { ...process.env, MUTATE_TESTS: part.tests.join(",") },
});
process.exit(status ?? 1);
