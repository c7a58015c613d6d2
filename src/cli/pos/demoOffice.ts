import { z } from "zod";
import type { Client } from "../../client.ts";
import { DEMO_CARDS } from "../../demo/programme.ts";
import type { Terminal } from "./terminal.ts";

/** An entry of the demo, and the terminal that was told of it. */
export interface Granted {
  readonly terminal: Terminal;
  readonly accessId: string;
}

const idOf = z.object({ id: z.string() });
const listOf = z.object({
  items: z.array(
    z.looseObject({
      id: z.string().optional(),
      name: z.string().optional(),
      accessId: z.string().optional(),
    }),
  ),
});
const looked = z.object({ cardId: z.string() });

/** What the demo does as an administrator: before it begins, and so that everything is as it was. */
export class DemoOffice {
  readonly #admin: Client;

  constructor(admin: Client) {
    this.#admin = admin;
  }

  async locationId(name: string): Promise<string> {
    const path = `/api/locations?name=${encodeURIComponent(name)}`;
    const { items } = listOf.parse((await this.#admin.send("GET", path)).body);
    const found = items.find((item) => item.name === name);
    return idOf.parse(found ?? {}).id;
  }

  async cardId(pan: string): Promise<string> {
    return looked.parse((await this.#admin.send("POST", "/api/cards/lookup", { pan })).body).cardId;
  }

  /** Visits that an earlier run left behind would change what this one is told. */
  async resetCards(): Promise<void> {
    for (const pan of Object.values(DEMO_CARDS)) {
      const cardId = await this.cardId(pan);
      await this.#admin.send("POST", `/api/cards/${cardId}/unfreeze`, { reason: "demo" });
      const path = `/api/operations?cardId=${cardId}&status=COMPLETED&limit=500`;
      const { items } = listOf.parse((await this.#admin.send("GET", path)).body);
      for (const { accessId } of items) {
        if (accessId !== undefined)
          await this.#admin.send("POST", `/api/operations/${accessId}/reversal`, { reason: "demo" });
      }
    }
  }

  async putBack(granted: readonly Granted[], terminals: readonly Terminal[]): Promise<void> {
    for (const { terminal, accessId } of granted) {
      const reversal = await this.#admin.request("POST", `/api/operations/${accessId}/reversal`, {
        reason: "demo",
      });
      if (reversal.status === 409) await terminal.client.request("POST", "/pos/cancel_entry", { accessId });
    }
    for (const { serialNumber } of terminals)
      await this.#admin.request("DELETE", `/api/terminals/${serialNumber}`);
  }
}
