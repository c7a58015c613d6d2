import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "../src/client.ts";
import { startEmbedded } from "../src/database/embedded/embedded.ts";
import { productHome } from "../test/support/product.ts";
import { lists } from "./parts/offlineLists.ts";
import { reports } from "./parts/offlineReports.ts";
import type { Figures, OfflineScene } from "./parts/offlineScene.ts";
import { delivery, upload } from "./parts/offlineWhitelist.ts";

/** What offline mode costs the server. Each part has its figures; all run on one server with its own PostgreSQL. */
export const name = "offline";

const PARTS: Readonly<Record<string, (scene: OfflineScene) => Promise<Figures>>> = {
  upload,
  delivery,
  lists,
  reports,
};

export async function run({ quick }: { quick: boolean }): Promise<{ figures: Figures }> {
  const dataDir = await mkdtemp(join(tmpdir(), "admittance-bench-offline-"));
  const database = await startEmbedded({ dataDir });
  const home = await productHome();
  try {
    const product = await home.start({ DATABASE_URL: database.url, EVENTSTORE_URL: "" });
    const admin = createClient(product.url, await home.adminKey());
    let figures: Figures = {};
    for (const [part, measure] of Object.entries(PARTS)) {
      const measured = await measure({ quick, product, admin });
      console.log(part);
      for (const [what, value] of Object.entries(measured))
        console.log(`  ${what.padEnd(14)} ${String(value)}`);
      figures = { ...figures, ...measured };
    }
    return { figures };
  } finally {
    await home.destroy();
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
