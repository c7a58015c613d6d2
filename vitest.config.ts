import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/globalSetup.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    // The first test that wants PostgreSQL waits for initdb, which takes long on a loaded machine.
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
  },
});
