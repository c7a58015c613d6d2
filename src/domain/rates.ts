/** How a fetch of exchange rates ended. */
export const PULL_OUTCOMES = ["DONE", "NO_ANSWER", "REFUSED", "UNREADABLE"] as const;
export type PullOutcome = (typeof PULL_OUTCOMES)[number];
