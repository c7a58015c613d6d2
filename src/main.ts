import { forgetLibpq } from "./environment.ts";
import { plainly } from "./plainly.ts";

/** What `npm start` and the image run. It loads the program when the environment is as it should be, and says how it ended. */

forgetLibpq(process.env);
await plainly(async () => {
  const { run } = await import("./program.ts");
  await run(new URL(import.meta.url), process.argv.slice(2));
});
