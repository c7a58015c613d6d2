import { readdirSync, readFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";

/*
 * Which process starts the server, and stops it, is the name of one file in the cluster: `admittance.starter-<identity>`.
 * It exists from the cluster's creation and is only ever renamed, from exactly the name that was read: the file system
 * decides who wins.
 */

const PREFIX = "admittance.starter-";
const NOBODY = "none";

/** Name of the file; by default of a cluster that nobody has started yet. */
export function starterFile(identity: string = NOBODY): string {
  return PREFIX + identity;
}

/** This process, told apart from a later one with the same id by its start time. */
export function myIdentity(): string {
  return `${process.pid}-${startTicks(process.pid) ?? 0}`;
}

/** Becomes the starter where there is none or it is gone. `false` when it lives, or when another process was faster. */
export async function succeedStarter(cluster: string): Promise<boolean> {
  const current = currentStarter(cluster);
  if (current === myIdentity()) return true;
  return isAlive(current) ? false : replace(cluster, current, myIdentity());
}

/** Becomes the starter in the place of one that lives but does nothing. `false` when another process was faster. */
export function replaceStarter(cluster: string): Promise<boolean> {
  return replace(cluster, currentStarter(cluster), myIdentity());
}

/** Leaves the server to whoever starts it next; does nothing in a process that isn't the starter. */
export async function resignStarter(cluster: string): Promise<void> {
  await replace(cluster, myIdentity(), NOBODY);
}

export function isStarter(cluster: string): boolean {
  return currentStarter(cluster) === myIdentity();
}

function currentStarter(cluster: string): string {
  const file = readdirSync(cluster).find((name) => name.startsWith(PREFIX));
  return file?.slice(PREFIX.length) ?? NOBODY;
}

async function replace(cluster: string, current: string, next: string): Promise<boolean> {
  try {
    await rename(join(cluster, starterFile(current)), join(cluster, starterFile(next)));
    return true;
  } catch {
    return false;
  }
}

/** Whether the process of an identity runs; what follows it in the text does not count. */
export function isAlive(identity: string): boolean {
  const [pid, ticks] = identity.split("-").map(Number);
  if (pid === undefined || ticks === undefined || !Number.isSafeInteger(pid) || !processExists(pid))
    return false;
  return startTicks(pid) === undefined || startTicks(pid) === ticks;
}

/** Whether a process with this id runs, ours or not. One that has ended but was never collected (a container's first process may not) does not run. */
export function processExists(pid: number): boolean {
  return isTaken(pid) && stat(pid)?.state !== "Z";
}

/** Whether the system still knows a process by this id, be it only for its exit code. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Clock ticks from boot to the process's start; `undefined` where there is no /proc. */
function startTicks(pid: number): number | undefined {
  return stat(pid)?.startTicks;
}

function stat(pid: number): { readonly state: string | undefined; readonly startTicks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold blanks; the state is the 3rd, the start time the 22nd.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0], startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}
