import type { Services } from "../engine/services.ts";
import { Ending } from "../start/ending.ts";
import { createLogger } from "../logging.ts";
import { openServices, type World } from "../start/server.ts";
import { readSettings } from "../start/secretFiles.ts";
import type { AnswerWith } from "./answer.ts";
import { refuseUninstalled } from "./installed.ts";

/** What the commands that work on an installation, also beside its running server, know of the world. */
export interface ServicesWorld extends World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly answer: AnswerWith;
}

/** @throws SetupError where nothing is installed, or where it can't be opened */
export async function withServices(
  world: ServicesWorld,
  work: (services: Services) => Promise<void>,
): Promise<void> {
  const settings = readSettings(world.env);
  await refuseUninstalled(settings);
  const ending = new Ending();
  try {
    const { services } = await openServices(settings, world, createLogger({ level: "warn" }), ending);
    await work(services);
  } finally {
    await ending.run();
  }
}
