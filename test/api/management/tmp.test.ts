import { appendFileSync } from "node:fs";
import { it } from "vitest";
import { startTestServer } from "../../support/server.ts";
import { raw } from "./support.ts";
it("x", async () => {
  const server = await startTestServer();
  const body = JSON.stringify({ name: "x".repeat(300_000) });
  for (const [path, type] of [["/api/merchants","application/json"],["/api/merchants",null],["/api/rulesets","application/json"],["/api/transactions","application/json"],["/api/session","application/json"],["/api/account-ranges/import","application/json"],["/api/account-ranges/import","text/csv"],["/api/transactions/import","text/csv"]] as const) {
    for (let n = 0; n < 30; n++) {
      const t = Date.now();
      try { const a = await raw(server, "POST", path, { body, type }); if (n<2||n>28) appendFileSync("/tmp/out.txt", `${path} ${type} ${n} ${a.status} ${Date.now()-t}\n`); } catch (e) { appendFileSync("/tmp/out.txt", `${path} ${type} ${n} ${String(e)} ${String((e as Error).cause)} ${Date.now()-t}\n`); }
    }
  }
  await server.stop();
});
