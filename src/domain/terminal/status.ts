/** How far a terminal has come, and whether it may be used. */
export const TERMINAL_STATUSES = [
  "REGISTERED",
  "CLAIMED",
  "ATTESTED",
  "ACTIVE",
  "SUSPENDED",
  "REVOKED",
] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];
