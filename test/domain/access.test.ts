import { describe, expect, test } from "vitest";
import {
  EVERYTHING,
  MAY,
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
      for (const only of ["users:write", "keys:write", "system:write"] as const)
        expect(MAY[role].has(only)).toBe(false);
    }
  });

  test("only Admin and Service Provider reverse; an Auditor changes nothing", () => {
    expect(ROLES.filter((role) => MAY[role].has("operations:reverse"))).toEqual([
      "ADMIN",
      "SERVICE_PROVIDER",
    ]);
    expect([...MAY.AUDITOR].filter((permission) => !permission.endsWith(":read"))).toEqual([]);
    expect(ROLES.filter((role) => MAY[role].has("audit:read"))).toEqual(["ADMIN", "AUDITOR"]);
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
});
