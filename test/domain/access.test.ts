import { describe, expect, test } from "vitest";
import {
  callerOf,
  EVERYTHING,
  isUnlimited,
  MAY,
  mayWritePlaces,
  PERMISSIONS,
  ROLES,
  seesIca,
  seesPlace,
  visibilityOf,
} from "../../src/domain/user/access.ts";
import { LOCATION, LOCATIONS, MERCHANT } from "../support/domain/ids.ts";

describe("the role table", () => {
  test("the Admin may everything, nobody else reaches users, keys and the system", () => {
    expect([...MAY.ADMIN].sort()).toEqual([...PERMISSIONS].sort());
    for (const role of ROLES.filter((one) => one !== "ADMIN")) {
      for (const only of ["users:write", "keys:write", "system:write", "connections:test"] as const)
        expect(MAY[role].has(only)).toBe(false);
    }
  });

  test("only Admin and Service Provider reverse; an Auditor changes nothing", () => {
    expect(ROLES.filter((role) => MAY[role].has("operations:reverse"))).toEqual([
      "ADMIN",
      "SERVICE_PROVIDER",
    ]);
    // What is read may be taken along as a file.
    expect([...MAY.AUDITOR].filter((permission) => !/:(read|export)$/.test(permission))).toEqual([]);
    for (const only of ["audit:read", "connections:read"] as const)
      expect(ROLES.filter((role) => MAY[role].has(only))).toEqual(["ADMIN", "AUDITOR"]);
    expect(ROLES.filter((role) => MAY[role].has("imports:read"))).toEqual(["ADMIN", "USER", "AUDITOR"]);
  });
});

describe("scope", () => {
  const here = { locationId: LOCATION, merchantId: null };
  const merchants = { locationId: LOCATIONS[1], merchantId: MERCHANT };

  test.each([
    ["ADMIN", EVERYTHING, true, true, true],
    ["SERVICE_PROVIDER", EVERYTHING, false, false, true],
    ["SERVICE_PROVIDER", { ...EVERYTHING, locationIds: [LOCATION] }, true, false, true],
    ["SERVICE_PROVIDER", { ...EVERYTHING, merchantIds: [MERCHANT] }, false, true, true],
    ["SERVICE_PROVIDER", { ...EVERYTHING, locationIds: [LOCATION], icas: ["0001234"] }, true, false, true],
    ["SERVICE_PROVIDER", { ...EVERYTHING, locationIds: [LOCATION], icas: ["0005678"] }, true, false, false],
    ["ISSUER", EVERYTHING, true, true, false],
    ["ISSUER", { ...EVERYTHING, icas: ["0001234"] }, true, true, true],
    ["ISSUER", { ...EVERYTHING, icas: ["0005678"] }, true, true, false],
    ["USER", { ...EVERYTHING, icas: ["0005678"] }, true, true, false],
    ["USER", { ...EVERYTHING, locationIds: [LOCATION] }, true, false, true],
  ] as const)("%s with %o", (role, scope, seesHere, seesMerchant, seesCard) => {
    const limits = {
      icas: [...scope.icas],
      merchantIds: [...scope.merchantIds],
      locationIds: [...scope.locationIds],
    };
    const visibility = visibilityOf({ role, scope: limits });
    expect(seesPlace(visibility, here)).toBe(seesHere);
    expect(seesPlace(visibility, merchants)).toBe(seesMerchant);
    expect(seesIca(visibility, "0001234")).toBe(seesCard);
  });

  test("whoever is limited does not see what belongs to nobody", () => {
    const limited = { icas: ["0001234"], merchantIds: [MERCHANT], locationIds: [] };
    const visibility = visibilityOf({ role: "USER", scope: limited });
    expect(seesPlace(visibility, { locationId: null, merchantId: null })).toBe(false);
    expect(seesIca(visibility, null)).toBe(false);
  });

  test("whoeverHasNoLimitSeesWhatBelongsToNobody", () => {
    const visibility = visibilityOf({ role: "ADMIN", scope: EVERYTHING });
    expect(visibility).toEqual({ places: null, icas: null });
    expect(seesPlace(visibility, { locationId: null, merchantId: null })).toBe(true);
    expect(seesIca(visibility, null)).toBe(true);
  });

  test.each([
    { places: null, icas: null, unlimited: true, writes: true },
    { places: null, icas: ["0001234"], unlimited: false, writes: false },
    { places: { merchantIds: [], locationIds: [] }, icas: null, unlimited: false, writes: true },
    { places: { merchantIds: [], locationIds: [] }, icas: ["0001234"], unlimited: false, writes: true },
  ])("limits %o", ({ unlimited, writes, ...visibility }) => {
    expect(isUnlimited(visibility)).toBe(unlimited);
    expect(mayWritePlaces(visibility)).toBe(writes);
  });
});

test("aCallerIsNamedByItsKindAndId", () => {
  const principal = { role: "ADMIN", scope: EVERYTHING } as const;
  expect(callerOf({ kind: "user", id: "u1", ...principal })).toBe("user u1");
  expect(callerOf({ kind: "key", id: "u1", ...principal })).toBe("key u1");
});
