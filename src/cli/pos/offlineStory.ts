import { z } from "zod";
import type { Client } from "../../client.ts";
import { DEMO_CARDS } from "../../demo/programme.ts";
import { DemoOffice } from "./demoOffice.ts";
import { decisionLine, iso, sentLines } from "./offlineShow.ts";
import { OfflinePos } from "./offlinePos.ts";
import type { Screen } from "./show.ts";
import type { Steps } from "./steps.ts";
import { pairTerminal, type Terminal } from "./terminal.ts";

/** A terminal loses its line in the middle of the day: the story from the list to the report. */

interface Told {
  readonly own: Terminal;
  /** Where it keeps its journal and its lists. */
  readonly path: string;
  readonly now: () => number;
  readonly screen: Screen;
  readonly steps: Steps;
}

/** What came of it. */
export interface OfflineTold {
  readonly admitted: number;
  readonly refused: number;
  readonly accepted: number;
  readonly remaining: number;
  /** Entries that the server has made of the reports. */
  readonly accessIds: readonly string[];
}

const NOBODY = { adults: 0, children: 0, freeChildren: 0 };
/** Published by Mastercard, and in none of the demo's ranges. */
const UNKNOWN_CARD = "2223003122003222";

/** The demo's World Elite card with a guest, the same once more, one that no rule lets in offline, and one of nobody's. */
const TAPS = [
  { pan: DEMO_CARDS.rheinWorldElite, guests: { ...NOBODY, adults: 1 } },
  { pan: DEMO_CARDS.rheinWorldElite, guests: NOBODY },
  { pan: DEMO_CARDS.rheinDebit, guests: NOBODY },
  { pan: UNKNOWN_CARD, guests: NOBODY },
] as const;

export async function tellOffline({ own, path, now, screen, steps }: Told): Promise<OfflineTold> {
  const before = await OfflinePos.open(own, path, now);
  let counts = { admitted: 0, refused: 0 };
  try {
    screen.say("It asks for the time, the keys and the list, and keeps them:");
    const fetched = await before.fetch(steps);
    screen.say(
      fetched.kind === "taken"
        ? `The list is its own, signed, and counts until ${iso(fetched.validUntil)}.`
        : "There is no list that counts: it will let nobody in.",
    );
    screen.say("The line is cut. It decides by itself, and writes down before the door opens:");
    counts = await tapAll(before, screen);
  } finally {
    await before.close();
  }
  screen.say("It restarts, and has its journal:");
  const after = await OfflinePos.open(own, path, now);
  try {
    screen.say(`${String(after.journal.pending().length)} to report.`);
    screen.say("The line is back:");
    const sent = await after.report(steps);
    for (const line of sentLines(sent)) screen.say(line);
    const { accepted, remaining, accessIds } = sent;
    return { ...counts, accepted, remaining, accessIds };
  } finally {
    await after.close();
  }
}

async function tapAll(
  { terminal }: OfflinePos,
  screen: Screen,
): Promise<{ readonly admitted: number; readonly refused: number }> {
  let [admitted, refused] = [0, 0];
  for (const { pan, guests } of TAPS) {
    const card = { pan, entryMode: "CONTACTLESS" as const };
    const tapped = await terminal.tap({ card, guests, collect: async () => ({}) });
    screen.say(decisionLine(pan, tapped).trim());
    if (tapped.kind === "admitted") admitted++;
    else refused++;
  }
  return { admitted, refused };
}

const issued = z.object({ code: z.string() });

/** A terminal of its own in the demo's lounge in Madrid. */
export async function createOfflineTerminal(
  admin: Client,
  where: { readonly baseUrl: string; readonly dataDir: string; readonly now: () => number },
  run: string,
): Promise<Terminal> {
  const locationId = await new DemoOffice(admin).locationId("Madrid lounge");
  const serialNumber = `DEMO-OFFLINE-${run.slice(-6)}`;
  await admin.send("POST", "/api/terminals", { serialNumber, locationId });
  const codes = await admin.send("POST", `/api/terminals/${serialNumber}/pairing-codes`, {});
  return (await pairTerminal(where, serialNumber, issued.parse(codes.body).code)).terminal;
}
