import type { World } from "./world.ts";

const MINUTE = 60_000;
/** As often as somebody asks when nothing goes wrong any more. */
const MOST_TRIES = 12;

/**
 * The faults are over. Whoever has heard no answer asks again, everything that is open comes to its end, and the
 * sweeper clears up. Answers what did not settle.
 */
export async function settle(world: World): Promise<readonly string[]> {
  const { desk, office } = world;
  const unsettled: string[] = [];
  world.weather.clear();
  await world.drain();
  // Longer than an unfinished write keeps its Idempotency-Key, and an announced append is waited for.
  await world.pass(2 * MINUTE);
  const suspended = office.errands.flatMap(({ deed }) => (deed.kind === "suspend" ? [deed.terminal] : []));
  for (const terminal of new Set(suspended)) office.newErrand({ kind: "resume", terminal });
  const unpaired = office.errands.flatMap(({ deed }) => (deed.kind === "unpair" ? [deed.terminal] : []));
  for (const terminal of new Set(unpaired)) office.newErrand({ kind: "pair", terminal });
  for (const errand of office.errands) {
    // An Idempotency-Key is kept for a day: later it would be another write. Nothing is reversed twice.
    const known = errand.at > world.scheduler.time.now - 23 * 60 * MINUTE;
    if (!known && !(errand.deed.kind === "reverse" && errand.deed.guests === null)) continue;
    const asked = async (): Promise<boolean> => {
      await world.complete(async (instance) => await office.run(errand, instance));
      return errand.answer !== null;
    };
    if (errand.answer === null && !(await tried(asked))) unsettled.push(`${errand.key} has no answer`);
  }
  for (const tap of desk.taps) {
    const checked = async (): Promise<boolean> => {
      await world.complete(async (instance) => await desk.check(tap, instance));
      return tap.accessId !== null;
    };
    const asks = tap.accessId === null && tap.requestId !== null;
    if (asks && !(await tried(checked))) unsettled.push(`tap ${String(tap.number)} has no answer`);
    const done = async (): Promise<boolean> => {
      const again = tap.wants === "cancel" ? desk.cancel : desk.confirm;
      await world.complete(async (instance) => await again.call(desk, tap, instance));
      return tap.settled !== null;
    };
    if (tap.accessId === null || tap.wants === "nothing" || tap.settled !== null) continue;
    if (!(await tried(done))) unsettled.push(`the ${tap.wants} of tap ${String(tap.number)} has no answer`);
  }
  unsettled.push(...(await toldOf(world)));
  await world.pass(10 * MINUTE);
  const [sweeping] = world.instances;
  if (!world.live && sweeping !== undefined) await world.startReadModels(sweeping);
  if (!(await tried(async () => await sweptClean(world))))
    unsettled.push("the sweeper always finds something");
  return unsettled;
}

/** Terminals send what no answer was heard of, until one is. */
async function toldOf(world: World): Promise<readonly string[]> {
  const { journals, programme } = world;
  const unsettled: string[] = [];
  for (const terminal of programme.terminals) {
    const told = async (): Promise<boolean> => {
      const waiting = journals.waiting(terminal);
      if (waiting.length === 0) return true;
      await world.complete(async (instance) => await journals.send(waiting, terminal, instance));
      return journals.waiting(terminal).length === 0;
    };
    if (!(await tried(told))) unsettled.push(`the reports of ${terminal} have no answer`);
  }
  for (const terminal of programme.terminals) {
    const [any] = journals.notes.filter(({ senders }) => senders.has(terminal));
    // Told again, for the sake of what the answer says is missing.
    if (any !== undefined)
      await world.complete(async (instance) => await journals.send([any], terminal, instance));
  }
  return unsettled;
}

/** Whether the read models are up to date and the sweeper finds nothing in them. */
async function sweptClean(world: World): Promise<boolean> {
  const found: { left: number | null; behind: boolean } = { left: null, behind: true };
  const [first] = world.instances;
  await world.complete(async (any) => {
    const instance = world.live ? any : (first ?? any);
    found.behind = !(await instance.projections.waitFor(world.log.head, 5_000));
    found.left = await world.sweep(instance);
  });
  return !found.behind && found.left === 0;
}

async function tried(work: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (await work()) return true;
  }
  return false;
}
