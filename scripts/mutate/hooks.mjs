// Set up before each test file of `npm run mutate`. StrykerJS takes what runs outside of a test for the loading of modules;
// but what a file's hooks do, and what goes on in the background, is there for its tests: it counts to each of them.
import { afterAll, beforeAll, beforeEach, inject } from "vitest";

const HOOKS = "hooks";
const ns = globalThis[inject("globalNamespace")];

if (inject("mode") === "mutant") {
  beforeAll(() => {
    // For threads that a test starts: StrykerJS reads it where nobody has told a thread its mutant.
    process.env["__STRYKER_ACTIVE_MUTANT__"] = inject("activeMutant");
  });
} else {
  const tests = new Set();
  let current;
  beforeAll(() => {
    Object.defineProperty(ns, "currentTestId", {
      get: () => current ?? HOOKS,
      set: (id) => {
        current = id;
      },
    });
  });
  beforeEach(() => {
    tests.add(current);
  });
  afterAll(() => {
    const { perTest } = ns.mutantCoverage ?? { perTest: {} };
    const shared = perTest[HOOKS] ?? {};
    delete perTest[HOOKS];
    for (const test of tests) {
      perTest[test] ??= {};
      for (const [mutant, hits] of Object.entries(shared))
        perTest[test][mutant] = (perTest[test][mutant] ?? 0) + hits;
    }
  });
}
