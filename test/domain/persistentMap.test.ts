import fc from "fast-check";
import { expect, test } from "vitest";
import { PersistentMap } from "../../src/domain/persistentMap.ts";

// The last three have the same hash to the last bit.
const key = fc.oneof(
  fc.constantFrom("aa", "ba", "", "costarring", "liquid", "bbfnvwgx"),
  fc.string({ maxLength: 3 }),
);
const change = fc.record({ key, value: fc.option(fc.nat(9)) });

test("aPersistentMapIsAMap, and no change is seen in what was there before", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      let ours = PersistentMap.empty<number>();
      const model = new Map<string, number>();
      for (const { key: name, value } of changes) {
        const before = new Map(ours.entries());
        const old = ours;
        ours = value === null ? ours.delete(name) : ours.set(name, value);
        expect(new Map(old.entries())).toEqual(before);
        if (value === null) model.delete(name);
        else model.set(name, value);
        expect(new Map(ours.entries())).toEqual(model);
        expect(ours.size).toBe(model.size);
        expect(ours.get(name)).toBe(model.get(name));
        expect(ours.has(name)).toBe(model.has(name));
      }
    }),
  );
});

test("keys with one hash are kept apart", () => {
  const both = PersistentMap.empty<number>().set("costarring", 1).set("liquid", 2);
  expect([both.get("costarring"), both.get("liquid"), both.size]).toEqual([1, 2, 2]);
  const [one] = [...both.delete("costarring").entries()];
  expect(one).toEqual(["liquid", 2]);
  expect(both.delete("liquid").get("costarring")).toBe(1);
});

test("ofThreeKeysWithOneHashTheOthersStayWhereOneIsTakenOrChanged", () => {
  const keys = ["costarring", "liquid", "bbfnvwgx"];
  const all = keys.reduce((map, name, index) => map.set(name, index), PersistentMap.empty<number>());
  for (const [index, name] of keys.entries()) {
    const others = keys.filter((one) => one !== name);
    const without = all.delete(name);
    expect([...without.entries()].map(([one]) => one)).toEqual(others);
    expect([without.get(name), without.size]).toEqual([undefined, 2]);
    expect(new Map(all.set(name, 9).entries())).toEqual(
      new Map(keys.map((one, at) => [one, at === index ? 9 : at])),
    );
    expect(others.reduce((map, one) => map.delete(one), all).get(name)).toBe(index);
  }
});
