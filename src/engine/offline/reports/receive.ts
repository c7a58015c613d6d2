import { cardStream } from "../../../domain/card/events.ts";
import { deviceName } from "../../../domain/terminal/life.ts";
import { missingNumbers, MOST_GAPS_SHOWN } from "../../../domain/terminal/runningNumbers.ts";
import { laterOf, type Position } from "../../../eventlog/log.ts";
import { requestFingerprint, sameHash } from "../../../vault/hashing.ts";
import type { Asker } from "../../entry/request.ts";
import type { Problem } from "../../problem.ts";
import type { Services } from "../../services.ts";
import type { AuthenticatedTerminal, TerminalAuthenticator } from "../../terminals/authenticate.ts";
import { cardsOfPans } from "../../vaultCards.ts";
import { terminalStream } from "../../../domain/terminal/events.ts";
import { accessIdOf, unknownCardId } from "./accessIds.ts";
import { isListedAt } from "../whitelist/listedCards.ts";
import type { ReportCall } from "./call.ts";
import { type KnownReport, storeReport } from "./store.ts";
import { recordReports } from "./numbers.ts";
import { registerReports } from "./register.ts";
import type { InvalidReport, ReadReport, ReportOutcome } from "./report.ts";
import { ReportScene } from "./scene.ts";

/** Finds the card of a hash of a whitelist; null for one that stands on none. */
export type CardOfHash = (locationId: string, hash: string) => Promise<string | null>;

export interface Received {
  readonly kind: "received";
  /** In the order of the call. */
  readonly outcomes: readonly ReportOutcome[];
  /** Running numbers that never came. */
  readonly missing: readonly { readonly from: number; readonly to: number }[];
  /** Null where nothing was written. */
  readonly position: Position | null;
}

/** So many cards are written to at once. */
const AT_ONCE = 64;

/**
 * Takes what a terminal tells of the time when its line was down. Each report by itself: none is refused for another. Once
 * it answers, all that was accepted stands in the log.
 */
export async function receiveReports(
  services: Services,
  authenticator: TerminalAuthenticator,
  cardOfHash: CardOfHash,
  asker: Asker & { readonly terminal: AuthenticatedTerminal },
  given: readonly (ReadReport | InvalidReport)[],
): Promise<Received | Problem> {
  const { serialNumber } = asker.terminal.life;
  const fresh = await services.gate.freshness([terminalStream(serialNumber)]);
  const terminal = await authenticator.confirm(asker.terminal, fresh.heads[0] ?? -1, true);
  if (terminal.kind === "problem") return terminal;
  const now = services.now() + fresh.clockOffset;
  const scene = await ReportScene.open(services, terminal.life, fresh);
  const call = { services, asker: { ...asker, terminal }, fresh, scene, now };

  const reports = given.filter((one) => one.kind === "report");
  const known = await identify(call, reports, cardOfHash, now);
  const outcomes = new Map<number, ReportOutcome>();
  for (const one of given) if (one.kind === "invalid") outcomes.set(one.index, invalid(one, one.why));
  const taken: KnownReport[] = [];
  for (const { report, registered, isSame } of known) {
    if (isSame) taken.push(registered);
    else outcomes.set(report.index, invalid(report, "this reportId was used before, for something else"));
  }

  let position: Position | null = null;
  await inGroups(byCard(taken), AT_ONCE, async (ofCard) => {
    for (const one of ofCard) {
      const stored = await storeReport(call, one);
      outcomes.set(one.report.index, stored.outcome);
      position = laterOf(position, stored.position);
    }
  });
  const told = given.flatMap(({ index }) => outcomes.get(index) ?? []);
  const { numbers, position: recorded } = await recordReports(call, told);
  return {
    kind: "received",
    outcomes: told,
    missing: missingNumbers(numbers).slice(0, MOST_GAPS_SHOWN),
    position: laterOf(position, recorded),
  };
}

function invalid(
  { reportId, number }: Pick<InvalidReport, "reportId" | "number">,
  why: string,
): ReportOutcome {
  return { reportId, number, outcome: "INVALID", accessId: null, flags: [], why };
}

/** Whose card each is, and whether its id was used before for something else. */
async function identify(
  { services, asker: { terminal }, scene }: ReportCall,
  reports: readonly ReadReport[],
  cardOfHash: CardOfHash,
  now: number,
) {
  const pans = reports.flatMap(({ card }) =>
    card.kind === "number" ? [card.card.tokenOf ?? card.card.pan] : [],
  );
  const cards = await cardsOfPans(services, pans);
  const identified: (KnownReport & { readonly fingerprint: Buffer })[] = [];
  for (const report of reports) {
    const { card } = report;
    const locationId = scene.locationIdAt(Math.min(report.occurredAt, now));
    const found =
      card.kind === "number"
        ? (cards.get(card.card.tokenOf ?? card.card.pan) ?? null)
        : locationId === null
          ? null
          : await cardOfHash(locationId, card.hash);
    const isListed =
      card.kind === "hash"
        ? found !== null
        : report.mode === "WHITELIST" && (await isListedAt(services, locationId, found));
    const cardId = found ?? unknownCardId(locationId, card.kind === "hash" ? card.hash : "");
    const accessId = accessIdOf(cardId, report);
    identified.push({ report, cardId, isListed, accessId, fingerprint: fingerprintOf(services, report) });
  }
  const register = await registerReports(
    services,
    deviceName(terminal.life),
    firstOfEach(identified).map(({ report, fingerprint, accessId, cardId }) => ({
      reportId: report.reportId,
      fingerprint,
      accessId,
      cardId,
    })),
  );
  return identified.map(({ report, isListed, fingerprint }) => {
    const first = register.get(report.reportId);
    if (first === undefined) throw new Error("a report that was registered is there");
    // Its card may have been joined to another since.
    const { cardId, accessId } = first;
    return {
      report,
      registered: { report, isListed, cardId, accessId },
      isSame: sameHash(first.fingerprint, fingerprint),
    };
  });
}

function firstOfEach<One extends Pick<KnownReport, "report">>(reports: readonly One[]): readonly One[] {
  const seen = new Set<string>();
  return reports.filter(({ report: { reportId } }) => {
    const isFirst = !seen.has(reportId);
    seen.add(reportId);
    return isFirst;
  });
}

/** Of what it says, however its card was sent. */
function fingerprintOf({ keyring }: Services, report: ReadReport): Buffer {
  const { index: _index, kind: _kind, card, ...said } = report;
  return requestFingerprint(keyring, [said, card.kind === "number" ? card.card.pan : card.hash]);
}

/** Of one card in the order of their numbers. */
function byCard(reports: readonly KnownReport[]): readonly (readonly KnownReport[])[] {
  const cards = new Map<string, KnownReport[]>();
  for (const one of reports) {
    const stream = cardStream(one.cardId);
    const ofCard = cards.get(stream) ?? [];
    ofCard.push(one);
    cards.set(stream, ofCard);
  }
  return [...cards.values()];
}

async function inGroups<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
