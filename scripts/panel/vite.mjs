import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * What fills in a form, and what only forms are made of: with their styles, that nothing of it comes from elsewhere. Nothing of it is
 * wanted by what most pages have in common: each would wait for the other.
 */
const FORMS =
  /\/node_modules\/(react-hook-form|@hookform\/resolvers)\/|\/src\/admin\/shared\/form\/(fields|useBodyForm|bodyErrors|firstMessage|FormFoot|LeaveGuard|(?!focus|Pan|File|Secret)\w*Field)(\.module\.css|\.tsx?)$/;

/** What only pages with a list want. */
const LISTS =
  /\/src\/admin\/shared\/table\/(ListPage|Filter\w+|Many\w+|Named\w+|Find\w+|useColumns|views\/Views)\.(tsx?|module\.css)$/;

/** How the panel is built. Nothing of it is fetched from elsewhere, and nothing is inlined: the page's policy takes our own files only. */
export default {
  root: join(root, "src", "admin"),
  base: "/admin/",
  configFile: false,
  logLevel: "warn",
  publicDir: join(root, "src", "admin", "public"),
  oxc: { jsx: { runtime: "automatic" } },
  build: {
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome123", "firefox120", "safari17.5"],
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // Compressed together, many small files take half: every page's address, filters and calls, which are known from
        // the start, and what most pages have in common.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: "routes", test: /\/src\/admin\/routes\/.*\/(route|queries|filters)\.ts$/ },
            // What checks, and what is filled in: pages that show things only do without, and some need but one of them.
            { name: "schemas", test: /\/node_modules\/zod\// },
            { name: "forms", test: FORMS },
            { name: "lists", test: LISTS },
            { name: "tables", test: /\/src\/admin\/shared\/table\/(DataTable|columns)\./ },
            { name: "common", minShareCount: 26 },
          ],
        },
      },
      onLog: (level, log, handle) => {
        // Where a part runs is a question for frameworks that render on servers: ours all runs in the browser.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
};
