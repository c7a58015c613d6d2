import { expect, test } from "vitest";
import { DEMO_CARDS } from "../../src/demo/programme.ts";
import { cardNumbersIn } from "./cardNumberScan.ts";
import { testPan } from "./programme.ts";

const pan = testPan(7);

test.each([
  ["raw", `x${pan}y`],
  ["spaced", `${pan.slice(0, 4)} ${pan.slice(4, 8)} ${pan.slice(8, 12)} ${pan.slice(12)}`],
  ["dashed", `${pan.slice(0, 4)}-${pan.slice(4, 8)}-${pan.slice(8, 12)}-${pan.slice(12)}`],
  ["url-encoded", pan.replace(/\d/g, "%3$&")],
  ["base64", Buffer.from(`{"pan":"${pan}"}`).toString("base64")],
  ["hex", Buffer.from(pan).toString("hex")],
  ["inside a longer run", `12${pan}34`],
  ["of the demo", DEMO_CARDS.vistulaWorldElite],
])("findsACardNumberThatIs %s", (_form, text) => {
  expect(cardNumbersIn(text)).not.toEqual([]);
});

test("theMaskAndTheBoundsOfARangeAreNoCardNumbers", () => {
  expect(cardNumbersIn("555555******4444 5555550000000000000 5555559999999999999")).toEqual([]);
});
