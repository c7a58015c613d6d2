export const LOOKS = {
  ERROR: { tone: "bad", icon: "cross" },
  WARNING: { tone: "warn", icon: "clock" },
  HINT: { tone: "info", icon: "pencil" },
} as const;
