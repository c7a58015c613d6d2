import { forgetLibpq } from "./start/environment.ts";
import { plainly } from "./start/plainly.ts";

/** What `npm start` and the image run. It loads the program when the environment is as it should be, and says how it ended. */

forgetLibpq(process.env);
// What the packages that we depend on should do otherwise is nothing that an operator can mend.
process.noDeprecation = true;
await plainly(async () => {
  const { run } = await import("./start/program.ts");
  await run(new URL(import.meta.url), process.argv.slice(2));
});
