import { z } from "zod";
import {
  check,
  confirm,
  createLocation,
  createTerminal,
  outcome,
  publishRuleset,
  testPan,
} from "../support/programme.ts";
import type { TestServer } from "../support/server.ts";

/** What a terminal tells of a time without a line: within the limits and beyond them, looked at and not. */
export async function tellOffline({ admin, url }: TestServer): Promise<void> {
  const locationId = await createLocation(admin, { offlineAllowed: true });
  const terminal = await createTerminal(admin, url, locationId);
  await publishRuleset(admin, {
    name: "Without a line",
    criteria: { locations: { locationIds: [locationId] } },
    totalUsage: { max: 1, window: { kind: "ROLLING", days: 5 } },
    cardholder: { window: { kind: "ROLLING", days: 5 }, perLocation: null, free: 1, paid: 0, fee: null },
    offline: {
      accountRanges: true,
      whitelist: false,
      maxGuests: 1,
      perCardAndDay: 1,
      perTerminalAndDay: 1,
    },
  });
  const { body } = await terminal.client.send("GET", "/pos/fallback_bin_ranges");
  const listVersion = z.object({ version: z.string() }).parse(body).version;
  const begun = Date.parse(
    z.object({ now: z.string() }).parse((await admin.send("GET", "/api/test-clock")).body).now,
  );
  await admin.send("POST", "/api/test-clock", { advance: "PT3H" });
  const pan = (card: number): string => testPan(31_000_000 + card);
  const entered = outcome(await check(terminal, pan(1)));
  await confirm(terminal, entered.accessId, 0);
  const report = (number: number, card: number, rest: Readonly<Record<string, unknown>> = {}) => ({
    reportId: `offline-${String(number)}`,
    number,
    occurredAt: new Date(begun + number * 600_000).toISOString(),
    listVersion,
    mode: "BIN_RANGE",
    card: { pan: pan(card), entryMode: "CHIP" },
    guests: 1,
    outcome: "ADMITTED",
    ...rest,
  });
  const told = await terminal.client.send("POST", "/pos/offline_reports", {
    reports: [report(1, 1), report(2, 2), report(4, 3, { outcome: "REFUSED", refusal: "CAP_OF_TERMINAL" })],
  });
  const { reports } = z.object({ reports: z.array(z.object({ accessId: z.string() })) }).parse(told.body);
  const accessIds = reports.slice(0, 1).map(({ accessId }) => accessId);
  // Phone and plastic, each with entries of its own, turn out to be one account.
  await terminal.client.send("POST", "/pos/offline_reports", { reports: [report(5, 4), report(6, 5)] });
  const joining = { pan: pan(4), tokenOf: pan(5), entryMode: "CONTACTLESS" };
  await terminal.client.send("POST", "/pos/check_entry", { card: joining });
  // What is decided covers what is amiss by then.
  await admin.request("GET", "/api/operations", undefined, {
    "Wait-For": told.headers.get("position") ?? "",
  });
  await admin.send("POST", "/api/offline/reviews", { accessIds, decision: "ACCEPTED", reason: "looked at" });
}
