import type { Texts } from "../texts.ts";

export const times: Texts["times"] = {
  skipped: "Tego dnia zegary pomijają tę godzinę.",
  twice: "Ta godzina występuje tego dnia dwa razy. Przyjęto pierwszą.",
};
