import { randomBytes } from "node:crypto";
import { Command } from "commander";
import { z } from "zod";
import { shownSecret, signedHeaders } from "../../engine/webhooks/secrets.ts";
import { type CliWorld, demoKey } from "../pos/shell.ts";
import { secretBytes } from "./signature.ts";
import { type Server, withServer } from "./command.ts";
import { sseFrames } from "./sse.ts";

/**
 * `admittance listen`: for developers whose receiver has no address on the internet. It follows what happens, and hands
 * each message on to a local address, signed as a real one is.
 */

interface Options extends Server {
  readonly forwardTo: string;
  readonly types?: readonly string[];
  readonly secret?: string;
  readonly from?: string;
}

const SECRET_BYTES = 32;
const AGAIN_MS = 1_000;
const ANSWER_MS = 15_000;

const message = z.looseObject({ id: z.string(), type: z.string() });

export function listenCommand(world: CliWorld, fail: (message: string) => never): Command {
  return withServer(new Command("listen"), world)
    .description("hands what receivers would be told on to a local address")
    .requiredOption(
      "--forward-to <address>",
      "where each message is sent, for example http://localhost:3000/hooks",
    )
    .option("--types <types...>", "what is wanted; without it all")
    .option("--secret <whsec>", "signs by this one, instead of one that is made and printed")
    .option("--from <position>", "goes on after this position, instead of with what is new")
    .action(async (options: Options) => {
      if (!URL.canParse(options.forwardTo))
        fail(`--forward-to wants an address, not ${JSON.stringify(options.forwardTo)}.`);
      const given = options.secret === undefined ? randomBytes(SECRET_BYTES) : secretBytes(options.secret);
      if (given === null) fail("--secret wants whsec_ and Base64.");
      else await listen(world, options, given);
    });
}

async function listen(world: CliWorld, options: Options, secret: Buffer): Promise<void> {
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());
  const key = await demoKey(world, options.dataDir);
  if (!world.isJson()) {
    if (options.secret === undefined) world.write(`signed by ${shownSecret(secret)}`);
    world.write(`to ${options.forwardTo}`);
  }
  let position = options.from ?? "";
  while (!ending.signal.aborted) {
    try {
      const types = (options.types ?? []).map((type) => `types=${encodeURIComponent(type)}`).join("&");
      const url = new URL(`/api/webhooks/stream${types === "" ? "" : `?${types}`}`, options.url);
      const headers = {
        authorization: `Bearer ${key}`,
        ...(position === "" ? {} : { "last-event-id": position }),
      };
      const response = await fetch(url, { headers, signal: ending.signal });
      if (!response.ok || response.body === null) {
        world.write(`the server answered ${String(response.status)}`);
        if (response.status < 500) return;
      } else {
        for await (const frame of sseFrames(response.body)) {
          if (frame.event === "message") await forward(world, options.forwardTo, secret, frame.data);
          position = frame.id;
        }
      }
    } catch (error) {
      if (isOver(ending.signal)) return;
      if (!world.isJson())
        world.write(`not listening: ${error instanceof Error ? error.message : "broken off"}; again in 1 s`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, AGAIN_MS);
    });
  }
}

function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function forward(world: CliWorld, to: string, secret: Buffer, body: string): Promise<void> {
  const { id, type } = message.parse(JSON.parse(body));
  const signed = signedHeaders([secret], { id, body, now: world.now() });
  const status = await fetch(to, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/json", "user-agent": "Admittance-Webhooks", ...signed },
    body,
    signal: AbortSignal.timeout(ANSWER_MS),
  }).then(
    async (response) => {
      await response.body?.cancel();
      return String(response.status);
    },
    () => "no answer",
  );
  world.write(world.isJson() ? JSON.stringify({ id, type, status }) : `${status}  ${type}  ${id}`);
}
