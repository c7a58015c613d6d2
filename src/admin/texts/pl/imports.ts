import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");

export const imports: Texts["imports"] = {
  file: "Plik CSV",
  anyFile: "Plik",
  looking: "Plik jest sprawdzany…",
  found: "Zawartość pliku",
  differs: "Te wiersze mówią co innego, niż było znane dla tych samych granic:",
  differsLabel: "Wiersze różniące się",
  wrong: (errors) =>
    `Nic nie zapisano: ${count(errors, { one: "# błąd", few: "# błędy", many: "# błędów", other: "# błędu" })} (lista ma najwyżej 100).`,
  wrongLabel: "Błędy w pliku",
  line: "Wiersz",
  column: "Kolumna",
  message: "Co jest nie tak",
};
