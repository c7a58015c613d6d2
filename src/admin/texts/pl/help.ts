import type { HelpTexts } from "../texts.ts";

export const help: HelpTexts = {
  title: "Pomoc",
  open: "Pomoc",
  thisPage: "Ta strona",
  keys: "Klawisze",
  off: "Skróty jednoklawiszowe są wyłączone. Można je włączyć na stronie konta.",
  on: "Skróty jednoklawiszowe nie działają podczas pisania w polu. Można je wyłączyć na stronie konta.",
  key: "Klawisz",
  does: "Działanie",
  then: "potem",
  search: "Szukaj",
  help: "Otwórz tę pomoc",
  goTo: (page) => `Przejdź do: ${page}`,
  close: "Zamknij okno dialogowe",
  pages: {
    dashboard:
      "Co wydarzyło się w wybranym czasie, w liczbach. Każda liczba prowadzi do listy dokładnie tych wejść.",
    operations:
      "Każde zbliżenie karty do terminala i jego wynik: wpuszczono, odmówiono, anulowano, wygasło lub cofnięto. Otwórz operację, aby przeczytać, dlaczego tak zdecydowano.",
    offline:
      "Wejścia, do których terminale dopuściły same, bez łączności, i w których coś się nie zgadza. Przyjmij je albo zakwestionuj, pojedynczo lub wiele naraz.",
    rulesets:
      "Reguły mówią, które karty wchodzą gdzie, jak często, z iloma gośćmi i za jaką opłatą. Szkic obowiązuje po publikacji; wygrywa najniższy priorytet.",
    accountRanges:
      "Które numery kart należą do którego wydawcy i produktu. Późniejszy import wygrywa z wcześniejszym o tych samych granicach.",
    rates:
      "Ile jest warta jedna waluta w innej, dzień po dniu. Według nich liczone są wydatki w innych walutach.",
    messages:
      "To, co pokazują ekrany terminali w każdym języku: w całej instalacji albo przy jednej regule. Reguła bez własnego tekstu pokazuje tekst instalacji.",
    cards:
      "Karty, które już widziano lub zarejestrowano. Sprawdź kartę po numerze, aby zobaczyć, co jej zostało.",
    whitelist:
      "Karty, które terminale bez łączności wpuszczają po numerze: z listy reguły albo lokalizacji. Numery są skracane do skrótów i nigdzie nie zapisywane.",
    transactions: "Co wydano kartami. Na nie patrzą reguły, które wymagają wydatków.",
    adjustments:
      "Wizyty, które ktoś zaproponował dodać lub odjąć, dopóki nie zatwierdzi ich lub nie odrzuci inna osoba; to, co rozpatrzono wcześniej; oraz pliki z tym, co karty wykorzystały we wcześniejszym systemie.",
    imports: "Wczytane pliki i to, co stało się z ich wierszami.",
    locations: "Miejsca z terminalami: saloniki i szybkie ścieżki, każde ze swoją usługą i strefą czasową.",
    merchants: "Właściciele lokalizacji. Dostawcę usług można ograniczyć do jednego lub kilku z nich.",
    terminals:
      "Urządzenia przy wejściach. Terminal działa po sparowaniu: tutaj pobierz kod, a wpisz go na terminalu.",
    certificates:
      "Certyfikaty, którymi łączą się systemy POS: do kiedy każdy obowiązuje i jak go unieważnić. System dostaje certyfikat za kod konfiguracji, tworzony przy terminalu.",
    enrollments:
      "Kody, którymi nowe urządzenia zgłaszają się same: każdy wpuszcza jedno urządzenie, które samo podaje numer seryjny, w wybranym miejscu.",
    virtualTerminal: "Terminal w tej przeglądarce do sprawdzania reguł na opublikowanych kartach testowych.",
    terms:
      "Regulamin i polityka prywatności. Plik obowiązuje od swojej daty; kto musi się zgodzić, jest pytany przy każdym nowym.",
    users: "Osoby, które mogą się logować, ich role oraz miejsca lub wydawcy, do których są ograniczone.",
    webhooks:
      "Serwery, które dowiadują się, co się dzieje: kim są, w jakim są stanie, każdy komunikat i jego próby. To, co porzucono lub pominięto, można stąd wysłać ponownie.",
    keys: "Klucze, którymi inne programy używają API. Klucz jest pokazywany raz.",
    branding: "Nazwa, logo, kolor i słownictwo, które widzą tu wszyscy.",
    payments:
      "Opłaty, które pobiera agent rozliczeniowy: te, o których jeszcze nie wiadomo, czy je zapłacono lub zwrócono, o co pytano i co odpowiedziano, oraz co ktoś o nich stwierdził.",
    connections:
      "Systemy zewnętrzne, z którymi połączona jest ta instalacja: czy każdy odpowiada i co trzeba jeszcze zwrócić u agenta rozliczeniowego.",
    system: "Czy każda część działa, jak daleko są modele odczytu i jakie ustawienia obowiązują.",
    account: "Twoje konto: wygląd panelu, hasło i miejsca, w których jesteś zalogowany.",
  },
};
