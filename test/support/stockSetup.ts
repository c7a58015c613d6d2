import type { TestProject } from "vitest/node";
import { startStockServer } from "./stockPostgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of a server with the settings of `initdb`; only in the project that is about it. */
    readonly stockUrl: string;
  }
}

/** One stock server for the project that runs on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stock = await startStockServer();
  project.provide("stockUrl", stock.url);
  return async () => await stock.destroy();
}
