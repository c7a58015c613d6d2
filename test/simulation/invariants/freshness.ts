import type { Errand } from "../office.ts";
import type { Facts } from "../facts.ts";
import { versionsOf } from "../rulesets.ts";
import type { World } from "../world.ts";

/** What an administrator was told holds for every check that begins afterwards, on every instance. */
export function changesHoldEverywhere(world: World, facts: Facts): readonly string[] {
  const wrong: string[] = [];
  for (const { event, position } of [...facts.cards.values()].flat()) {
    if (event.type !== "EntryGranted" && event.type !== "EntryRejected") continue;
    const { accessId, terminal, location, at } = event.data;
    // Only the call that wrote the event saw the world as it was then.
    const call = world.desk.taps
      .flatMap(({ calls }) => calls)
      .find((one) => one.accessId === accessId && one.position === position && one.head < position);
    if (call === undefined) continue;
    if (isOut(world, terminal, call.from, call.to, "suspend", "resume"))
      wrong.push(`${accessId} was decided while ${terminal} was suspended`);
    if (isOut(world, terminal, call.from, call.to, "unpair", "pair"))
      wrong.push(`${accessId} was decided while ${terminal} was not paired`);
    const allowed = placesOf(world, terminal, call.from, call.to);
    if (location !== null && !allowed.has(location.id))
      wrong.push(`${accessId} was decided where ${terminal} was no more`);
    if (event.type === "EntryGranted") {
      const { id, version } = event.data.ruleset;
      const newest = newestBefore(world, facts, id, call.from, Date.parse(at));
      if (version < newest.version) wrong.push(`${accessId} was granted by an old version of ${id}`);
      if (newest.retired && version <= newest.version)
        wrong.push(`${accessId} was granted by ${id}, which was retired`);
    }
  }
  return wrong;
}

/** Where a terminal may have been between two steps. */
function placesOf(world: World, terminal: string, from: number, to: number): ReadonlySet<string | null> {
  const index = world.programme.terminals.indexOf(terminal);
  let places = new Set<string | null>([world.programme.locations[index % 2] ?? null]);
  for (const { deed, from: sent, to: heard, answer } of world.office.errands) {
    if (deed.kind !== "move" || deed.terminal !== terminal || sent > to) continue;
    const done = heard !== null && heard < from && answer?.startsWith("{") === true;
    // Two moves that overlap come in either order.
    const alone = world.office.errands.every(
      (other) => other.deed === deed || !overlaps(other, sent, heard) || !("terminal" in other.deed),
    );
    if (done && alone) places = new Set([deed.locationId]);
    else places.add(deed.locationId);
  }
  return places;
}

/** Whether what ended its use was answered before a step, and nothing that begins it again can have come after it. */
function isOut(
  { office }: World,
  terminal: string,
  from: number,
  to: number,
  end: "suspend" | "unpair",
  begin: "resume" | "pair",
): boolean {
  const own = office.errands.filter((one) => "terminal" in one.deed && one.deed.terminal === terminal);
  const again = own.filter(({ deed, from: sent }) => deed.kind === begin && sent <= to);
  return own.some(
    ({ deed, from: sent, to: heard, answer }) =>
      deed.kind === end &&
      heard !== null &&
      heard < from &&
      answer?.startsWith("{") === true &&
      again.every((one) => one.to !== null && one.to < sent),
  );
}

function overlaps(errand: Errand, from: number, to: number | null): boolean {
  return errand.from <= (to ?? Number.POSITIVE_INFINITY) && (errand.to ?? Number.POSITIVE_INFINITY) >= from;
}

/** The newest version of a ruleset that must be known to a check begun at a step, as far as its clock says. */
function newestBefore(
  { office }: World,
  facts: Facts,
  rulesetId: string,
  step: number,
  now: number,
): { readonly version: number; readonly retired: boolean } {
  const own = office.errands.filter(({ deed }) => "rulesetId" in deed && deed.rulesetId === rulesetId);
  const done = own.filter(({ to, answer }) => to !== null && to < step && answer?.startsWith("{") === true);
  const positions = done.map(({ answer }) => positionIn(answer));
  const last = positions.reduce((most, one) => (one > most ? one : most), "");
  let version = 1;
  let retired = false;
  for (const { event, position } of facts.rulesets.get(rulesetId) ?? []) {
    if (position > last) break;
    if (event.type === "RulesetRetired") retired = Date.parse(event.data.at) <= now;
    if (event.type !== "RulesetPublished") continue;
    const from = versionsOf(facts, rulesetId).find((one) => one.version === event.data.version)?.from ?? 0;
    if (from > now) break;
    version = event.data.version;
    retired = false;
  }
  return { version, retired };
}

function positionIn(answer: string | null): string {
  const body: unknown = JSON.parse(answer ?? "null");
  const known = typeof body === "object" && body !== null && "position" in body ? body.position : null;
  return typeof known === "string" ? known : "";
}
