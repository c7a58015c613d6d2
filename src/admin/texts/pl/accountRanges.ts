import { counter } from "../plural.ts";
import type { Texts } from "../texts.ts";

const count = counter("pl");
const ranges = (lines: number) =>
  count(lines, { one: "# zakres", few: "# zakresy", many: "# zakresów", other: "# zakresu" });

export const accountRanges: Texts["accountRanges"] = {
  empty: "Nie ma jeszcze zakresów numerów",
  emptyWhy:
    "Zakresy mówią, do którego wydawcy i produktu należy numer karty. Bez nich żadna reguła nie dotyczy żadnej karty.",
  fields: {
    bin: "Zawiera BIN",
    low: "Od",
    high: "Do",
    ica: "ICA",
    issuer: "Wydawca",
    country: "Kraj",
    productCode: "Produkt",
    productName: "Nazwa produktu",
    received: "Import",
    importId: "Identyfikator importu",
  },
  import: {
    open: "Importuj",
    title: "Import zakresów numerów",
    what: "Plik CSV w UTF-8, rozdzielany przecinkami, z takim pierwszym wierszem; ostatnią kolumnę można pominąć:",
    columns: "low,high,ica,issuerName,country,productCode,productName",
    file: "Plik CSV",
    looking: "Plik jest sprawdzany…",
    found: "Zawartość pliku",
    would: (added, replaced) =>
      `${ranges(added + replaced)}: nowe: ${count(added, { other: "#" })}, zastępujące znane: ${count(replaced, { other: "#" })}. Nic jeszcze nie zapisano.`,
    differs: "Te wiersze mówią co innego, niż było znane dla tych samych granic:",
    differsLabel: "Wiersze różniące się",
    store: (lines) => `Importuj ${ranges(lines)}`,
    done: (lines) => `Zaimportowano ${ranges(lines)}.`,
    wrong: (errors) =>
      `Nic nie zapisano: ${count(errors, { one: "# błąd", few: "# błędy", many: "# błędów", other: "# błędu" })} (lista ma najwyżej 100).`,
    wrongLabel: "Błędy w pliku",
    line: "Wiersz",
    column: "Kolumna",
    message: "Co jest nie tak",
  },
};
