import { afterAll, beforeAll, describe } from "vitest";
import { appendPromises } from "./conformance.append.ts";
import { feedPromises } from "./conformance.feed.ts";
import { storagePromises } from "./conformance.storage.ts";
import type { Adapter, Subject } from "./subject.ts";

/**
 * The promises of the port `src/eventlog/log.ts`. Every adapter keeps all of them: this suite is its specification.
 * The log is shared by a suite's tests, as in production; each test uses streams of its own.
 */
export function conformance(name: string, adapter: Adapter): void {
  describe(`event log: ${name}`, () => {
    let opened: Awaited<ReturnType<Adapter["open"]>> | undefined;
    const subject = (): Subject => {
      if (opened === undefined) throw new Error("the log is not open");
      return opened;
    };
    beforeAll(async () => {
      opened = await adapter.open();
    });
    afterAll(async () => {
      await opened?.dispose();
    });
    appendPromises(subject);
    storagePromises(subject);
    feedPromises(subject, adapter);
  });
}
