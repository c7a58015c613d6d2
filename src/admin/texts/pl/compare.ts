import type { Texts } from "../texts.ts";

export const compare: Texts["compare"] = {
  title: "Ktoś inny zapisał zmiany w międzyczasie",
  open: "Porównaj",
  by: (name) => `Zapisał(a): ${name},`,
  why: "Wybierz dla każdego pola, co zostaje. Przedtem nic nie jest zapisywane.",
  same: "Obie wersje mówią to samo.",
  mine: (words) => `Moje: ${words}`,
  theirs: (words) => `Zapisane: ${words}`,
  empty: "puste",
  yes: "tak",
  no: "nie",
  save: "Zapisz te",
};
