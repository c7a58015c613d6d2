import { randomUUID } from "node:crypto";
import { describe, it } from "vitest";
import { openEventStoreLog } from "../../src/eventlog/eventstoredb/open.ts";
import { conformance } from "./conformance.ts";

const url = process.env["EVENTSTORE_URL"];

if (url === undefined) {
  describe("event log: EventStoreDB, a real server", () => {
    it.skip("needs a server: set EVENTSTORE_URL", () => undefined);
  });
} else {
  conformance("EventStoreDB, a real server", {
    open: async () => {
      const options = { prefix: `test-${randomUUID()}.` };
      const [log, other] = await Promise.all([
        openEventStoreLog(url, options),
        openEventStoreLog(url, options),
      ]);
      return {
        log,
        other,
        dispose: async () => {
          await Promise.all([log.close(), other.close()]);
        },
      };
    },
  });
}
