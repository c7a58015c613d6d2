import type { Texts } from "../texts.ts";

const weekdays = new Intl.DateTimeFormat("pl", { weekday: "long", timeZone: "UTC" });

export const times: Texts["times"] = {
  skipped: "Tego dnia zegary pomijają tę godzinę.",
  twice: "Ta godzina występuje tego dnia dwa razy. Przyjęto pierwszą.",
  weekday: (day) => weekdays.format(Date.UTC(2024, 0, day)),
  hour: (hour) => `${String(hour).padStart(2, "0")}:00–${String(hour + 1).padStart(2, "0")}:00`,
};
