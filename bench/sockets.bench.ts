import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import { z } from "zod";
import { type Client, createClient } from "../src/client.ts";
import { startEmbedded } from "../src/database/embedded/embedded.ts";
import { productHome } from "../test/support/product.ts";
import { startBare } from "./parts/bareSockets.ts";
import { quantile, round2 } from "./support/statistics.ts";

/**
 * Devices that hold a connection to one server process: what they cost in memory over an idle one, and how long a command
 * takes from when it is asked for by HTTP until the device has it, everything stored in between. Beside a bare `ws` server,
 * which stores nothing, with as many sockets.
 */
export const name = "sockets";

const COMMANDS_A_SECOND = 20;
const AT_ONCE = 16;
const SETTLE_MS = 3_000;

interface Device {
  readonly serialNumber: string;
  readonly token: string;
}

export async function run({ quick }: { quick: boolean }): Promise<{ figures: Record<string, number> }> {
  const count = quick ? 200 : 1_000;
  const asked = quick ? 250 : 1_500;
  const ours = await measureOurs(count, asked);
  const bare = await measureBare(count, asked);
  const row = (who: string, { mb, delays }: Measured): void =>
    console.log(
      `  ${who.padEnd(10)} ${String(round2(mb)).padStart(7)} MB over idle, to the device p50 ${String(at(delays, 0.5))} ms, p99 ${String(at(delays, 0.99))} ms`,
    );
  console.log(`${String(count)} devices connected, ${String(COMMANDS_A_SECOND)} commands a second:`);
  row("ours", ours);
  row("bare ws", bare);
  const figures = {
    MBoverIdle: round2(ours.mb),
    p50ms: at(ours.delays, 0.5),
    p99ms: at(ours.delays, 0.99),
    "MB/bare": round2(ours.mb / bare.mb),
    "p50/bare": round2(at(ours.delays, 0.5) / at(bare.delays, 0.5)),
  };
  return { figures };
}

interface Measured {
  readonly mb: number;
  readonly delays: readonly number[];
}

async function measureOurs(count: number, asked: number): Promise<Measured> {
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-bench-sockets-"));
  const database = await startEmbedded({ dataDir });
  const home = await productHome();
  try {
    const product = await home.start({ DATABASE_URL: database.url, EVENTSTORE_URL: "", TRUST_PROXY: "1" });
    const admin = createClient(product.url, await home.adminKey());
    const { pid } = product.process;
    if (pid === undefined) throw new Error("the server has a process");
    const devices = await makeDevices(admin, count);
    await sleep(SETTLE_MS);
    const idle = await megabytes(pid);
    const url = product.url.replace(/^http/, "ws");
    const arrivals = new Arrivals();
    const sockets = await connectAll(devices, ({ token }) =>
      arrivals.listen(new WebSocket(`${url}/pos/connect`, { headers: { authorization: `Bearer ${token}` } })),
    );
    await sleep(SETTLE_MS);
    const mb = (await megabytes(pid)) - idle;
    const delays = await arrivals.measure(asked, async (index) => {
      const { serialNumber } = devices[index % count] ?? { serialNumber: "" };
      const path = `/api/terminals/${serialNumber}/commands`;
      const { body } = await admin.send("POST", path, { action: "ACTIVATE" });
      return z.looseObject({ id: z.string() }).parse(body).id;
    });
    for (const socket of sockets) socket.terminate();
    return { mb, delays };
  } finally {
    await home.destroy();
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measureBare(count: number, asked: number): Promise<Measured> {
  const bare = await startBare();
  try {
    await sleep(SETTLE_MS);
    const idle = await megabytes(bare.pid);
    const arrivals = new Arrivals();
    const everyone = Array.from({ length: count }, (_, index) => index);
    const sockets = await connectAll(everyone, () =>
      arrivals.listen(new WebSocket(`ws://127.0.0.1:${String(bare.port)}`)),
    );
    await sleep(SETTLE_MS);
    const mb = (await megabytes(bare.pid)) - idle;
    const delays = await arrivals.measure(asked, async (index) => {
      const id = String(index);
      const path = `http://127.0.0.1:${String(bare.port)}/${String(index % count)}`;
      await (await fetch(path, { method: "POST", headers: { "x-id": id } })).text();
      return id;
    });
    for (const socket of sockets) socket.terminate();
    return { mb, delays };
  } finally {
    await bare.stop();
  }
}

const enrollment = z.object({ enrollment_code: z.string() });
const registered = z.object({ token: z.string() });

/** By an enrollment each: a token is made faster than a key. */
async function makeDevices(admin: Client, count: number): Promise<readonly Device[]> {
  const devices: Device[] = [];
  const make = async (index: number): Promise<void> => {
    const { enrollment_code } = enrollment.parse((await admin.send("POST", "/ipp/v1/enrollments", {})).body);
    const hardware_id = `SOCKET-${String(index)}`;
    // Each from an address of its own: many at once from one would have to wait.
    const from = { "x-forwarded-for": `10.0.${String(index >> 8)}.${String(index & 255)}` };
    const made = await admin.send("POST", "/ipp/v1/devices", { enrollment_code, hardware_id }, from);
    devices.push({ serialNumber: hardware_id, token: registered.parse(made.body).token });
  };
  const worker = async (first: number): Promise<void> => {
    for (let index = first; index < count; index += AT_ONCE) await make(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, async (_, first) => await worker(first)));
  return devices;
}

async function connectAll<Item>(
  items: readonly Item[],
  connect: (item: Item) => WebSocket,
): Promise<readonly WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const some = items.slice(from, from + AT_ONCE).map((item) => connect(item));
    await Promise.all(
      some.map(
        async (socket) =>
          await new Promise<void>((resolve, reject) => {
            socket.once("open", () => resolve());
            socket.once("error", reject);
          }),
      ),
    );
    sockets.push(...some);
  }
  return sockets;
}

const message = z.looseObject({ type: z.string(), id: z.string().optional() });

/** When a command reached its device, by its id. */
class Arrivals {
  readonly #at = new Map<string, number>();

  listen(socket: WebSocket): WebSocket {
    socket.on("message", (data) => {
      if (!Buffer.isBuffer(data)) return;
      const { type, id } = message.parse(JSON.parse(data.toString()));
      if (type !== "command" || id === undefined) return;
      this.#at.set(id, performance.now());
      socket.send(JSON.stringify({ type: "received", id }));
      socket.send(JSON.stringify({ type: "result", id, outcome: "SUCCEEDED" }));
    });
    return socket;
  }

  /** @param ask asks for one, and answers its id */
  async measure(count: number, ask: (index: number) => Promise<string>): Promise<readonly number[]> {
    const begun = performance.now();
    const askedAt = new Map<string, number>();
    const asking: Promise<void>[] = [];
    for (let index = 0; index < count; index++) {
      const wait = begun + (index * 1_000) / COMMANDS_A_SECOND - performance.now();
      if (wait > 0) await sleep(wait);
      const then = performance.now();
      asking.push(ask(index).then((id) => void askedAt.set(id, then)));
    }
    await Promise.all(asking);
    while ([...askedAt.keys()].some((id) => !this.#at.has(id))) await sleep(10);
    return [...askedAt].map(([id, then]) => (this.#at.get(id) ?? Number.NaN) - then);
  }
}

async function megabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_024;
}

function at(values: readonly number[], share: number): number {
  return round2(
    quantile(
      values.toSorted((a, b) => a - b),
      share,
    ),
  );
}
