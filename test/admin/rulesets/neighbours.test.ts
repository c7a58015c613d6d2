import { expect, test } from "vitest";
import { neighboursOf, type Ranked } from "../../../src/admin/routes/rulesets/edit/neighbours.ts";

const rule = (name: string, priority: number, services: string[] | null = null): Ranked => ({
  id: name,
  name,
  priority,
  criteria: {
    issuerCountries: null,
    productCodes: null,
    icas: null,
    services,
    locations: null,
    enrolledOnly: null,
    minimumTrust: null,
  },
});

test("theRulesDirectlyAroundAPriorityAreThoseOfTheSameServices", () => {
  const rules = [
    rule("far above", 1),
    rule("above", 50, ["LOUNGE"]),
    rule("above too", 50),
    rule("of another service", 99, ["FAST_LINE"]),
    rule("itself", 100),
    rule("beside", 100, ["LOUNGE", "FAST_LINE"]),
    rule("below", 200),
    rule("far below", 300),
  ];
  const names = (services: string[], priority = 100) => {
    const { above, same, below } = neighboursOf({ id: "itself", priority, services }, rules);
    return [above, same, below].map((found) => found.map(({ name }) => name));
  };
  expect(names(["LOUNGE"])).toEqual([["above", "above too"], ["beside"], ["below"]]);
  expect(names(["FAST_LINE"])).toEqual([["of another service"], ["beside"], ["below"]]);
  // A rule without a service is for all of them.
  expect(names([])).toEqual([["of another service"], ["beside"], ["below"]]);
  expect(names(["LOUNGE"], 0)).toEqual([[], [], ["far above"]]);
  expect(names(["LOUNGE"], 999)).toEqual([["far below"], [], []]);
});
