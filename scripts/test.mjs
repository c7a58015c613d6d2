// `npm test [-- --long] [files and options of vitest]`: runs the tests and ends with one line that counts them all.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { buildPanel } from "./panel/build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const given = process.argv.slice(2);
const env = given.includes("--long") ? { ...process.env, LONG: "1" } : process.env;
const directory = mkdtempSync(join(tmpdir(), "admittance-report-"));
const report = join(directory, "report.json");
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

installServers();
// The panel's tests look at what a production build has made.
await build();
await buildPanel();
const child = spawn(
  process.execPath,
  [
    vitest,
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...given.filter((argument) => argument !== "--long"),
  ],
  { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] },
);
// Ctrl-C reaches vitest by itself, and it stops its servers; a TERM reaches only us.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => child.kill("SIGTERM"));

child.on("close", (code) => {
  const counts = count();
  // What to look at when the suite becomes slow.
  for (const { seconds, name } of counts.slowest) console.log(`${seconds.padStart(6)} s  ${name}`);
  rmSync(directory, { recursive: true, force: true });
  // Once more at the end, where a long log is looked at first.
  for (const name of counts.names) console.log(`failed: ${name}`);
  const ran = counts.passed + counts.failed;
  if (ran === 0) console.log("No test ran.");
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = code === 0 && counts.failed === 0 && ran > 0 ? 0 : code || 1;
});

/**
 * A stock PostgreSQL and a PgBouncer from Debian, for the tests that are about an operator's own: where we may install
 * them and they are missing. Without them the stock server is the embedded one with the defaults, and PgBouncer's tests
 * say that they were skipped. And a browser, for the panel's.
 */
function installServers() {
  const missing = [
    ["postgresql", "/usr/lib/postgresql"],
    ["pgbouncer", "/usr/sbin/pgbouncer"],
    ["chromium", "/usr/bin/chromium"],
  ].filter(([, path]) => !existsSync(path));
  const isDebian = existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get");
  if (missing.length === 0 || !isDebian || process.getuid?.() !== 0) return;
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: "ignore",
    timeout: 600_000,
  };
  const packages = missing.map(([name]) => name);
  spawnSync("apt-get", ["update", "-qq"], options);
  const { status } = spawnSync(
    "apt-get",
    ["install", "-y", "-qq", "--no-install-recommends", ...packages],
    options,
  );
  if (status !== 0) console.log(`${packages.join(" and ")} could not be installed.`);
}

function count() {
  const counts = { passed: 0, failed: 0, skipped: 0, names: [], slowest: [] };
  let files;
  try {
    files = JSON.parse(readFileSync(report, "utf8")).testResults;
  } catch {
    return counts;
  }
  const took = ({ startTime, endTime }) => endTime - startTime;
  counts.slowest = files
    .toSorted((a, b) => took(b) - took(a))
    .slice(0, 40)
    .map((file) => ({ seconds: (took(file) / 1000).toFixed(0), name: relative(root, file.name) }));
  for (const file of files) {
    const path = relative(root, file.name);
    for (const { status, fullName } of file.assertionResults) {
      if (status === "passed") counts.passed += 1;
      else if (status === "failed") {
        counts.failed += 1;
        counts.names.push(`${path} > ${fullName}`);
      } else counts.skipped += 1;
    }
    // A file that could not be loaded has no tests in the report, but it has failed.
    const told = file.assertionResults.some(({ status }) => status === "failed");
    if (file.status !== "failed" || told) continue;
    counts.failed += 1;
    counts.names.push(path);
  }
  return counts;
}
