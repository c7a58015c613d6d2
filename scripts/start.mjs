// `npm start`: builds and serves.
import { run } from "./run.mjs";

await run("main");
