/** What was done to something, wherever that is told. */
export const history = {
  noneLately: "Nothing in its last thousand events.",
  at: "When",
  act: "What",
  by: "Who",
  reason: "Reason",
  more: "Look further back",
} as const;
