import { once } from "node:events";
import type { Server } from "node:http";

/** Listens on the loopback at a port that is free, and answers which. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a server listens at a port");
  return address.port;
}
