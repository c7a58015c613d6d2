import { expect, test } from "vitest";
import { device, type DeviceCommand } from "../../../src/domain/device/device.ts";
import { NOW } from "../../support/domain/fixtures.ts";
import { scenario } from "../../support/domain/givenWhenThen.ts";
import { ADMIN, TERMINAL } from "../../support/domain/ids.ts";

const by = { now: NOW, by: ADMIN };
const described = { name: "Desk", description: null, configuration: {}, tags: {} };
const create: DeviceCommand = {
  type: "Create",
  ...by,
  ...{ deviceId: "DV1", serialNumber: TERMINAL, merchantId: "M", model: "PAX_A800", described },
};
const activate = (commandId: string): DeviceCommand => ({ type: "Activate", now: NOW, commandId });
const deactivate: DeviceCommand = { type: "Deactivate", ...by };
const made = scenario(device).after(create);

test("aDeviceIsMadeOnceAndIsNotEnabled", () => {
  expect(made.state).toMatchObject({ id: "DV1", enabled: false, revision: 0 });
  made.when(create).thenRefused({ code: "ALREADY_EXISTS" });
  scenario(device).when(deactivate).thenRefused({ code: "NOT_FOUND" });
});

test("anActivationCountsOnceAlsoWhenItIsToldAgainAfterADeactivation", () => {
  const active = made.after(activate("CM1"));
  expect(active.state?.enabled).toBe(true);
  active.when(activate("CM1")).thenNothing();
  const idle = active.after(deactivate);
  idle.when(activate("CM1")).thenNothing();
  idle.when(deactivate).thenNothing();
  expect(idle.after(activate("CM2")).state?.enabled).toBe(true);
});

test("whatIsChangedIsChangedOnTopOfWhatIsThere", () => {
  const rename: DeviceCommand = {
    type: "Describe",
    ...by,
    described: (before) => ({ ...before, name: "Bar" }),
    expected: 0,
  };
  expect(made.after(rename).state).toMatchObject({ name: "Bar", description: null, revision: 1 });
  made.after(rename).when(rename).thenRefused({ code: "VERSION_CONFLICT", actual: 1 });
});
