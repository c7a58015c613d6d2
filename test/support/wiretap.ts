import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A line between a terminal and its server, that somebody listens to, and that can be cut. */
export interface Wiretap {
  readonly url: string;
  /** Everything that went over it, both ways. */
  readonly heard: () => string;
  /** How many of the next answers get lost: the server has done what was asked. */
  losesAnswers: number;
  stop(): Promise<void>;
}

/** @param target where the server is */
export async function wiretap(target: string): Promise<Wiretap> {
  const heard: string[] = [];
  const line = { losesAnswers: 0 };
  const server: Server = createServer((incoming, outgoing) => {
    heard.push(`${incoming.method ?? ""} ${incoming.url ?? ""}`, ...incoming.rawHeaders);
    const options = { method: incoming.method, headers: incoming.headers };
    const onward = request(new URL(incoming.url ?? "/", target), options, (answer) => {
      const chunks: Buffer[] = [];
      heard.push(...answer.rawHeaders);
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const body = Buffer.concat(chunks);
        heard.push(body.toString("latin1"));
        if (line.losesAnswers > 0) {
          line.losesAnswers--;
          outgoing.destroy();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.end(body);
      });
    });
    const gone = (): void => {
      outgoing.destroy();
    };
    onward.on("error", gone);
    incoming.on("error", gone);
    incoming.on("data", (chunk: Buffer) => heard.push(chunk.toString("latin1")));
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = addressOf(server);
  return {
    url: `http://127.0.0.1:${String(port)}`,
    heard: () => heard.join("\n"),
    get losesAnswers(): number {
      return line.losesAnswers;
    },
    set losesAnswers(count: number) {
      line.losesAnswers = count;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  return address;
}
