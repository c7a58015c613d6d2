import { z } from "zod";
import type { Client } from "../../../src/client.ts";

/** Receivers as an installation has them: one that takes what it is sent, or would, and one that was disabled. */
export async function tellSomebody(admin: Client): Promise<string> {
  const types = ["entry.confirmed", "entry.reversed"];
  const made = await admin.send("POST", "/api/webhooks", {
    ...{ url: "https://hooks.partner.example/visits", description: "The partner's ledger", types },
  });
  const other = await admin.send("POST", "/api/webhooks", { url: "https://old.example/hooks" });
  const id = z.looseObject({ id: z.string() });
  await admin.send("POST", `/api/webhooks/${id.parse(other.body).id}/disable`, {
    reason: "Moved to the new one.",
  });
  const own = id.parse(made.body).id;
  await admin.send("POST", `/api/webhooks/${own}/test`);
  return own;
}
