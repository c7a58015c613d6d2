import { defineConfig } from "vitest/config";

const LONG = process.env["LONG"] === "1";

// What is said over HTTP is the same whatever is below: in the short run it is said once, on a server that has none of
// our settings, and what depends on a log (appends that meet, orders, restarts) on EventStoreDB too. In the long run
// everything is tried on each.
const API = ["test/api/**/*.test.ts"];
const BLACK_BOX = "test/blackbox/**/*.test.ts";
const ON_EVENTSTOREDB = LONG
  ? [...API, BLACK_BOX]
  : [
      "test/api/{budgetCrash,model,rollingUpgrade,snapshots}.test.ts",
      "test/api/pos/{crossings,deciding,devices,entry,oneAccount,races,reportOrders,requestIds}.test.ts",
      BLACK_BOX,
    ];

export default defineConfig({
  test: {
    globalSetup: ["test/support/globalSetup.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Against what hangs: what several processes do takes its time on a loaded machine.
    testTimeout: 180_000,
    // The first test that wants PostgreSQL waits for initdb, which takes long on a loaded machine.
    hookTimeout: 240_000,
    teardownTimeout: 60_000,
    // What a page shows in the end: it may take its time on a loaded machine.
    expect: { poll: { timeout: 30_000, interval: 50 } },
    projects: [
      {
        extends: true,
        test: { name: "postgresql", include: ["test/**/*.test.ts"], exclude: LONG ? [] : API },
      },
      {
        extends: true,
        test: {
          // The whole product once more, with its events elsewhere.
          name: "eventstoredb",
          include: ON_EVENTSTOREDB,
          env: { TEST_LOG: "eventstoredb" },
          // Files share the modules of their worker: a third less time. Where files leave much behind, it takes more.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          // And on a server that has none of our settings.
          name: "stock",
          include: API,
          env: { TEST_SERVER: "stock" },
          globalSetup: ["test/support/stockSetup.ts"],
          isolate: false,
        },
      },
    ],
  },
});
