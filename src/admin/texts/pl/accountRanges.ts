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
    would: (added, replaced) =>
      `${ranges(added + replaced)}: nowe: ${count(added, { other: "#" })}, zastępujące znane: ${count(replaced, { other: "#" })}. Nic jeszcze nie zapisano.`,
    store: (lines) => `Importuj ${ranges(lines)}`,
    done: (lines) => `Zaimportowano ${ranges(lines)}.`,
  },
};
