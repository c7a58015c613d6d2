import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { type Fault, FAULTS_IN_WORDS, parseFault } from "../../simulators/kit/faults.ts";
import type { RunningSimulator, SimulatorOptions } from "../../simulators/kit/server.ts";
import { SetupError } from "../../settings.ts";
import type { CliWorld } from "../pos/shell.ts";

/** What every simulator is started with, and how it runs until a signal ends it. */

export interface RunningOptions {
  readonly port: number;
  readonly key?: string;
  readonly keyFile?: string;
  readonly fault: Fault;
}

export function withRunningOptions(command: Command): Command {
  return command
    .option("--port <number>", "TCP port, on this machine only; 0 takes a free one", portOf, 0)
    .option(
      "--key <key>",
      "what requests are signed by; without it and --key-file signatures are not looked at",
    )
    .option("--key-file <path>", "a file that holds the key")
    .option("--fault <fault>", `what it does wrong until it is told otherwise: ${FAULTS_IN_WORDS}`, faultOf, {
      kind: "none",
    });
}

export async function runSimulator(
  world: CliWorld,
  { port, key, keyFile, fault }: RunningOptions,
  start: (options: SimulatorOptions) => Promise<RunningSimulator>,
): Promise<void> {
  if (key !== undefined && keyFile !== undefined)
    throw new SetupError("Either --key or --key-file is wanted.");
  const secret = keyFile === undefined ? (key ?? null) : await keyIn(keyFile);
  const simulator = await start({ port, key: secret, fault, now: world.now });
  world.write(world.isJson() ? JSON.stringify({ url: simulator.url }) : `listening on ${simulator.url}`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  await simulator.close();
}

async function keyIn(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/\r?\n$/, "");
  } catch (error) {
    throw new SetupError(`--key-file can't be read: ${error instanceof Error ? error.message : "unknown"}`);
  }
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("a number from 0 to 65535 is wanted.");
}

function faultOf(text: string): Fault {
  const fault = parseFault(text);
  if (fault === null) throw new InvalidArgumentError(`${FAULTS_IN_WORDS} is wanted.`);
  return fault;
}
