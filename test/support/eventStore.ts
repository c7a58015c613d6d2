import { randomUUID } from "node:crypto";
import { Double } from "../eventlog/double/double.ts";

/** What the product is told, so that its log is the one that this run is about. */
export interface TestEventStore {
  readonly settings: Readonly<Record<string, string>>;
  stop(): void;
}

/**
 * A log of its own for one server: in PostgreSQL, unless TEST_LOG is `eventstoredb`: then in the real server that
 * EVENTSTORE_URL names, under a prefix of its own, or else in a double.
 */
export async function openTestEventStore(): Promise<TestEventStore> {
  if (process.env["TEST_LOG"] !== "eventstoredb") return { settings: {}, stop: () => undefined };
  const real = process.env["EVENTSTORE_URL"];
  if (real !== undefined) {
    const settings = { EVENTSTORE_URL: real, EVENTSTORE_PREFIX: `test-${randomUUID()}.` };
    return { settings, stop: () => undefined };
  }
  const node = new Double();
  await node.start();
  return {
    settings: { EVENTSTORE_URL: node.url },
    stop: () => {
      node.kill();
    },
  };
}
