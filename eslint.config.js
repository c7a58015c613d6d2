import tseslint from "typescript-eslint";

const noAssertions = [
  {
    selector:
      "TSAsExpression:not([typeAnnotation.type='TSTypeReference'][typeAnnotation.typeName.name='const'])",
    message: "Narrow with a check or a schema; `as` silences the compiler. (`as const` is fine.)",
  },
  { selector: "TSTypeAssertion", message: "Narrow with a check or a schema." },
];

const impure = "The domain is pure: time, ids and randomness are passed in.";

export default tseslint.config(
  {
    ignores: [
      ".stryker/",
      "dist/",
      "data/",
      "node_modules/",
      "coverage/",
      "bench/.build/",
      "bench/node_modules/",
      "src/admin/api/schema.d.ts",
      "src/admin/public/",
      "test/openapi/clients/",
      "**/*.cjs",
    ],
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-restricted-syntax": ["error", ...noAssertions],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "off",
      // Adapters and doubles implement asynchronous ports without always having something to await.
      "@typescript-eslint/require-await": "off",
      // `env["NAME"]` tells a name from outside from a member of ours.
      "@typescript-eslint/dot-notation": "off",
      // A union of literals with `string`, a type parameter used once: both are said on purpose here.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      // It takes `interface X {}` extension points and generic callbacks for mistakes; tsc checks the rest.
      "@typescript-eslint/no-invalid-void-type": "off",
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "max-lines-per-function": ["error", { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["src/domain/**/*.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...[
          "process",
          "crypto",
          "setTimeout",
          "setInterval",
          "setImmediate",
          "queueMicrotask",
          "performance",
          "console",
          "fetch",
          "globalThis",
          "Buffer",
        ].map((name) => ({ name, message: impure })),
      ],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: impure },
        { object: "Math", property: "random", message: impure },
      ],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^node:", message: impure },
            { regex: "^(?!zod$|\\.{1,2}/)", message: "The domain imports itself and zod, nothing else." },
          ],
        },
      ],
      "no-restricted-syntax": [
        "error",
        ...noAssertions,
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: impure },
        { selector: "CallExpression[callee.name='Date']", message: impure },
        { selector: "ImportExpression", message: impure },
      ],
    },
  },
  {
    files: ["src/admin/**/*.tsx"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...noAssertions,
        {
          selector: "JSXText[value=/\\p{L}/u]",
          message: "What people read stands in texts/, in every language.",
        },
      ],
      // Handlers of React's take what they are given; what they start is awaited by nobody.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ["src/admin/**/*.{ts,tsx}"],
    rules: {
      // The router is told to go elsewhere by what is thrown.
      "@typescript-eslint/only-throw-error": "off",
    },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts"],
    rules: {
      "@typescript-eslint/unbound-method": "off",
    },
  },
);
