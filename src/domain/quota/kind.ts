import { type StreamKind, typesOf } from "../streamKind.ts";
import { quotaEvent, type QuotaEvent } from "./events.ts";
import { quota } from "./quota.ts";
import { quotaSnapshots, type QuotaState } from "./state.ts";

export const quotaKind: StreamKind<QuotaState, QuotaEvent> = {
  decider: quota,
  event: quotaEvent,
  types: typesOf(quotaEvent),
  snapshots: quotaSnapshots,
};
