import { loadDemo } from "../../../src/demo/load.ts";
import { DEMO_CARDS } from "../../../src/demo/programme.ts";
import type { Client } from "../../../src/client.ts";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { check, confirm, createTerminal, outcome } from "../../support/programme.ts";

/** The demo programme with some visits: what most pages are looked at with. */
export async function demoWithVisits(admin: Client, url: string): Promise<void> {
  const headers = { "Wait-For": await loadDemo(admin) };
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string(), service: z.string() })).length(4) })
    .parse((await admin.send("GET", "/api/locations?limit=4", undefined, headers)).body);
  for (const { id, service } of items) {
    const terminal = await createTerminal(admin, url, id);
    for (const pan of Object.values(DEMO_CARDS)) {
      const { decision, accessId } = outcome(await check(terminal, pan));
      if (decision === "GRANTED") await confirm(terminal, accessId, 0);
    }
    // Where no rule lets cards in without a line: what is left to a card stays as it was.
    if (service === "FAST_LINE") await tellOffline(terminal);
  }
}

/** What a terminal tells of a time without a line: one entry it may well have let in, one by a list it never had; a report is missing. */
async function tellOffline(terminal: Terminal): Promise<void> {
  const { body } = await terminal.client.send("GET", "/pos/fallback_bin_ranges");
  const { version } = z.object({ version: z.string() }).parse(body);
  const status = await terminal.client.send("GET", "/pos/status");
  const { businessTime } = z.object({ businessTime: z.string() }).parse(status.body);
  const [pan] = Object.values(DEMO_CARDS);
  const report = (number: number, listVersion: string | null) => ({
    reportId: `told-${String(number)}`,
    number,
    occurredAt: businessTime,
    uncertaintySeconds: 2,
    listVersion,
    mode: "BIN_RANGE",
    card: { pan, entryMode: "CONTACTLESS" },
    guests: 1,
    outcome: "ADMITTED",
  });
  await terminal.client.send("POST", "/pos/offline_reports", {
    reports: [report(1, version), report(3, null)],
  });
}
