import { Command } from "commander";
import { testSystem } from "../engine/connections.ts";
import { Ending } from "../start/ending.ts";
import { openOutsideSystems } from "../start/outsideSystems.ts";
import { readSettings } from "../start/secretFiles.ts";
import { table } from "./answer.ts";
import type { ServicesWorld } from "./opened.ts";

/** `admittance connections`: the systems outside that the settings name. */
export function connectionsCommand(world: ServicesWorld, fail: (message: string) => never): Command {
  const connections = new Command("connections").description("the systems outside that the settings name");
  connections
    .command("test")
    .description("asks each whether it is there; needs neither the database nor a running server")
    .action(async () => {
      const ending = new Ending();
      try {
        const { systems } = openOutsideSystems(readSettings(world.env), world, ending);
        const items = await Promise.all(
          systems.map(async (system) => {
            const { outcome, status, ms } = await testSystem(system);
            return { name: system.name, url: system.url, outcome, status, ms };
          }),
        );
        const rows = items.map(({ name, url, outcome, status, ms }) => [
          ...[name, url, outcome, status === null ? "-" : String(status), `${String(ms)} ms`],
        ]);
        const lines = table(["system", "address", "answer", "status", "time"], rows);
        world.answer({ items }, ...(items.length === 0 ? ["Nothing outside is configured."] : lines));
        if (items.some(({ outcome }) => outcome !== "ANSWERED")) fail("Not everything answers as it should.");
      } finally {
        await ending.run();
      }
    });
  return connections;
}
