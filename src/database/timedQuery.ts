import type { QueryConfig } from "pg";

/** `query_timeout` (milliseconds) is pg's; its types leave it out. */
export type Timed<Config extends QueryConfig> = Config & { readonly query_timeout: number };
