import { MemoryEventLog } from "../../src/eventlog/memory.ts";
import { conformance } from "./conformance.ts";

conformance("memory", {
  open: async () => {
    const log = new MemoryEventLog();
    return { log, other: log, dispose: () => log.close() };
  },
});
