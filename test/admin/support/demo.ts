import { loadDemo } from "../../../src/demo/load.ts";
import { DEMO_CARDS } from "../../../src/demo/programme.ts";
import type { Client } from "../../../src/client.ts";
import { z } from "zod";
import { check, confirm, createTerminal, outcome } from "../../support/programme.ts";

/** The demo programme with some visits: what most pages are looked at with. */
export async function demoWithVisits(admin: Client, url: string): Promise<void> {
  await loadDemo(admin);
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string() })) })
    .parse((await admin.send("GET", "/api/locations?limit=4")).body);
  for (const { id } of items) {
    const terminal = await createTerminal(admin, url, id);
    for (const pan of Object.values(DEMO_CARDS)) {
      const { decision, accessId } = outcome(await check(terminal, pan));
      if (decision === "GRANTED") await confirm(terminal, accessId, 0);
    }
  }
}
