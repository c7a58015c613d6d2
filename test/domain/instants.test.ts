import fc from "fast-check";
import { expect, test } from "vitest";
import { Instants } from "../../src/domain/instants.ts";

const at = fc.integer({ min: 0, max: 40 });
const change = fc.record({ at, add: fc.boolean() });

test("instantsAreASortedList, through their texts too", () => {
  fc.assert(
    fc.property(
      fc.array(at, { maxLength: 30 }),
      fc.array(change, { maxLength: 60 }),
      at,
      at,
      fc.boolean(),
      (first, changes, from, to, stored) => {
        let ours = Instants.of(first);
        let model = [...first].sort((a, b) => a - b);
        for (const { at: one, add } of changes) {
          ours = add ? ours.with(one) : ours.without(one);
          const last = model.findLastIndex((other) => other <= one);
          if (add) model = [...model, one].sort((a, b) => a - b);
          else if (last >= 0) model = model.filter((_, index) => index !== last);
          if (stored) ours = Instants.fromTexts(ours.toTexts());
          expect([...ours]).toEqual(model);
        }
        expect(ours.size).toBe(model.length);
        expect(ours.before(from)).toBe(model.filter((one) => one < from).length);
        expect(ours.within({ from, to })).toBe(model.filter((one) => from <= one && one < to).length);
        expect(ours.before(Number.POSITIVE_INFINITY)).toBe(model.length);
        expect([-1, 0, 1, model.length - 1, model.length].map((index) => ours.at(index))).toEqual(
          [-1, 0, 1, model.length - 1, model.length].map((index) => model[index]),
        );
      },
    ),
  );
});

test("manyInstantsStandInChunksThatAreSplit, and each is found", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ((index * 7_919) % 5_000) * 1_000);
  const sorted = [...many].sort((a, b) => a - b);
  const grown = many.reduce((instants, one) => instants.with(one), Instants.none);
  expect([...grown]).toEqual(sorted);
  const read = Instants.fromTexts(grown.toTexts());
  expect(grown.toTexts().length).toBeGreaterThan(4);
  for (let index = 0; index < sorted.length; index += 97) {
    const one = sorted[index] ?? 0;
    expect(read.at(index)).toBe(one);
    expect(read.before(one)).toBe(sorted.indexOf(one));
    expect(read.before(one + 1)).toBe(sorted.lastIndexOf(one) + 1);
  }
  const empty = sorted.reduce((instants, one) => instants.without(one), read);
  expect([empty.size, ...empty.toTexts()]).toEqual([0]);
});
