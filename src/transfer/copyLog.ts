import { type EventLog, type Position, START } from "../eventlog/log.ts";
import { ahead, ChainKeeper, hashIn, verified } from "./chain.ts";
import { TransferError } from "./errors.ts";
import { type Meeting, Missing } from "./missing.ts";
import type { Sink } from "./sink.ts";

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
  let last: Position | undefined;
  for await (const batch of ahead(compared.batches())) {
    if (copied === 0) progress("compared", compared.standing);
    await sink(batch);
    copied += batch.length;
    last = batch.at(-1)?.position ?? last;
    progress("copied", copied);
  }
  if (last === undefined) return { standing: compared.standing, copied, met: compared.met };
  const again = compareFrom(source, target, compared.met);
  await expectNothing(again, last);
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
