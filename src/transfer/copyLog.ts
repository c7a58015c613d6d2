import { setTimeout as sleep } from "node:timers/promises";
import { type EventLog, type Position, type RecordedEvent, START } from "../eventlog/log.ts";
import { ahead, ChainKeeper, hashIn, verified } from "./chain.ts";
import { TransferError } from "./errors.ts";
import { type Meeting, Missing } from "./missing.ts";
import type { Sink } from "./sink.ts";

const PATIENCE_MS = 30_000;
const LOOK_MS = 20;

export interface Side {
  readonly log: EventLog;
  readonly name: string;
}

export interface CopyOptions {
  readonly source: Side;
  readonly target: Side;
  readonly sink: Sink;
  /** Where both were found level before. */
  readonly from?: Meeting;
  readonly progress: (what: "compared" | "copied", events: number) => void;
}

export interface Copied {
  /** Events that stood in both already and were compared. */
  readonly standing: number;
  readonly copied: number;
  readonly met: Meeting;
}

/**
 * Brings the target up to the source: what stands there is compared byte for byte, what is missing is appended in the
 * source's order and then read back and compared as well.
 * @throws TransferError when an event differs, the target holds others, or the source's chain is broken
 */
export async function copyLog(options: CopyOptions): Promise<Copied> {
  const { source, target, sink, from, progress } = options;
  const compared = compareFrom(source, target, from);
  let copied = 0;
  let last: RecordedEvent | undefined;
  for await (const batch of ahead(compared.batches())) {
    if (copied === 0) progress("compared", compared.standing);
    await sink(batch);
    copied += batch.length;
    last = batch.at(-1) ?? last;
    progress("copied", copied);
  }
  if (last === undefined) return { standing: compared.standing, copied, met: compared.met };
  await untilDelivered(target, last);
  const again = compareFrom(source, target, compared.met);
  await expectNothing(again, last.position);
  return { standing: compared.standing, copied, met: again.met };
}

/**
 * Compares two logs from the start.
 * @throws TransferError for the first event that differs or that one of them lacks
 */
export async function compareLogs(source: Side, target: Side): Promise<number> {
  const compared = compareFrom(source, target);
  await expectNothing(compared, await source.log.head());
  return compared.standing;
}

function compareFrom(source: Side, target: Side, from: Meeting = { source: START, target: START }): Missing {
  const keeper = new ChainKeeper(hashIn(source.log));
  const events = verified(source.log.readAll({ after: from.source }), keeper);
  const there = target.log.readAll({ after: from.target });
  return new Missing(ahead(events), ahead(there), { targetName: target.name, from });
}

/** A feed holds back what was just stored while an older transaction is open anywhere on its server. */
async function untilDelivered({ log, name }: Side, { stream, revision }: RecordedEvent): Promise<void> {
  const [stored] = await log.read(stream, { from: revision, limit: 1 });
  if (stored === undefined) return;
  const deadline = performance.now() + PATIENCE_MS;
  while ((await log.head()) < stored.position) {
    if (performance.now() > deadline) {
      throw new TransferError(
        `${name} holds back what was copied: end what is open on its server, and copy again.`,
      );
    }
    await sleep(LOOK_MS);
  }
}

/** What came to the source later than `upTo` is nobody's fault. */
async function expectNothing(compared: Missing, upTo: Position): Promise<void> {
  for await (const batch of compared.batches()) {
    const [first] = batch;
    if (first === undefined || first.position > upTo) return;
    throw new TransferError(
      `The target lacks ${first.stream} at revision ${first.revision}, and maybe more. Copy again.`,
    );
  }
}
