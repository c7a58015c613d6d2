import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { MOST_ECB_BYTES, readEcbFile } from "../../src/integrations/rates/ecb.ts";

const read = async (file: string | Uint8Array) =>
  await readEcbFile(typeof file === "string" ? strToU8(file) : file, () => Promise.resolve());

/** As the bank prints them, with other figures. */
const DAILY_CSV = "Date, USD, JPY, BGN, \n28 November 2025, 1.1566, 180.1, 1.9558, \n";
const HISTORY_CSV =
  "Date,USD,JPY,CYP,PLN,\n2025-11-28,1.1566,180.1,N/A,4.2301,\n2007-12-31,1.4721,164.93,0.585274,3.5935,\n";
const XML = `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
  <Cube>
    <Cube time="2025-11-28"><Cube currency="USD" rate="1.1566"/><Cube currency="JPY" rate="180.1"/></Cube>
    <Cube time="2007-12-31"><Cube currency="CYP" rate="0.585274"/><Cube currency="PLN" rate="3.5935"/></Cube>
  </Cube>
</gesmes:Envelope>`;

const rate = (date: string, currency: string, text: string) => ({ date, currency, rate: text });

describe("aFileOfTheBank", () => {
  test("ofOneDayAsCsv", async () => {
    expect(await read(DAILY_CSV)).toEqual({
      kind: "rates",
      rates: [
        rate("2025-11-28", "USD", "1.1566"),
        rate("2025-11-28", "JPY", "180.1"),
        rate("2025-11-28", "BGN", "1.9558"),
      ],
      leftOut: [],
    });
  });

  const history = {
    kind: "rates",
    rates: [
      rate("2025-11-28", "USD", "1.1566"),
      rate("2025-11-28", "JPY", "180.1"),
      rate("2025-11-28", "PLN", "4.2301"),
      rate("2007-12-31", "USD", "1.4721"),
      rate("2007-12-31", "JPY", "164.93"),
      rate("2007-12-31", "PLN", "3.5935"),
    ],
    leftOut: ["CYP"],
  };

  test("ofManyDaysAsCsv: where there is no rate there is none, and a currency of the past is left out", async () => {
    expect(await read(HISTORY_CSV)).toEqual(history);
  });

  test("inAZip", async () => {
    expect(await read(zipSync({ "eurofxref-hist.csv": strToU8(HISTORY_CSV) }))).toEqual(history);
  });

  test("asXml", async () => {
    expect(await read(XML)).toEqual({
      kind: "rates",
      rates: [
        rate("2025-11-28", "USD", "1.1566"),
        rate("2025-11-28", "JPY", "180.1"),
        rate("2007-12-31", "PLN", "3.5935"),
      ],
      leftOut: ["CYP"],
    });
  });

  test("isTheSameHoweverLongItIs: across the pieces in which it is read", async () => {
    const day = (index: number): string => new Date(Date.UTC(1999, 0, 4 + index)).toISOString().slice(0, 10);
    const days = Array.from({ length: 3_000 }, (_, index) => day(index));
    const csv = ["Date,USD,JPY,", ...days.map((on, index) => `${on},1.${String(index + 1)},2,`)].join("\n");
    const cubes = days.map(
      (on, index) =>
        `<Cube time="${on}"><Cube currency="USD" rate="1.${String(index + 1)}"/><Cube currency="JPY" rate="2"/></Cube>`,
    );
    const asCsv = await read(csv);
    expect(asCsv).toEqual(await read(`<Cube>${cubes.join("")}</Cube>`));
    expect(asCsv).toMatchObject({ kind: "rates", leftOut: [] });
    expect(asCsv.kind === "rates" ? asCsv.rates.length : 0).toBe(6_000);
  });
});

describe("whatIsNoFileOfTheBank", () => {
  const header = "Date, USD\n";
  test.each<[string, string | Uint8Array, RegExp]>([
    ["nothing", "", /no rates/],
    ["a header alone", header, /no rates/],
    ["another table", "date,base,quote,rate\n2026-01-01,EUR,USD,1\n", /first column/],
    ["a day that never was", `${header}2026-02-30,1\n`, /line 2: a day/],
    ["a month that is none", `${header}1 Brumaire 2026,1\n`, /line 2: a day/],
    ["a rate of nothing", `${header}2026-01-01,0.000\n`, /line 2: a rate/],
    ["a rate below nothing", `${header}2026-01-01,-1\n`, /line 2: a rate/],
    ["a rate in words", `${header}2026-01-01,1e5\n`, /line 2: a rate/],
    ["no currency", "Date,dollar\n2026-01-01,1\n", /line 2: three letters/],
    ["a quote that never ends", `Date,USD\n"${"x".repeat(40_000)}`, /no CSV/],
    ["another language of marks", "<html><body>503</body></html>", /no rates/],
    ["marks that don't end", "<a><b></a>", /no XML/],
    ["a rate without its day", '<Cube currency="USD" rate="1"/>', /without its day/],
    ["an entity that grows", '<!DOCTYPE a [<!ENTITY a "aaa">]><Cube time="&a;"/>', /no XML|a day/],
    ["bytes", new Uint8Array([0xff, 0xfe, 0x00]), /UTF-8/],
    ["a zip cut off", zipSync({ "a.csv": strToU8(HISTORY_CSV) }).subarray(0, 60), /zip/],
    ["a zip of nothing", zipSync({ "readme.txt": strToU8("x") }), /one CSV or XML/],
    ["a zip of two", zipSync({ "a.csv": strToU8(HISTORY_CSV), "b.csv": strToU8(HISTORY_CSV) }), /one CSV/],
    ["a zip that swells", zipSync({ "a.csv": new Uint8Array(MOST_ECB_BYTES + 1) }), /too large/],
  ])("%s", async (_name, file, why) => {
    const found = await read(file);
    expect(found.kind === "wrong" ? found.why : found).toMatch(why);
  });

  test("aZipThatLiesAboutItsSizeSwellsNoFurther", async () => {
    const bomb = zipSync({ "a.csv": new Uint8Array(MOST_ECB_BYTES + 1_000_000) });
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.byteLength);
    // The directory at the end says how large a file is: there as in the file's own head.
    for (let at = 0; at < bomb.length - 4; at++) {
      const mark = view.getUint32(at, true);
      if (mark === 0x04034b50) view.setUint32(at + 22, 1_000, true);
      if (mark === 0x02014b50) view.setUint32(at + 24, 1_000, true);
    }
    const before = process.memoryUsage().arrayBuffers;
    expect((await read(bomb)).kind).toBe("wrong");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MOST_ECB_BYTES);
  });
});
