import { forgetLibpq } from "../environment.ts";
import { plainly } from "../plainly.ts";

/** The `admittance` command. An error is one line and an exit status; a bug shows where it is. */

forgetLibpq(process.env);
await plainly(async () => {
  const { run } = await import("./program.ts");
  await run();
});
