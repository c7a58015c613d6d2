import { createConnection, createServer, type Socket } from "node:net";

export interface SilentProxy {
  readonly url: string;
  /** From now on nothing passes in either direction; connections stay open, and new ones are accepted. */
  silence(): void;
  /** What was held back passes, and everything after it. */
  speak(): void;
  /** The connections of now stay open and silent for ever; those that come have another fate. */
  forsake(): void;
  close(): Promise<void>;
}

/** A way to the server that can fall silent, as a hung server or a lost network does. */
export async function silentProxy(target: string): Promise<SilentProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const forsaken = new Set<Socket>();
  let silent = false;
  const server = createServer((near) => {
    const far = createConnection({ host: hostname, port: Number(port) });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => to.write(chunk));
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on("error", () => to.destroy());
      if (silent) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(address.port);
  return {
    url: url.href,
    silence: () => {
      silent = true;
      for (const socket of sockets) socket.pause();
    },
    speak: () => {
      silent = false;
      for (const socket of sockets) if (!forsaken.has(socket)) socket.resume();
    },
    forsake: () => {
      for (const socket of sockets) forsaken.add(socket.pause());
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
