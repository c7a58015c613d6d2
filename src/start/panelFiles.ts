import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the build puts the panel: beside our package, wherever in it this file runs from. */
export function panelFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) throw new Error("this file is in no package");
    folder = above;
  }
  return join(folder, "dist", "admin");
}
