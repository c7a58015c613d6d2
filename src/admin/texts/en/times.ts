const weekdays = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" });

export const times = {
  skipped: "The clocks skip this time on that day.",
  twice: "This time comes twice on that day. The first one is taken.",
  /** @param day 1 for Monday */
  weekday: (day: number) => weekdays.format(Date.UTC(2024, 0, day)),
  hour: (hour: number) => `${String(hour).padStart(2, "0")}:00–${String(hour + 1).padStart(2, "0")}:00`,
} as const;
