import { forgetLibpq } from "../start/environment.ts";
import { plainly } from "../start/plainly.ts";

/** The `admittance` command. An error is one line and an exit status; a bug shows where it is. */

forgetLibpq(process.env);
// What the packages that we depend on should do otherwise is nothing that an operator can mend.
process.noDeprecation = true;
await plainly(async () => {
  const { run } = await import("./program.ts");
  await run();
});
