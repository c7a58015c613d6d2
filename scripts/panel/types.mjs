// The types of the API for the panel, made of the OpenAPI document that the routes' own schemas make: src/admin/api/schema.d.ts,
// which is in no commit. `npm run build` and `npm run check` see to it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = join(root, "src", "admin", "api", "schema.d.ts");

export async function writeTypes() {
  const bundle = join(root, "node_modules", ".cache", "admittance-document.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["src/start/document.ts"],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    logLevel: "warning",
  });
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`The OpenAPI document could not be made: ${stderr}`);
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  const types = astToString(await openapiTS(JSON.parse(stdout)));
  // Left as it is where nothing has changed, for those who go by its time.
  if (!existsSync(target) || readFileSync(target, "utf8") !== types) writeFileSync(target, types);
}
