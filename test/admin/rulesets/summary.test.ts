import { expect, test } from "vitest";
import { emptyForm, type RulesetForm } from "../../../src/admin/routes/rulesets/form/model.ts";
import { summaryOf } from "../../../src/admin/routes/rulesets/summary/sentences.ts";
import { loadTexts } from "../../../src/admin/texts/load.ts";
import { LANGUAGES } from "../../../src/admin/texts/texts.ts";

/** What each choice says, one after another, each beside an otherwise empty rule. */
const TIERS = ["NONE", "FREE", "PAID", "FREE_THEN_PAID"] as const;

function cases(): readonly (readonly [name: string, form: RulesetForm])[] {
  const made: [string, RulesetForm][] = [];
  const add = (name: string, change: (form: RulesetForm) => void): void => {
    const form = emptyForm();
    change(form);
    made.push([name, form]);
  };
  add("empty", () => {});
  for (const mode of TIERS) {
    for (const [free, paid] of [
      ["3", "4"],
      ["UNLIMITED", "UNLIMITED"],
      ["0", "0"],
      ["", ""],
    ] as const) {
      add(`cardholder ${mode}, ${free || "?"} free, ${paid || "?"} paid`, (form) => {
        form.cardholder = {
          ...form.cardholder,
          mode,
          free,
          paid,
          fee: { amount: "25.00" },
          perLocation: "2",
        };
      });
    }
    for (const hasPool of [false, true]) {
      add(`guests ${mode}${hasPool ? ", pool" : ""}`, ({ guests, cardholder }) => {
        cardholder.mode = mode;
        Object.assign(cardholder, { free: "1", paid: "1", fee: { amount: "9.00" } });
        guests.hasPool = hasPool;
        guests.sharedPool.free = "6";
        Object.assign(guests.adults, {
          mode,
          free: "1",
          paid: "4",
          fee: { amount: "20.00" },
          maxPerEntry: "2",
        });
        Object.assign(guests.children, { mode, free: "UNLIMITED", paid: "UNLIMITED" });
        guests.freeUnderAge = "7";
      });
    }
  }
  for (const kind of ["NONE", "ROLLING", "CALENDAR", "VALIDITY"] as const) {
    add(`window ${kind}`, (form) => {
      form.cardholder = { ...form.cardholder, free: "1", window: { ...form.cardholder.window, kind } };
      form.totalUsage = { mode: "LIMITED", max: "1000", window: { ...form.totalUsage.window, kind } };
    });
  }
  add("cards", ({ criteria }) => {
    criteria.productCodes = ["WLE", "MPL"];
    criteria.issuerCountries = ["POL"];
    criteria.icas = [
      { ica: "0001234", mode: "WHOLE", accountRanges: [] },
      {
        ica: "",
        mode: "RANGES",
        accountRanges: [
          { low: "5100", high: "5199" },
          { low: "", high: "" },
        ],
      },
    ];
    criteria.enrolledOnly = true;
    criteria.minimumTrust = "KEY";
  });
  add("countries and places", ({ criteria }) => {
    criteria.services = ["LOUNGE", "FAST_LINE"];
    criteria.placeMode = "LISTED";
    criteria.locations = { countries: ["POL", "DEU"], locationIds: ["A"] };
  });
  add("places", ({ criteria }) => {
    criteria.placeMode = "LISTED";
    criteria.locations.locationIds = ["A", "B", "C"];
  });
  add("dates", (form) => {
    form.validFrom = "2026-11-01T00:00:00.000Z";
    form.validTo = "2026-12-01T00:00:00.000Z";
  });
  add("from", (form) => (form.validFrom = "2026-11-01T00:00:00.000Z"));
  add("until", (form) => (form.validTo = "2026-12-01T00:00:00.000Z"));
  add("spend", (form) => {
    form.spend = {
      mode: "ON",
      amount: "100.00",
      currency: "EUR",
      days: "30",
      mccs: ["5812"],
      graceDays: "5",
    };
  });
  add("spend anywhere", (form) => (form.spend.mode = "ON"));
  for (const onFailure of ["CLOSED", "OPEN"] as const) {
    add(`checks ${onFailure}`, (form) => {
      form.externalRule = { mode: "ON", ruleId: "vip", onFailure };
      form.verification = { mode: onFailure === "OPEN" ? "ASI" : "ASI_THEN_AMOUNT", onFailure };
    });
  }
  add("offline by ranges", (form) => (form.offline.mode = "ON"));
  add("offline by both", (form) => {
    form.offline = {
      mode: "ON",
      accountRanges: true,
      whitelist: true,
      maxGuests: "2",
      perCardAndDay: "2",
      perTerminalAndDay: "200",
    };
  });
  add("offline by the whitelist", (form) => {
    form.offline = {
      mode: "ON",
      accountRanges: false,
      whitelist: true,
      maxGuests: "1",
      perCardAndDay: "",
      perTerminalAndDay: "1",
    };
  });
  return made;
}

test.each(LANGUAGES)("everyChoiceHasItsSentence: %s", async (language) => {
  const { texts } = await loadTexts(language, "/rulesets");
  const names = {
    words: texts.rulesetSummary,
    placeName: (id: string) => `place ${id}`,
    time: (at: string) => at.slice(0, 10),
    money: (amount: string, currency: string) => `${amount} ${currency}`,
  };
  const lines = cases().map(([name, form]) => {
    const said = summaryOf(form, names).map(({ field, text }) => `  ${field}: ${text}`);
    return [name, ...said].join("\n");
  });
  await expect(`${lines.join("\n\n")}\n`).toMatchFileSnapshot(`golden/summary.${language}.txt`);
});
