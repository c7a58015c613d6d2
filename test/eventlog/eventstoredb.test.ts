import { openEventStoreLog } from "../../src/eventlog/eventstoredb/open.ts";
import { conformance } from "./conformance.ts";
import { Double } from "./double/double.ts";

conformance("EventStoreDB", {
  open: async () => {
    const node = new Double();
    await node.start();
    const [log, other] = await Promise.all([openEventStoreLog(node.url), openEventStoreLog(node.url)]);
    return {
      log,
      other,
      dispose: async () => {
        await Promise.all([log.close(), other.close()]);
        node.kill();
      },
    };
  },
});
