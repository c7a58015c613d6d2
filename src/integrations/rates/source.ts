import type { Outbound } from "../outbound/answers.ts";

/** Where exchange rates come from, and the way there. */
export interface RatesSource {
  readonly url: string;
  readonly outbound: Outbound;
}
