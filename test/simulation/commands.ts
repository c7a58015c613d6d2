import type { Tap } from "./desk.ts";
import type { Deed } from "./office.ts";
import { rulesetOf } from "./programme.ts";
import type { World } from "./world.ts";

const MINUTE = 60_000;

/** One thing that somebody does next, by chance. */
export async function nextCommand(world: World): Promise<void> {
  const { random, desk } = world;
  const dice = random.upTo(99);
  const granted = desk.taps.filter(({ decision }) => decision === "GRANTED");
  const tap = granted.length === 0 ? null : granted[random.upTo(granted.length - 1)];
  if (world.outages && random.chance(0.3)) {
    if (random.chance(0.4)) writeNotes(world, tap);
    else await sendReports(world);
  } else if (dice >= 24 && dice < 29) writeNotes(world, tap);
  else if (dice >= 29 && dice < 34) await sendReports(world);
  else if (dice < 34 || tap == null || (world.crowded && random.chance(0.5))) await newTap(world);
  else if (dice < 44) await againTap(world);
  else if (dice < 66)
    await world.begin(async (instance) => await desk.confirm(tap, instance, guestsOf(world, tap)));
  else if (dice < 70) await world.begin(async (instance) => await desk.cancel(tap, instance));
  else if (dice < 73 && world.live) await world.begin(async (instance) => await desk.lookUp(tap, instance));
  else if (dice < 81) await passTime(world);
  else if (dice < 83 && world.live) await crashDatabase(world);
  else if (dice < 85 && world.live) await world.begin(async (instance) => await world.sweep(instance));
  else if (dice < 86 && random.chance(0.4)) await world.rotateKeys();
  else if (dice < 87 && world.live) await world.deposeLeader();
  else await newErrand(world, tap);
}

async function newTap(world: World): Promise<void> {
  const { random, desk, programme, weather } = world;
  const tap = desk.newTap({
    terminal: terminalOf(world),
    pan: world.crowded && random.chance(0.9) ? programme.pans[0] : random.pick(programme.pans),
    requestId: random.chance(0.85) ? `r${String(desk.taps.length)}` : null,
    guests: random.upTo(1),
  });
  await world.begin(async (instance) => await desk.check(tap, instance));
  if (tap.requestId === null || !random.chance(0.15)) return;
  weather.counts.doubledRequest++;
  await world.begin(async (instance) => await desk.check(tap, instance));
}

/** Often the one that an administrator has just changed: what was answered must hold now. */
function terminalOf({ random, office }: World): string {
  const changed = office.errands.findLast(({ deed, answer }) => "terminal" in deed && answer !== null)?.deed;
  if (changed !== undefined && "terminal" in changed && random.chance(0.6)) return changed.terminal;
  return random.pick(["T1", "T2", "T3"]);
}

/** A terminal whose line is down decides by itself, and keeps what it did. */
function writeNotes({ random, programme, journals, scheduler }: World, tap: Tap | null | undefined): void {
  const terminal = random.pick(["T1", "T2", "T3"]);
  for (let left = random.between(1, 3); left > 0; left--) {
    const grants = tap != null && random.chance(0.2);
    const clock = random.pick([0, 0, -90, -20, -1, 3]) * MINUTE;
    journals.write({
      terminal: grants && tap.terminal !== terminal ? tap.terminal : terminal,
      pan: grants ? tap.pan : random.pick(programme.pans),
      occurredAt: scheduler.time.now + clock + random.upTo(60_000),
      outcome: random.chance(0.9) ? "ADMITTED" : "REFUSED",
      guests: random.upTo(1),
      grant: grants ? tap.accessId : null,
      isLost: random.chance(0.08),
    });
  }
}

