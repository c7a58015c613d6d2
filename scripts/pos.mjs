// `npm run pos -- ...`: short for `admittance pos ...`.
import { run } from "./run.mjs";

process.argv.splice(2, 0, "pos");
await run("cli");
