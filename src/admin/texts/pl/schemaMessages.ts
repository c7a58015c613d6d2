/** What the product's own schemas say of a field, by what they say in English. */
export const SCHEMA_MESSAGES: Readonly<Record<string, string>> = {
  "1 to 64 letters, digits and . _ : - are wanted": "Potrzeba od 1 do 64 liter, cyfr i znaków . _ : -",
  "4 to 19 digits are wanted": "Potrzeba od 4 do 19 cyfr",
  'a decimal string is wanted, for example "12.50"': "Potrzebna jest kwota, na przykład 12.50",
  "a day from 1970 on is wanted": "Potrzebny jest dzień nie wcześniejszy niż w 1970 roku",
  "a day is wanted, for example 2026-12-01": "Potrzebny jest dzień, na przykład 2026-12-01",
  "a colour as #1d5fbf is wanted": "Potrzebny jest kolor w postaci #1d5fbf",
  "a fee is wanted where paid is above 0": "Wizyty płatne wymagają opłaty",
  "a product code of three characters is wanted": "Potrzebny jest trzyznakowy kod produktu",
  "a telephone number is wanted, for example +48 22 000 00 00":
    "Potrzebny jest numer telefonu, na przykład +48 22 000 00 00",
  "a time from 1970 to 9999 is wanted": "Potrzebny jest czas między rokiem 1970 a 9999",
  "all fees of a ruleset share one currency": "Wszystkie opłaty reguły muszą być w jednej walucie",
  "an account range is wanted, not the number of one card":
    "Potrzebny jest zakres numerów, nie numer jednej karty",
  "an address that begins with https:// is wanted": "Potrzebny jest adres zaczynający się od https://",
  "an administrator has no scope": "Administrator nie ma zakresu",
  "an IANA time zone is wanted, for example Europe/Warsaw":
    "Potrzebna jest strefa czasowa, na przykład Europe/Warsaw",
  "an ICA number of 1 to 11 digits is wanted": "Potrzebny jest numer ICA, od 1 do 11 cyfr",
  "an id of 26 characters (ULID) is wanted": "Potrzebny jest identyfikator o 26 znakach (ULID)",
  "a country code of three letters (ISO 3166-1 alpha-3) is wanted, for example POL":
    "Potrzebny jest trzyliterowy kod kraju (ISO 3166-1 alpha-3), na przykład POL",
  "an MCC of four digits is wanted": "Potrzebny jest czterocyfrowy MCC",
  "an RFC 3339 time with a zone is wanted, for example 2026-01-31T12:00:00Z":
    "Potrzebny jest czas ze strefą, na przykład 2026-01-31T12:00:00Z",
  "high lies below low": "Górna granica leży poniżej dolnej",
  "more digits after the point than the currency has": "Więcej cyfr po przecinku, niż ma waluta",
  "offline, a card is let in by its account range, by the whitelist, or by both":
    "Bez połączenia kartę wpuszcza się według jej zakresu, białej listy albo obu",
  "one service at least is offered": "Co najmniej jedna usługa musi być oferowana",
  "the first 4 to 11 digits are wanted, not a card's number":
    "Potrzebne są pierwsze cyfry, od 4 do 11, nie numer karty",
  "the ISO 4217 code of a currency is wanted; units of account (fund codes such as CLF), metals and test codes are none":
    "Potrzebny jest kod waluty ISO 4217; jednostki rozliczeniowe (jak CLF), metale i kody testowe nimi nie są",
  "validTo must lie after validFrom": "Koniec obowiązywania musi być po początku",
};
