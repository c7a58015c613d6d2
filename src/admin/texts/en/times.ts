export const times = {
  skipped: "The clocks skip this time on that day.",
  twice: "This time comes twice on that day. The first one is taken.",
} as const;
