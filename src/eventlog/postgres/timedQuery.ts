import type { QueryArrayConfig } from "pg";

/** `query_timeout` (milliseconds) is pg's; its types leave it out. */
export interface TimedQuery extends QueryArrayConfig<unknown[]> {
  readonly query_timeout: number;
}