/** Split, in any order, some of it twice, and now and then from another terminal that has the journal. */
async function sendReports(world: World): Promise<void> {
  const { random, journals, weather } = world;
  const kept = journals.notes.filter(({ isLost }) => !isLost);
  const owner = kept[random.upTo(Math.max(0, kept.length - 1))]?.terminal;
  if (owner === undefined) return;
  const some = random.some(
    kept.filter(({ terminal }) => terminal === owner),
    0.7,
  );
  const batch = [...some, ...random.some(some, 0.15)]
    .map((note) => ({ note, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ note }) => note);
  if (batch.length === 0) return;
  const sender = random.chance(0.15) ? random.pick(["T1", "T2", "T3"]) : owner;
  weather.counts.offlineCall++;
  await world.begin(async (instance) => await journals.send(batch, sender, instance));
}

/** A terminal asks again, whether it has heard an answer or not. */
async function againTap(world: World): Promise<void> {
  const { random, desk, weather } = world;
  const known = desk.taps.filter(({ requestId }) => requestId !== null);
  const unheard = known.filter(({ accessId }) => accessId === null);
  const some = unheard.length > 0 && random.chance(0.7) ? unheard : known;
  const tap = some[random.upTo(Math.max(0, some.length - 1))];
  if (tap === undefined) return;
  weather.counts.repeatedRequest++;
  await world.begin(async (instance) => await desk.check(tap, instance));
}

/** Now and then a terminal says another number than before. */
function guestsOf({ random }: World, tap: Tap): number {
  return random.chance(0.1) ? tap.guests + 1 : tap.guests;
}

async function passTime(world: World): Promise<void> {
  world.weather.counts.timeJump++;
  const minutes = world.random.pick([0.5, 2.5, 3, 4, 6, 31, 300, 1_500]);
  await world.pass(minutes * MINUTE);
  if (!world.live) return;
  world.scheduler.hurryFeeds(40);
  for (let steps = world.random.upTo(50); steps > 0; steps--) {
    if (!(await world.scheduler.step(world.scheduler.time.now + 50))) break;
  }
  await world.begin(async (instance) => await world.sweep(instance));
}

async function crashDatabase(world: World): Promise<void> {
  if (!world.random.chance(0.5)) return;
  world.weather.counts.databaseCrash++;
  await world.crashDatabase();
}

async function newErrand(world: World, tap: Tap): Promise<void> {
  const errand = world.office.newErrand(deedOf(world, tap));
  await world.begin(async (instance) => await world.office.run(errand, instance));
}

/** An entry that a terminal asked for, or one that it told of. */
function reversible({ random, journals }: World, tap: Tap): string {
  const told = journals.notes.flatMap(({ heard }) => heard.flatMap(({ accessId }) => accessId ?? []));
  const asked = tap.accessId ?? "";
  return random.chance(0.6) ? (told[random.upTo(Math.max(0, told.length - 1))] ?? asked) : asked;
}

function deedOf(world: World, tap: Tap): Deed {
  const { random, programme, office } = world;
  const pan = random.pick(programme.pans);
  const terminal = random.pick(["T1", "T2", "T3"]);
  const rulesetId = random.pick([programme.rulesets[0], programme.rulesets[1]]);
  const dice = random.upTo(17);
  if (dice < 2) return { kind: "freeze", pan };
  if (dice < 4) return { kind: "unfreeze", pan };
  if (dice < 7)
    return { kind: "reverse", accessId: reversible(world, tap), guests: random.pick([null, null, 1]) };
  if (dice < 8) return { kind: "adjust", pan, rulesetId, free: 1 };
  if (dice < 10) {
    const drafted = office.errands.some(({ deed }) => deed.kind === "draft" && deed.rulesetId === rulesetId);
    if (drafted && random.chance(0.7)) return { kind: "publish", rulesetId };
    return { kind: "draft", rulesetId, body: rulesetOf(random, programme.rulesets.indexOf(rulesetId)) };
  }
  if (dice < 11) return { kind: random.chance(0.5) ? "retire" : "publish", rulesetId };
  if (dice < 13) {
    return { kind: "move", terminal, locationId: random.pick([...programme.locations, null]) };
  }
  if (dice < 15) return { kind: random.chance(0.5) ? "suspend" : "resume", terminal };
  return { kind: random.chance(0.5) ? "unpair" : "pair", terminal };
}
