import { relative } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What runs against each mutant (`npm run mutate`): the part's own tests, one file after the other. */
const TESTS = (process.env["MUTATE_TESTS"] ?? "test/domain/money.test.ts").split(";");

/** In the order in which they are named: the run ends with the first test that fails. */
class InOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      TESTS.indexOf(relative(process.cwd(), moduleId));
    return Promise.resolve(files.toSorted((one, other) => rank(one) - rank(other)));
  }
}

export default defineConfig({
  test: {
    globalSetup: ["test/support/globalSetup.ts"],
    setupFiles: ["scripts/mutate/hooks.mjs"],
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    include: TESTS,
    sequence: { sequencer: InOrder },
  },
});
