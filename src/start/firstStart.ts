import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureAdministrator } from "../engine/accounts/bootstrap.ts";
import { createClient } from "../client.ts";
import { loadDemo } from "../demo/load.ts";
import { markDemoLoaded } from "./installation.ts";
import type { RunningServer } from "./server.ts";
import type { Settings } from "../settings.ts";

/** Where the demo's API key lies for `npm run pos`; readable by its owner alone. */
export const DEMO_KEY_FILE = "demo-key";

/**
 * What a first start does beyond serving: an administrator and a key, shown this once; the demo
 * programme, unless DEMO=0. Then says where to go: last, so that no line of the log comes after it.
 */
export async function prepareFirstStart(
  server: RunningServer,
  settings: Settings,
  print: (line: string) => void,
): Promise<void> {
  const administrator = await ensureAdministrator(server.services);
  let isDemoNew = false;
  try {
    if (settings.demo && !server.installation.demoLoaded && administrator !== null) {
      const path = join(settings.dataDir, DEMO_KEY_FILE);
      await writeFile(path, `${administrator.apiKey}\n`, { mode: 0o600 });
      await loadDemo(createClient(server.url, administrator.apiKey));
      await markDemoLoaded(server.services.pool);
      isDemoNew = true;
    }
  } finally {
    // Also where the demo was not loaded: the password is shown nowhere else.
    for (const line of welcome(server, settings, administrator, isDemoNew)) print(line);
  }
  print("");
  print("  Ready.");
  print("");
}

function welcome(
  server: RunningServer,
  settings: Settings,
  administrator: Awaited<ReturnType<typeof ensureAdministrator>>,
  isDemoNew: boolean,
): readonly string[] {
  const address = settings.publicUrl ?? server.url;
  return [
    "",
    `  Admittance serves ${address}`,
    ...(server.hasPanel ? [`  The panel:          ${address}/admin/`] : []),
    `  The API, readable:  ${address}/docs`,
    ...(administrator === null
      ? []
      : [
          "",
          "  An administrator was made. This is shown once:",
          `    sign-in  ${administrator.email}`,
          `    password ${administrator.password}`,
          `    API key  ${administrator.apiKey}`,
        ]),
    ...(isDemoNew
      ? ["", "  The demo programme is loaded: two banks, three airports, lounges and fast lanes."]
      : []),
    ...(settings.demo
      ? ["", `  Next, in another terminal:  ${whereOf(server.url, settings)}npm run pos -- demo`]
      : []),
  ];
}

/** What the command line must be told to find this installation; nothing where all is as it expects. */
function whereOf(url: string, { publicUrl, dataDir }: Settings): string {
  const reached = publicUrl ?? url;
  const words = [
    ...(reached === "http://127.0.0.1:8080" ? [] : [`PUBLIC_URL=${reached}`]),
    ...(dataDir === "./data" ? [] : [`DATA_DIR=${JSON.stringify(dataDir)}`]),
  ];
  return words.map((word) => `${word} `).join("");
}
