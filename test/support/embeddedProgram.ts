// Starts the embedded PostgreSQL on the directory given, tells what came of it, and stops on SIGTERM.
import { startEmbedded } from "../../src/database/embedded/embedded.ts";

const [dataDir = ""] = process.argv.slice(2);
const keepAlive = setInterval(() => undefined, 60_000);
try {
  const embedded = await startEmbedded({ dataDir });
  process.once("SIGTERM", () => {
    embedded
      .stop()
      .then(() => process.exit(0))
      .catch(() => process.exit(1));
  });
  console.log(JSON.stringify({ url: embedded.url, started: embedded.started }));
} catch (error) {
  clearInterval(keepAlive);
  console.log(JSON.stringify({ error: String(error) }));
}
