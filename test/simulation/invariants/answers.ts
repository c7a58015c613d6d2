import type { Tap } from "../desk.ts";
import type { Facts } from "../facts.ts";
import type { World } from "../world.ts";

/** What terminals and administrators were told, against what the log says. */

export function sameRequestSameAnswer(world: World): readonly string[] {
  return certain(world).flatMap((tap) => [
    ...differing(tap, "check", tap.answers),
    ...differing(tap, "confirmation", tap.confirmations),
    ...differing(tap, "cancellation", tap.cancellations),
  ]);
}

/**
 * A terminal that was moved between two places, one of them none, leaves its verdicts in two streams, and only the
 * register tells in which: nothing is sure where the database has lost its rows.
 */
function certain({ desk, office, lostClaims }: World): readonly Tap[] {
  const moved = new Set(office.errands.flatMap(({ deed }) => (deed.kind === "move" ? [deed.terminal] : [])));
  return desk.taps.filter(({ terminal }) => !moved.has(terminal) || lostClaims === 0);
}

function differing({ number }: Tap, what: string, answers: ReadonlySet<string>): readonly string[] {
  if (answers.size < 2) return [];
  return [`the ${what} of tap ${String(number)} was answered with ${[...answers].join(" and ")}`];
}

interface Verdict {
  readonly terminal: string;
  readonly requestId: string | null;
  readonly accessId: string;
}

export function verdictsOf(facts: Facts): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  for (const { event } of [...facts.cards.values()].flat()) {
    if (event.type === "EntryGranted" || event.type === "EntryRejected") verdicts.push(event.data);
  }
  for (const { event, of } of [...facts.terminals.values()].flat()) {
    if (event.type === "AttemptRefused") verdicts.push({ ...event.data, terminal: of });
  }
  return verdicts;
}

export function oneVerdictPerRequest(world: World, facts: Facts): readonly string[] {
  const verdicts = verdictsOf(facts);
  return certain(world).flatMap(({ number, terminal, requestId }) => {
    if (requestId === null) return [];
    const own = verdicts.filter((one) => one.terminal === terminal && one.requestId === requestId);
    return own.length === 1 ? [] : [`tap ${String(number)} has ${String(own.length)} verdicts`];
  });
}

export function acknowledgedIsStoredOnce(world: World, facts: Facts): readonly string[] {
  const verdicts = verdictsOf(facts);
  const events = [...facts.cards.values()].flat().map(({ event }) => event);
  return certain(world).flatMap((tap) => {
    const { accessId } = tap;
    if (accessId === null) return [];
    const count = (type: string): number =>
      events.filter((one) => one.type === type && "accessId" in one.data && one.data.accessId === accessId)
        .length;
    const wanted = [
      ["verdicts", verdicts.filter((one) => one.accessId === accessId).length, 1],
      ["grants", count("EntryGranted"), tap.decision === "GRANTED" ? 1 : 0],
      ...(tap.confirmations.size > 0 ? [["confirmations", count("EntryConfirmed"), 1] as const] : []),
      ...(tap.cancellations.size > 0 ? [["cancellations", count("EntryCancelled"), 1] as const] : []),
    ] as const;
    return wanted.flatMap(([what, found, expected]) =>
      found === expected ? [] : [`tap ${String(tap.number)} (${accessId}) has ${String(found)} ${what}`],
    );
  });
}

/** A write under an Idempotency-Key is done once, however often it was sent. */
export function deedsAreDoneOnce({ office }: World, facts: Facts): readonly string[] {
  const done = (kind: string): readonly [least: number, most: number] => {
    const sent = office.errands.filter(({ deed }) => deed.kind === kind);
    const answered = sent.filter(({ answer }) => answer?.startsWith("{") === true).length;
    return [answered, answered + sent.filter(({ answer }) => answer === null).length];
  };
  const cards = [...facts.cards.values()].flat().map(({ event }) => event.type);
  const rulesets = [...facts.rulesets.values()].flat().map(({ event }) => event.type);
  // Each was published once before the simulation began.
  const setUp = facts.rulesets.size;
  const counts = [
    ["adjustments", cards.filter((type) => type === "VisitsAdjusted").length, done("adjust")],
    ["drafts", rulesets.filter((type) => type === "RulesetDrafted").length, done("draft")],
    ["publications", rulesets.filter((type) => type === "RulesetPublished").length - setUp, done("publish")],
  ] as const;
  return counts.flatMap(([what, stored, [least, most]]) =>
    stored >= least && stored <= most
      ? []
      : [`${String(stored)} ${what} are stored, ${String(least)} were answered`],
  );
}
