import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isAlive, myIdentity } from "../../database/embedded/starter.ts";
import { SetupError } from "../../settings.ts";

/*
 * What a simulated terminal keeps, a process at a time. Whose turn it is, is the name of one file there: it exists from the
 * directory's creation and is only ever renamed, from exactly the name that was read, so the file system decides who wins,
 * and who was killed is in nobody's way.
 */

const OWNER = "owner-";
const NOBODY = "none";

/** The directory of one terminal, held by this process until it is let go. */
export interface OwnedDirectory {
  readonly path: string;
  letGo(): Promise<void>;
}

/**
 * Makes the directory where it is not there yet, with what `make` puts into it.
 * @throws SetupError where another process holds it, or where it is something else
 */
export async function ownDirectory(
  path: string,
  make: (path: string) => Promise<void>,
): Promise<OwnedDirectory> {
  if (ownerIn(path) === undefined) await create(path, make);
  const owner = ownerIn(path);
  if (owner === undefined) throw new SetupError(`${JSON.stringify(path)} is not what a terminal keeps.`);
  if (isAlive(owner)) {
    throw new SetupError(`Another process is this terminal (${JSON.stringify(path)}): one at a time.`);
  }
  const mine = join(path, OWNER + myIdentity());
  if (!(await renamed(join(path, OWNER + owner), mine)))
    throw new SetupError(`Another process became this terminal (${JSON.stringify(path)}): one at a time.`);
  return {
    path,
    letGo: async () => {
      await renamed(mine, join(path, OWNER + NOBODY));
    },
  };
}

/** All of it or nothing, also after a loss of power. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const anew = `${path}.new`;
  const file = await open(anew, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(anew, path);
  await syncDirectory(dirname(path));
}

/** What was made, renamed or removed there outlives a loss of power. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function create(path: string, make: (path: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const anew = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}`);
  await mkdir(anew, { mode: 0o700 });
  await make(anew);
  await writeFile(join(anew, OWNER + NOBODY), "", { mode: 0o600 });
  await syncDirectory(anew);
  // Fails where something is in the way: another process may have been faster.
  if (!(await renamed(anew, path))) await rm(anew, { recursive: true });
  await syncDirectory(dirname(path));
}

function ownerIn(path: string): string | undefined {
  try {
    return readdirSync(path)
      .find((name) => name.startsWith(OWNER))
      ?.slice(OWNER.length);
  } catch {
    return undefined;
  }
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch {
    return false;
  }
}
