import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";

import { SetupError } from "../../settings.ts";

const run = promisify(execFile);

/** The operating-system user that PostgreSQL runs as; `undefined` when it is simply the user of this process. */
export type SystemUser = { readonly uid: number; readonly gid: number } | undefined;

/** Whether this process is root, which PostgreSQL refuses to run as. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** Whom a new cluster shall belong to. As root: an existing `admittance` or `postgres`, else a new `admittance`, else `nobody`. */
export async function chooseUser(): Promise<SystemUser> {
  if (!isRoot()) return undefined;
  const existing = (await findUser("admittance")) ?? (await findUser("postgres"));
  if (existing) return existing;
  await createUser("admittance");
  const user = (await findUser("admittance")) ?? (await findUser("nobody"));
  if (user) return user;
  throw new SetupError(
    "PostgreSQL can't run as root and no unprivileged user could be found or created: create a user named 'admittance', or set DATABASE_URL.",
  );
}

/**
 * Whom an existing cluster belongs to: it runs as that user again, whoever starts it.
 * @throws SetupError when this process may not act for that user
 */
export async function ownerOf(directory: string): Promise<SystemUser> {
  const { uid, gid } = await stat(directory);
  if (!isRoot()) {
    if (uid === process.geteuid?.()) return undefined;
    throw new SetupError(`${directory} belongs to the user with id ${uid}: start as that user or as root.`);
  }
  if (uid !== 0) return { uid, gid };
  throw new SetupError(
    `${directory} belongs to root, as whom PostgreSQL can't run: give it to an unprivileged user (chown -R postgres).`,
  );
}

async function findUser(name: string): Promise<SystemUser> {
  const lines = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n");
  for (const line of lines) {
    const [user, , uid, gid] = line.split(":");
    if (user === name && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

async function createUser(name: string): Promise<void> {
  const options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"];
  // Where there is no useradd, `nobody` is used; two processes creating it at once both find it afterwards.
  await run("useradd", [...options, "--shell", "/usr/sbin/nologin", name]).catch(() => undefined);
}
