#!/usr/bin/env node
// `npx admittance ...`: the command-line tool.
import { run } from "./run.mjs";

await run("cli");
