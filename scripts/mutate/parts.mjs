// What `npm run mutate` knows: folders of the product, and the tests that are about each. The tests run in this order, so
// those that find much in little time stand first. `env` makes them shorter where a test has a setting for it: a mutant
// that only the longer ones find counts as a survivor.
export const PARTS = {
  domain: {
    mutate: ["src/domain/**/*.ts"],
    tests: [
      ...tests("test/domain/ruleset", "differential conditions stream exchangeRates"),
      ...tests("test/domain/card", "check confirm endings joining"),
      ...tests(
        "test/domain",
        "terminal/terminal terminal/snapshots quota/quota quota/placeTaken access accountRange calendar golden instants money",
      ),
      ...tests("test/domain", "passwords persistentMap record schemas cardNumbers card/history"),
      ...tests("test/domain/ruleset", "portfolio properties"),
    ],
    env: { WORLDS: "4000" },
  },
  projections: {
    mutate: ["src/projections/**/*.ts"],
    tests: tests("test/projections", "queries directory independent runner paging thread rebuild silence"),
    env: {},
  },
  eventlog: {
    mutate: ["src/eventlog/**/*.ts"],
    tests: tests(
      "test/eventlog",
      "codec upcasters positions errors knownStreams grouped memory postgres orderedAppend postgres.races postgres.failures eventstoredb eventstoredb.failures postgres.soak",
    ),
    env: {},
  },
  engine: {
    // What loads, decides and appends.
    mutate: ["src/engine/**/*.ts"],
    tests: [
      "test/api/execute.test.ts",
      "test/simulation/moreSeeds.test.ts",
      "test/histories/histories.test.ts",
      "test/api/snapshots.test.ts",
      ...tests("test/api/pos", "deciding entry oneAccount crossings requestIds rejections patience"),
      ...tests("test/api/pos", "authentication credentials guessing pairing races"),
      ...tests("test/api/management", "idempotency operations cards imports places rulesets scope session"),
      ...tests("test/api/management", "terminals testClock users"),
      ...tests("test/api", "model budgetCrash"),
    ],
    env: { SEEDS: "60" },
  },
};

function files(folder, names) {
  return names.split(" ").map((name) => `${folder}/${name}.ts`);
}

function tests(folder, names) {
  return files(folder, names).map((file) => file.replace(/\.ts$/, ".test.ts"));
}
