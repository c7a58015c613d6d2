import { spawn } from "node:child_process";
import { closeSync, openSync, readSync, renameSync, statSync } from "node:fs";
import type { Binaries } from "./binaries.ts";
import { type Cluster, directoryArgument, postgresEnvironment } from "./cluster.ts";
import { memoryHere, sharedBuffers } from "./memory.ts";
import type { SystemUser } from "./systemUser.ts";

const MAX_LOG_BYTES = 10_000_000;

/** What it takes to run a server. */
export interface Server {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly user: SystemUser;
  readonly port: number | undefined;
  readonly fsync: boolean;
}

export interface Launched {
  /** Whether it has ended, or could not even be spawned. */
  ended(): boolean;
  /** Why it ended, as far as its log says. */
  fatal(): string;
}

export function launch({ cluster, binaries, user, fsync }: Server, port: number, logStart: number): Launched {
  const log = openSync(cluster.logFile, "a", 0o600);
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=100",
    `shared_buffers=${sharedBuffers(memoryHere())}`,
    "max_wal_size=2GB",
    `fsync=${fsync ? "on" : "off"}`,
    `full_page_writes=${fsync ? "on" : "off"}`,
    "synchronous_commit=on",
    "idle_in_transaction_session_timeout=10s",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_checkpoints=off",
    "logging_collector=off",
    "log_destination=stderr",
    "password_encryption=scram-sha-256",
  ];
  try {
    const child = spawn(
      binaries.postgres,
      ["-D", directoryArgument(cluster.directory, user), ...settings.flatMap((setting) => ["-c", setting])],
      // A session of its own: a Ctrl-C for us must not stop it while we still finish requests.
      {
        ...user,
        cwd: cluster.directory,
        env: postgresEnvironment(),
        detached: true,
        stdio: ["ignore", log, log],
      },
    );
    let failed = false;
    child.once("error", () => {
      failed = true;
    });
    child.unref();
    return {
      ended: () => failed || child.exitCode !== null || child.signalCode !== null,
      fatal: () => lastFatal(cluster.logFile, logStart),
    };
  } finally {
    closeSync(log);
  }
}

/** Keeps one old log. @returns where this run's lines begin, in bytes */
export function rotateLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < MAX_LOG_BYTES) return size;
  renameSync(file, `${file}.1`);
  return 0;
}

function lastFatal(file: string, from: number): string {
  const buffer = Buffer.alloc(64 * 1024);
  const log = openSync(file, "r");
  try {
    const text = buffer.toString("utf8", 0, readSync(log, buffer, 0, buffer.length, from));
    const lines = text.split("\n").filter((line) => /\b(FATAL|PANIC):/.test(line));
    return lines.at(-1)?.replace(/^.*?(FATAL|PANIC):\s*/, "") ?? "";
  } finally {
    closeSync(log);
  }
}
