import { defineConfig } from "vitest/config";

/** `npm run screenshots`: pictures are made by the same means as the browser tests, and are none of them. */
export default defineConfig({
  test: {
    globalSetup: ["test/support/globalSetup.ts"],
    pool: "forks",
    include: ["test/admin/screenshots/take.ts"],
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
});
