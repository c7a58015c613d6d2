import type { Texts } from "../texts.ts";

/** O co terminal jest proszony przez swoje połączenie na żywo. */
export const deviceCommands: Texts["deviceCommands"] = {
  title: "Połączenie na żywo",
  connection: "Połączenie",
  connections: { OPEN: "Połączony", CLOSED: "Niepołączony" },
  never: "Nigdy się nie połączył",
  since: "Od",
  lastSeen: "Ostatnio widziany",
  device: "Znany dostawcom jako",
  deviceId: "Identyfikator urządzenia",
  sales: "Sprzedaż",
  enabled: "Przyjmuje sprzedaż",
  disabled: "Nie przyjmuje sprzedaży",
  commands: "Polecenia dla terminala",
  none: "Nie dostał jeszcze żadnego polecenia.",
  queuedAt: "Zlecono",
  action: "Polecenie",
  status: "Wynik",
  why: "Przyczyna",
  amount: "Kwota",
  by: "Zlecił",
  late: "Wykonał je za późno i musi to cofnąć",
  asked: "Polecenie przekazano terminalowi.",
  actions: {
    ACTIVATE: "Aktywacja",
    DEACTIVATE: "Dezaktywacja",
    SALE: "Sprzedaż",
    REVERSAL: "Zwrot pieniędzy",
    CANCEL: "Przerwanie sprzedaży",
  },
  statuses: {
    QUEUED: "Czeka",
    DISPATCHED: "W terminalu",
    SUCCEEDED: "Wykonane",
    FAILED: "Nieudane",
    CANCELLED: "Przerwane",
    TIMED_OUT: "Bez odpowiedzi",
  },
  orders: {
    ACTIVATE: {
      verb: "Aktywuj",
      title: (serial) => `Aktywować ${serial}?`,
      why: "Terminal jest pytany, czy jest gotowy; odtąd przyjmuje sprzedaż. Musi być połączony.",
    },
    DEACTIVATE: {
      verb: "Dezaktywuj",
      title: (serial) => `Dezaktywować ${serial}?`,
      why: "Odtąd nie przyjmuje sprzedaży. To, co trwa, zostanie dokończone.",
    },
    CANCEL: {
      verb: "Przerwij sprzedaż",
      title: (serial) => `Przerwać sprzedaż na ${serial}?`,
      why: "Sprzedaż, która trwa na terminalu, nie dojdzie do skutku. Jeśli pieniądze zostały już pobrane, terminal je odda.",
    },
  },
};
