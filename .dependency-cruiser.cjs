/** Who may import whom (docs/overview.md). Everything not allowed by a rule here is forbidden. */
const may = (name, path, targets) => ({
  name,
  severity: "error",
  comment: `${path} may import only: ${targets.join(", ")}`,
  from: { path: `^${path}` },
  to: {
    path: "^(src|migrations|scripts|test|bench)/",
    pathNot: [`^${path}`, ...targets].map((t) => (t.startsWith("^") ? t : `^${t}`)),
  },
});

const infrastructure = ["src/settings\\.ts", "src/logging\\.ts"];

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "not-to-unresolvable",
      severity: "error",
      comment:
        "The peers of the benchmarks have packages of their own, which `npm ci` at the root leaves out; what generated clients are made of is there in their test only",
      from: { pathNot: "^(bench/peers|test/openapi/clients)/" },
      to: { couldNotResolve: true },
    },
    {
      name: "no-dev-dependency-in-product",
      severity: "error",
      from: { path: "^(src|migrations)/", pathNot: "^src/admin/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "domain-is-pure",
      severity: "error",
      comment: "src/domain imports itself and zod",
      from: { path: "^src/domain/" },
      to: { pathNot: ["^src/domain/", "(^|/)node_modules/zod/"] },
    },
    may("eventlog", "src/eventlog/", ["src/domain/", "src/database/", ...infrastructure]),
    may("integrations", "src/integrations/", ["src/domain/", ...infrastructure]),
    may("projections", "src/projections/", [
      "src/domain/",
      "src/eventlog/",
      "src/database/",
      ...infrastructure,
    ]),
    may("vault", "src/vault/", ["src/domain/", "src/database/", ...infrastructure]),
    may("database", "src/database/", ["src/settings\\.ts", "src/domain/", "migrations/"]),
    may("settings", "src/settings\\.ts", ["src/domain/money\\.ts"]),
    may("logging", "src/logging\\.ts", ["src/settings\\.ts", "src/domain/"]),
    may("simulators", "src/simulators/", []),
    may("terminalKit", "src/terminalKit/", []),
    may("migrations", "migrations/", []),
    may("engine", "src/engine/", [
      "src/domain/",
      "src/eventlog/",
      "src/projections/",
      "src/integrations/",
      "src/vault/",
      "src/database/",
      ...infrastructure,
    ]),
    may("api", "src/api/", [
      "src/domain/",
      "src/eventlog/",
      "src/projections/",
      "src/vault/",
      "src/engine/",
      ...infrastructure,
    ]),
    {
      name: "api-knows-no-database",
      severity: "error",
      comment: "What is kept is the engine's: src/api is HTTP, and nothing else",
      from: { path: "^src/api/" },
      to: { path: "(^src/database/|(^|/)node_modules/(@types/)?(pg|kysely)/)" },
    },
    {
      name: "nobody-imports-the-api",
      severity: "error",
      comment: "What else asks the engine does so by itself, and not by way of HTTP's code",
      from: { path: "^src/", pathNot: "^src/(api|admin|start)/" },
      to: { path: "^src/api/" },
    },
    may("transfer", "src/transfer/", [
      "src/domain/command/events\\.ts",
      "src/eventlog/",
      "src/projections/",
      "src/database/",
      "src/start/(ending|installation|openDatabase|openLog)\\.ts",
      ...infrastructure,
    ]),
    {
      name: "admin-knows-schemas-and-types-only",
      severity: "error",
      from: { path: "^src/admin/" },
      to: { path: "^src/", pathNot: ["^src/admin/", "^src/domain/", "^src/api/", "^src/terminalKit/"] },
    },
    {
      name: "admin-takes-only-types-of-the-api",
      severity: "error",
      from: { path: "^src/admin/" },
      to: { path: "^src/api/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "nobody-imports-main-or-cli",
      severity: "error",
      from: { path: "^(src|migrations)/", pathNot: "^src/(main\\.ts|cli/)" },
      to: { path: "^src/(main\\.ts|cli/)" },
    },
    {
      name: "product-does-not-import-tests",
      severity: "error",
      from: { path: "^(src|migrations)/" },
      to: { path: "^(test|bench|scripts)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|data|bench/\\.build|bench/node_modules)/" },
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
