import { cardEvent } from "./card/events.ts";
import { key } from "./key/key.ts";
import { location } from "./location/location.ts";
import { merchant } from "./merchant/merchant.ts";
import { quotaEvent } from "./quota/events.ts";
import { rulesetEvent } from "./ruleset/stream.ts";
import { terminalEvent } from "./terminal/events.ts";
import { user } from "./user/user.ts";

/**
 * Every event type that may stand in the log, with the steps from each older version of its data to
 * the next. Names are storage: a type is added here and never taken out.
 */
export const EVENT_TYPES: Readonly<Record<string, readonly ((data: unknown) => unknown)[]>> =
  Object.fromEntries(
    [
      ...[cardEvent, quotaEvent, rulesetEvent, terminalEvent].flatMap((union) =>
        union.options.map((option) => option.shape.type.value),
      ),
      ...[merchant, location, user, key].flatMap((record) => record.eventTypes),
    ].map((type) => [type, []]),
  );
