import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseUser } from "../../src/database/embedded/systemUser.ts";
import { freePort } from "../../src/database/embedded/embedded.ts";
import { until } from "./until.ts";

const PROGRAM = "/usr/sbin/pgbouncer";

export interface Pooler {
  /** The same database by way of the pooler. */
  through(url: string): string;
  stop(): Promise<void>;
}

/** Whether a real PgBouncer is here; `scripts/test.mjs` installs Debian's where it can. */
export async function hasPgBouncer(): Promise<boolean> {
  return (await stat(PROGRAM).catch(() => null)) !== null;
}

/** A real PgBouncer, with its defaults, in front of a server. */
export async function startPgBouncer(
  serverPort: number,
  mode: "session" | "transaction" | "statement",
): Promise<Pooler> {
  const user = await chooseUser();
  const home = await mkdtemp(join(tmpdir(), `admittance-test-${String(process.pid)}-pooler-`));
  const port = await freePort();
  const users = join(home, "users");
  const settings = join(home, "pgbouncer.ini");
  await writeFile(users, '"postgres" ""\n');
  await writeFile(
    settings,
    [
      "[databases]",
      `* = host=127.0.0.1 port=${String(serverPort)}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${String(port)}`,
      "unix_socket_dir =",
      "auth_type = trust",
      `auth_file = ${users}`,
      `pool_mode = ${mode}`,
      "default_pool_size = 40",
      "",
    ].join("\n"),
  );
  if (user !== undefined) {
    for (const path of [home, users, settings]) await chown(path, user.uid, user.gid);
  }
  const child = spawn(PROGRAM, ["-q", settings], { ...user, cwd: home, stdio: "ignore" });
  const ended = once(child, "exit");
  await until(async () => await takesConnections(port));
  return {
    through: (url) => {
      const other = new URL(url);
      other.port = String(port);
      return other.href;
    },
    stop: async () => {
      child.kill("SIGINT");
      child.kill("SIGTERM");
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function takesConnections(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
