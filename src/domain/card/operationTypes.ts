/** Decided by the server, or by a terminal whose line was down. */
export const OPERATION_TYPES = ["ONLINE", "OFFLINE_BIN_RANGE", "OFFLINE_WHITELIST"] as const;
export type OperationType = (typeof OPERATION_TYPES)[number];
