import { conformance } from "./conformance.ts";
import { openTestLog } from "./postgresSupport.ts";

conformance("PostgreSQL", { open: () => openTestLog() });
