import { defineConfig } from "vitest/config";

/** What is said over HTTP and asked of read models is the same elsewhere: that takes its time in the long run only. */
const ELSEWHERE = process.env["LONG"] === "1" ? [] : ["test/api/management/**"];

export default defineConfig({
  test: {
    globalSetup: ["test/support/globalSetup.ts"],
    pool: "forks",
    // Files of one worker share its modules: a third less time. No file leaves behind what another would meet.
    isolate: false,
    maxWorkers: 2,
    // Against what hangs: what several processes do takes its time on a loaded machine.
    testTimeout: 180_000,
    // The first test that wants PostgreSQL waits for initdb, which takes long on a loaded machine.
    hookTimeout: 240_000,
    teardownTimeout: 60_000,
    // What a page shows in the end: it may take its time on a loaded machine.
    expect: { poll: { timeout: 30_000, interval: 50 } },
    projects: [
      { extends: true, test: { name: "postgresql", include: ["test/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          // The whole product once more, with its events elsewhere.
          name: "eventstoredb",
          include: ["test/api/**/*.test.ts", "test/blackbox/**/*.test.ts"],
          exclude: ELSEWHERE,
          env: { TEST_LOG: "eventstoredb" },
        },
      },
      {
        extends: true,
        test: {
          // And once on a server that has none of our settings.
          name: "stock",
          include: ["test/api/**/*.test.ts"],
          exclude: ELSEWHERE,
          env: { TEST_SERVER: "stock" },
          globalSetup: ["test/support/stockSetup.ts"],
        },
      },
    ],
  },
});
