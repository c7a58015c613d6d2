import { expect, test } from "vitest";
import { ContendedError, Executor } from "../../src/engine/executor.ts";
import { NobodyWaitsError } from "../../src/engine/patience.ts";
import { type CommandMeta, Streams } from "../../src/engine/streams.ts";
import { quotaEvent, quotaStream } from "../../src/domain/quota/events.ts";
import { quota, type QuotaCommand } from "../../src/domain/quota/quota.ts";
import { MemoryEventLog } from "../../src/eventlog/memory.ts";

const AT = Date.UTC(2026, 2, 2);
const STREAM = quotaStream("ruleset");

/** An instance with a memory of its own. `meanwhile` happens between each look at the stream and what comes of it. */
function instance(
  log: MemoryEventLog,
  name: string,
  { tries, meanwhile }: { readonly tries?: number; readonly meanwhile?: () => Promise<void> } = {},
) {
  const streams = new Streams(log, { decider: quota, event: quotaEvent }, 10);
  const executor = new Executor();
  let requests = 0;
  return async (command: QuotaCommand) => {
    const identity = { caller: name, operation: command.type, requestId: String(++requests) };
    const actor = { kind: "system" as const, id: name };
    const meta: CommandMeta = { actor, correlationId: "", causationId: "", recordedAt: AT, identity };
    return await executor.execute(streams, {
      stream: STREAM,
      meta,
      decide: async (state) => {
        await meanwhile?.();
        return quota.decide(state, command);
      },
      ...(tries === undefined ? {} : { tries }),
    });
  };
}

const bounds = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
const place = { accessId: "a", cardId: "card", now: AT };
const reserve: QuotaCommand = { type: "Reserve", ...place, attemptKey: "key", max: 5, bounds };
const release: QuotaCommand = { type: "Release", ...place, why: "REVERSED", visitAt: AT };

test("aCommandThatHasNothingToDoByAnOldStateIsDecidedAgainOnTheNewOne", async () => {
  const log = new MemoryEventLog();
  const [one, other] = [instance(log, "one"), instance(log, "other")];
  // The other instance has seen the stream before the place was reserved.
  await other({ ...reserve, accessId: "b" });
  await one(reserve);
  const done = await other(release);
  expect(done.kind === "done" && done.stored.map(({ event }) => event.type)).toEqual(["QuotaReleased"]);
});

test("aCommandIsDecidedAgainAsOftenAsItMayBe", async () => {
  const log = new MemoryEventLog();
  const other = instance(log, "other");
  let left = 7;
  let places = 0;
  const meanwhile = async (): Promise<void> => {
    if (left-- > 0) await other({ ...reserve, accessId: String(++places), max: 100 });
  };
  await expect(instance(log, "patient", { tries: 7, meanwhile })(reserve)).rejects.toThrow(ContendedError);
  left = 7;
  const done = await instance(log, "more patient", { tries: 8, meanwhile })({ ...reserve, max: 100 });
  expect(done.kind === "done" && done.stored[0]?.revision).toBe(14);
  left = 5;
  await expect(instance(log, "as usual", { meanwhile })(release)).rejects.toThrow(ContendedError);
});

test("aCommandThatHasNothingToDoWritesNothing", async () => {
  const log = new MemoryEventLog();
  const one = instance(log, "one");
  const done = await one(release);
  expect(done).toMatchObject({ kind: "done", stored: [], position: null });
  expect(await log.read(STREAM)).toEqual([]);
});

test("whatNobodyWaitsForAnyMoreIsNotBegun, and those behind it go on", async () => {
  const executor = new Executor();
  const done: string[] = [];
  let release: () => void = () => undefined;
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = executor.inTurn("stream", async () => await hanging);
  let over = false;
  const patience = { isOver: () => over };
  const later = ["a", "b"].map(
    async (name) => await executor.inTurn("stream", () => Promise.resolve(done.push(name)), patience),
  );
  const last = executor.inTurn("stream", () => Promise.resolve(done.push("c")), { isOver: () => false });
  over = true;
  release();
  await first;
  for (const one of later) await expect(one).rejects.toThrow(NobodyWaitsError);
  await last;
  expect(done).toEqual(["c"]);
});
