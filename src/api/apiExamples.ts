import type { Example } from "./http/openapi.ts";

/**
 * Requests that are taken as they stand, in the order of a first day: the programme, the terminal, a visit, and what is
 * told afterwards. Ids, codes and keys are each installation's own. The card numbers are published test numbers.
 */

const PAN = "5555555555554444";
const ID = "01K9M2Z8Q4V7W3X5Y6A1B2C3D4";
const ACCESS_ID = "01K9M3A6T8E0R2F4G6H8J0K2M4";

const location: Example = {
  body: {
    name: "Business Lounge Poland",
    countryCode: "POL",
    service: "LOUNGE",
    postalCode: "00-906",
    city: "Warsaw",
    address: "Żwirki i Wigury 1",
    cooldownMinutes: 0,
    merchantId: ID,
    timeZone: "Europe/Warsaw",
  },
};

const ruleset: Example = {
  body: {
    name: "World Elite, two free visits a month",
    priority: 10,
    criteria: { icas: [{ ica: "0001234" }], productCodes: ["WLE"], locations: { locationIds: [ID] } },
    cardholder: {
      window: { kind: "CALENDAR", unit: "MONTH", timeZone: "Europe/Warsaw" },
      free: 2,
      paid: "UNLIMITED",
      fee: { amount: "25.00", currency: "EUR" },
    },
    guests: {
      adults: { free: 1, paid: 2, fee: { amount: "20.00", currency: "EUR" }, maxPerEntry: 3 },
      freeUnderAge: 6,
    },
  },
};

const transactions: Example = {
  body: {
    transactions: [
      {
        transactionId: "tx-2026-11-0001",
        pan: PAN,
        type: "PURCHASE",
        amount: { amount: "120.50", currency: "EUR" },
        mcc: "5411",
        transactionAt: "2026-11-02T09:15:00Z",
      },
    ],
  },
};

/** By method and path. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  "POST /api/merchants": { body: { name: "Lounges of Poland" } },
  "POST /api/locations": location,
  "POST /api/account-ranges/import": {
    body: "low,high,ica,issuerName,country,productCode,productName\n5555,5555,0001234,Test Bank,POL,WLE,World Elite\n",
  },
  "POST /api/rates": { body: { rates: [{ date: "2026-11-02", base: "EUR", quote: "PLN", rate: "4.2512" }] } },
  "POST /api/rulesets": ruleset,
  "POST /api/rulesets/{id}/publish": { body: {} },
  "POST /api/terminals": { body: { serialNumber: "LNG-0001", locationId: ID } },
  "POST /api/terminals/{serialNumber}/pairing-codes": { body: {} },
  "POST /pos/pair": {
    body: {
      serialNumber: "LNG-0001",
      pairingCode: "48151623",
      publicKey: "-----BEGIN PUBLIC KEY-----\n(the terminal's own RSA key)\n-----END PUBLIC KEY-----\n",
    },
  },
  "POST /pos/check_entry": {
    body: { requestId: "tap-0001", card: { pan: PAN, expiry: "2030-12", entryMode: "CONTACTLESS" } },
  },
  "POST /pos/quote_entry": { body: { accessId: ACCESS_ID, guests: { adults: 1, freeChildren: 1 } } },
  "POST /pos/confirm_entry": {
    body: { requestId: "confirm-0001", accessId: ACCESS_ID, guests: { adults: 1, freeChildren: 1 } },
  },
  "POST /api/operations/{accessId}/reversal": { body: { reason: "The guest did not come in." } },
  "POST /pos/cancel_entry": {
    body: { requestId: "cancel-0001", accessId: ACCESS_ID, reason: "The member changed their mind." },
  },
  "POST /api/cards/lookup": { body: { pan: PAN } },
  "POST /api/cards/{cardId}/adjustments": {
    body: { rulesetId: ID, free: 1, reason: "A gesture of goodwill" },
  },
  "POST /api/transactions": transactions,
  "POST /api/transactions/import": {
    body: `transactionId,pan,type,amount,currency,mcc,transactionAt\ntx-2026-11-0002,${PAN},PURCHASE,80.00,EUR,5812,2026-11-03T19:40:00Z\n`,
  },
  "POST /api/users": {
    body: {
      email: "anna.nowak@example.org",
      firstName: "Anna",
      lastName: "Nowak",
      role: "USER",
      scope: { icas: ["0001234"] },
      password: "quiet-harbour-lantern-27",
    },
  },
  "POST /api/session": {
    body: { email: "anna.nowak@example.org", password: "quiet-harbour-lantern-27" },
  },
  "POST /api/keys": { body: { name: "Settlement", role: "USER", scope: { icas: ["0001234"] } } },
};
