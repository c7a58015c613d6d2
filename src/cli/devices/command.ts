import { Command, Option } from "commander";
import { UnreachableError } from "../../client.ts";
import { type CliWorld, demoKey } from "../pos/shell.ts";
import { type Check, Kit, StoppedError } from "./kit.ts";
import { certificates } from "./flows/certificate.ts";
import { deviceFlow } from "./flows/device.ts";
import { claims } from "./flows/claim.ts";
import { enrollments } from "./flows/enrollment.ts";
import { pairing } from "./flows/pairing.ts";

/** `admittance devices`: for those who build devices, or a server that devices come to. */

const FLOWS: Readonly<Record<string, (kit: Kit) => Promise<void>>> = {
  pairing,
  enrollment: enrollments,
  claim: claims,
  device: deviceFlow,
  certificate: certificates,
};

interface Options {
  readonly flow: readonly string[];
  readonly url: string;
  readonly location?: string;
  readonly dataDir: string;
}

export function devicesCommand(world: CliWorld, fail: (message: string) => never): Command {
  const devices = new Command("devices").description("for those who build devices");
  const flows = new Option("--flow <flows...>", "which ways of bringing a device in");
  devices
    .command("conformance")
    .description("goes the ways of docs/devices.md against a server, and says what does not hold")
    .addOption(flows.choices(Object.keys(FLOWS)).default(Object.keys(FLOWS), "all"))
    .option(
      "--url <url>",
      "where the server is",
      world.env["PUBLIC_URL"] ?? `http://127.0.0.1:${world.env["PORT"] ?? "8080"}`,
    )
    .option("--location <id>", "where devices are to stand; without it a location is made")
    .option(
      "--data-dir <path>",
      "where the demo's key is, if ADMITTANCE_KEY is not set",
      world.env["DATA_DIR"] ?? "./data",
    )
    .action(async (options: Options) => {
      await conform(world, options, fail);
    });
  return devices;
}

async function conform(world: CliWorld, options: Options, fail: (message: string) => never): Promise<void> {
  const key = await demoKey(world, options.dataDir);
  const told: { readonly flow: string; readonly checks: readonly Check[] }[] = [];
  for (const flow of options.flow) {
    const kit = new Kit({
      ...{ url: options.url, key, locationId: options.location ?? null },
      ...{ now: world.now, newId: world.newId },
      tell: ({ what, ok, got }) => {
        if (!world.isJson())
          world.write(`${ok ? "ok  " : "FAIL"} ${flow}: ${what}${got === null ? "" : `, but ${got}`}`);
      },
    });
    try {
      await FLOWS[flow]?.(kit);
    } catch (error) {
      if (error instanceof UnreachableError) throw error;
      kit.holds(
        error instanceof StoppedError ? error.message : "the flow comes to its end",
        false,
        String(error),
      );
    }
    told.push({ flow, checks: kit.checks });
  }
  const all = told.flatMap(({ checks }) => checks);
  const failed = all.filter(({ ok }) => !ok).length;
  const passed = all.length - failed;
  if (world.isJson()) world.write(JSON.stringify({ passed, failed, flows: told }));
  else world.write(`${String(passed)} hold, ${String(failed)} do not.`);
  if (failed > 0) fail("The server does not do what docs/devices.md says.");
}
