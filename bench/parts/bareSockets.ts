import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { z } from "zod";

/** The peer: `ws` and nothing else, in a process of its own. A POST to `/n` is passed on to the n-th socket. */
const PROGRAM = `
  import { createServer } from "node:http";
  import { WebSocketServer } from "ws";
  const sockets = [];
  const server = createServer((request, response) => {
    request.resume();
    sockets[Number(request.url.slice(1))]?.send(JSON.stringify({ type: "command", id: request.headers["x-id"] }));
    response.end("{}");
  });
  const wss = new WebSocketServer({ server, perMessageDeflate: false });
  wss.on("connection", (socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

export interface BareServer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export async function startBare(): Promise<BareServer> {
  const child: ChildProcess = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout === null || child.pid === undefined) throw new Error("the peer did not start");
  const port = z
    .tuple([z.coerce.number()])
    .parse(await once(createInterface({ input: child.stdout }), "line"))[0];
  return {
    pid: child.pid,
    port,
    stop: async () => {
      child.kill();
      await once(child, "close");
    },
  };
}
