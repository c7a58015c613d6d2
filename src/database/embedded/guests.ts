import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, myIdentity } from "./starter.ts";

/*
 * Who uses the server of a data directory: one empty file each, beside the cluster. Whoever would stop the server looks
 * first whether others are still there.
 */

const PREFIX = "in-use-by-";

export interface Guest {
  leave(): void;
}

let guests = 0;

/** From here on the server is not stopped by others. */
export function enter(dataDir: string): Guest {
  guests += 1;
  const file = join(dataDir, `${PREFIX}${myIdentity()}-${String(guests)}`);
  writeFileSync(file, "", { mode: 0o600 });
  return { leave: () => rmSync(file, { force: true }) };
}

/** Whether anybody who lives uses the server. Takes away what the dead left behind. */
export function isUsed(dataDir: string): boolean {
  let used = false;
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(PREFIX)) continue;
    if (isAlive(name.slice(PREFIX.length))) used = true;
    else rmSync(join(dataDir, name), { force: true });
  }
  return used;
}
