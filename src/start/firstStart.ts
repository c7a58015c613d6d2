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
 * programme, unless DEMO=0. Then says where to go.
 */
export async function prepareFirstStart(
  server: RunningServer,
  settings: Settings,
  print: (line: string) => void,
): Promise<void> {
  const administrator = await ensureAdministrator(server.services);
  print("");
  const address = settings.publicUrl ?? server.url;
  print(`  Admittance serves ${address}`);
  if (server.hasPanel) print(`  The panel:          ${address}/admin/`);
  print(`  The API, readable:  ${address}/docs`);
  if (administrator !== null) {
    print("");
    print("  An administrator was made. This is shown once:");
    print(`    sign-in  ${administrator.email}`);
    print(`    password ${administrator.password}`);
    print(`    API key  ${administrator.apiKey}`);
  }
  if (settings.demo && !server.installation.demoLoaded && administrator !== null) {
    const path = join(settings.dataDir, DEMO_KEY_FILE);
    await writeFile(path, `${administrator.apiKey}\n`, { mode: 0o600 });
    await loadDemo(createClient(server.url, administrator.apiKey));
    await markDemoLoaded(server.services.pool);
    print("");
    print("  The demo programme is loaded: two banks, three airports, lounges and fast lanes.");
  }
  if (settings.demo) {
    print("");
    print(`  Next, in another terminal:  ${whereOf(server.url, settings)}npm run pos -- demo`);
  }
  print("");
  print("  Ready.");
  print("");
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
