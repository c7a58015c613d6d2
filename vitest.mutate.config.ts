import { defineConfig } from "vitest/config";

/** What runs against each mutant (`npm run mutate`): the part's own tests, in one process. */
export default defineConfig({
  test: {
    globalSetup: ["test/support/globalSetup.ts"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    include: (process.env["MUTATE_TESTS"] ?? "test/domain/**/*.test.ts").split(","),
  },
});
