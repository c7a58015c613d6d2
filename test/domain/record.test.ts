import { describe, expect, test } from "vitest";
import { key } from "../../src/domain/key/events.ts";
import { location } from "../../src/domain/location/events.ts";
import { merchant } from "../../src/domain/merchant/events.ts";
import type { RecordStream } from "../../src/domain/record.ts";
import { DAY, iso } from "../../src/domain/time.ts";
import { EVERYTHING } from "../../src/domain/user/access.ts";
import { user } from "../../src/domain/user/events.ts";
import { NOW } from "../support/domain/fixtures.ts";
import { scenario } from "../support/domain/givenWhenThen.ts";
import { ADMIN, MERCHANT } from "../support/domain/ids.ts";

const by = { now: NOW, by: ADMIN };
const OTHER = { id: "01J00000000000000000000VB2", role: "USER" };

function behaves<Body>(name: string, stream: RecordStream<Body>, body: Body, changed: Body): void {
  const created = scenario(stream).after({ type: "Create", id: MERCHANT, ...by, body });

  describe(name, () => {
    test("created once", () => {
      scenario(stream)
        .when({ type: "Create", id: MERCHANT, ...by, body })
        .then({ type: `${name}Created`, data: { id: MERCHANT, at: iso(NOW), by: ADMIN, body } });
      created.when({ type: "Create", id: MERCHANT, ...by, body }).thenRefused({ code: "ALREADY_EXISTS" });
    });

    test("changed, and who did it is kept beside who made it", () => {
      const { state } = created
        .when({ type: "Change", now: NOW + DAY, by: OTHER, body: changed, expected: 0 })
        .then({ type: `${name}Changed`, data: { id: MERCHANT, body: changed } });
      expect(state).toEqual({
        id: MERCHANT,
        revision: 1,
        body: changed,
        deleted: false,
        createdAt: iso(NOW),
        createdBy: ADMIN,
        modifiedAt: iso(NOW + DAY),
        modifiedBy: OTHER,
      });
    });

    test("changed or deleted only at the revision that was seen", () => {
      const stale = { expected: 7 };
      created
        .when({ type: "Change", ...by, body: changed, ...stale })
        .thenRefused({ code: "VERSION_CONFLICT", actual: 0 });
      created.when({ type: "Delete", ...by, ...stale }).thenRefused({ code: "VERSION_CONFLICT", actual: 0 });
      created
        .when({ type: "Delete", ...by, expected: null })
        .then({ type: `${name}Deleted`, data: { body } });
    });

    test("what is not there, or was deleted, can't be changed, deleted or made again", () => {
      const deleted = created.after({ type: "Delete", ...by, expected: 0 });
      expect(deleted.state).toMatchObject({ deleted: true, body, revision: 1 });
      for (const none of [scenario(stream), deleted]) {
        none.when({ type: "Change", ...by, body, expected: null }).thenRefused({ code: "NOT_FOUND" });
        none.when({ type: "Delete", ...by, expected: null }).thenRefused({ code: "NOT_FOUND" });
      }
      deleted.when({ type: "Create", id: MERCHANT, ...by, body }).thenRefused({ code: "ALREADY_EXISTS" });
    });

    test("its stream and events bear its name, and events survive storage", () => {
      expect(stream.stream("x")).toBe(`${name.toLowerCase()}-x`);
      expect(stream.types).toEqual([`${name}Created`, `${name}Changed`, `${name}Deleted`]);
      for (const type of stream.types) {
        const event = { type, data: { id: MERCHANT, at: iso(NOW), by: ADMIN, body } };
        expect(stream.event.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
      }
      expect(
        stream.event.safeParse({
          type: "SomethingElse",
          data: { id: MERCHANT, at: iso(NOW), by: ADMIN, body },
        }).success,
      ).toBe(false);
      expect(() =>
        scenario(stream).given({
          type: `${name}Changed`,
          data: { id: MERCHANT, at: iso(NOW), by: ADMIN, body },
        }),
      ).toThrow();
    });
  });
}

behaves("Merchant", merchant, { name: "A" }, { name: "B" });

const PLACE = {
  name: "Lounge",
  countryCode: "POL",
  service: "LOUNGE" as const,
  postalCode: "00-001",
  city: "Warszawa",
  address: null,
  cooldownMinutes: null,
  merchantId: MERCHANT,
  timeZone: "Europe/Warsaw",
  offlineAllowed: true,
};
behaves("Location", location, PLACE, { ...PLACE, cooldownMinutes: 60 });

const PERSON = {
  email: "a@example.com",
  firstName: "A",
  lastName: "B",
  role: "USER" as const,
  scope: EVERYTHING,
  disabled: false,
};
behaves("User", user, PERSON, { ...PERSON, role: "AUDITOR" as const });

const KEY = {
  name: "till",
  role: "SERVICE_PROVIDER" as const,
  scope: { ...EVERYTHING, merchantIds: [MERCHANT] },
};
behaves("Key", key, KEY, { ...KEY, scope: EVERYTHING });
