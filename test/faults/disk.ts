import { execFile } from "node:child_process";
import { mkdtemp, open, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { clusterDirectory } from "../../src/database/embedded/cluster.ts";
import { stopPostmaster } from "../../src/database/embedded/postmaster.ts";
import { processExists } from "../../src/database/embedded/starter.ts";

const run = promisify(execFile);
const PREFIX = "admittance-faults-disk-";
const SIZE = "512m";
const MEBIBYTE = 1_048_576;
const BLOCK = 4_096;

/** A file system of its own that can be filled to the last byte. */
export interface SmallDisk {
  readonly directory: string;
  /** Until nothing more can be written. */
  fill(): Promise<void>;
  free(): Promise<void>;
  unmount(): Promise<void>;
}

/** Mounts one in memory; where that is not permitted, answers why. */
export async function mountSmallDisk(): Promise<SmallDisk | { readonly reason: string }> {
  await removeAbandoned();
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${SIZE},mode=0755`, "tmpfs", directory]);
  } catch (error) {
    await rm(directory, { recursive: true });
    return { reason: `no small disk can be mounted here: ${lineOf(error)}` };
  }
  const ballast = join(directory, "ballast");
  return {
    directory,
    fill: async () => {
      const file = await open(ballast, "a");
      try {
        for (const size of [MEBIBYTE, BLOCK]) await writeUntilFull(file, Buffer.alloc(size));
      } finally {
        await file.close();
      }
    },
    free: async () => {
      await rm(ballast, { force: true });
    },
    unmount: async () => {
      await unmount(directory);
    },
  };
}

async function writeUntilFull(
  file: { write(buffer: Buffer): Promise<unknown> },
  piece: Buffer,
): Promise<void> {
  for (;;) {
    try {
      await file.write(piece);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOSPC") return;
      throw error;
    }
  }
}

/** A killed run leaves its disk mounted, and its server running there. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length).split("-")[0] : undefined);
    if (!Number.isSafeInteger(pid) || processExists(pid)) continue;
    const directory = join(tmpdir(), name);
    for (const home of await readdir(directory)) {
      await stopPostmaster(clusterDirectory(join(directory, home)), "immediate");
    }
    await unmount(directory);
  }
}

async function unmount(directory: string): Promise<void> {
  await run("umount", [directory]).catch((error: unknown) => {
    if (!lineOf(error).includes("not mounted")) throw error;
  });
  await rm(directory, { recursive: true, force: true });
}

function lineOf(error: unknown): string {
  return error instanceof Error ? error.message.trim().split("\n").slice(-1).join("") : String(error);
}
