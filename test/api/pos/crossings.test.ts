import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type AuthenticatedTerminal,
  TerminalAuthenticator,
} from "../../../src/engine/terminals/authenticate.ts";
import type { Checked } from "../../../src/engine/entry/attempt.ts";
import { checkEntry } from "../../../src/engine/entry/check.ts";
import { confirmEntry } from "../../../src/engine/entry/confirm.ts";
import { commitPlace } from "../../../src/engine/budget/commit.ts";
import { createServices, type Services } from "../../../src/engine/services.ts";
import { sweeperMeta } from "../../../src/engine/sweeperMeta.ts";
import { Sweeper } from "../../../src/engine/sweeper.ts";
import { changeRuleset } from "../../../src/api/management/rulesetChange.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { cardStream } from "../../../src/domain/card/events.ts";
import { quotaStream } from "../../../src/domain/quota/events.ts";
import { terminalStream } from "../../../src/domain/terminal/events.ts";
import { EVERYTHING } from "../../../src/domain/user/access.ts";
import { holdIn } from "../../support/domain/holds.ts";
import { Crash, CrashingLog } from "../../support/crashingLog.ts";
import { HookedLog } from "../../support/hookedLog.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** What crosses on its way, as simulations have found it: each of these once had another outcome. */
let product: TestServer;
let pans = 60_000;

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
});
afterAll(async () => {
  await product.stop();
});

async function authenticated(terminal: Terminal): Promise<AuthenticatedTerminal> {
  const { state: life } = await product.server.services.streams.terminal.refresh(
    `terminal-${terminal.serialNumber}`,
  );
  if (life === null) throw new Error("the terminal is paired");
  return {
    kind: "authenticated",
    life,
    revision: life.revision,
    shown: { token: "", certificate: null },
    credentialId: "",
  };
}

/** A tap at another instance, which shares log and database with the server. */
async function checkAt(
  services: Services,
  terminal: Terminal,
  pan: string,
  requestId: string,
): Promise<Checked> {
  const card = { pan, entryMode: "CONTACTLESS" as const };
  const input = { terminal: await authenticated(terminal), requestId, card, traceId: "0" };
  return await checkEntry(services, new TerminalAuthenticator(services), input);
}

async function placeTerminal(terminal: Terminal, locationId: string | null): Promise<void> {
  await product.admin.send("PUT", `/api/terminals/${terminal.serialNumber}`, {
    locationId,
    profile: "standard",
  });
}

async function cardOf(pan: string): Promise<string> {
  const { body } = await product.admin.send("POST", "/api/cards/lookup", { pan });
  if (typeof body !== "object" || body === null || !("cardId" in body)) throw new Error("a card is wanted");
  return String(body.cardId);
}

async function freeze(pan: string, how: "freeze" | "unfreeze"): Promise<void> {
  await product.admin.send("POST", `/api/cards/${await cardOf(pan)}/${how}`, { reason: "test" });
}

test("aGrantIsRepeatedAlthoughTheTerminalHasLostItsPlaceSince", async () => {
  const { terminal, locationId } = await simpleProgramme(product.admin, product.url);
  const pan = testPan(++pans);
  const first = await check(terminal, pan, "tap");
  await placeTerminal(terminal, null);
  expect((await check(terminal, pan, "tap")).body).toEqual(first.body);
  expect(outcome(await check(terminal, pan, "another")).code).toBe("UNKNOWN_DEVICE");
  await placeTerminal(terminal, locationId);
  expect(outcome(await check(terminal, pan, "another")).code).toBe("UNKNOWN_DEVICE");
});

test("aRefusalWithoutAPlaceStaysSoWhenItsInstanceDiedRightAfterIt", async () => {
  const { terminal, locationId } = await simpleProgramme(product.admin, product.url);
  const pan = testPan(++pans);
  await placeTerminal(terminal, null);
  const { services } = product.server;
  const dying = createServices({ ...services, log: new CrashingLog(services.log, 0, "after") });
  await expect(checkAt(dying, terminal, pan, "tap")).rejects.toThrow(Crash);
  await placeTerminal(terminal, locationId);
  expect(outcome(await check(terminal, pan, "tap")).code).toBe("UNKNOWN_DEVICE");
});

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  const signal = { give: (): void => undefined };
  const given = new Promise<void>((resolve) => {
    signal.give = resolve;
  });
  return { given, give: () => signal.give() };
}

const VERDICTS = ["EntryGranted", "EntryRejected", "AttemptRefused"];

/** Every verdict of a card that is in the log, in its own stream or in the terminal's. */
async function verdictsOf(terminal: Terminal, pan: string): Promise<readonly string[]> {
  const { log } = product.server.services;
  const own = await log.read(cardStream(await cardOf(pan)));
  const device = await log.read(terminalStream(terminal.serialNumber));
  return [...own, ...device].map(({ type }) => type).filter((type) => VERDICTS.includes(type));
}

test("aTapUnderWayIsNotDecidedAfterItsRepeatWasRefusedWithoutAPlace", async () => {
  const { terminal, locationId } = await simpleProgramme(product.admin, product.url);
  const pan = testPan(++pans);
  const { services } = product.server;
  const log = new HookedLog(services.log, "beforeAppend", "card-", async () => {
    await placeTerminal(terminal, null);
    expect(outcome(await check(terminal, pan, "tap")).code).toBe("UNKNOWN_DEVICE");
    await placeTerminal(terminal, locationId);
  });
  const first = await checkAt(createServices({ ...services, log }), terminal, pan, "tap");
  expect(first).toMatchObject({ kind: "problem", code: "UNAVAILABLE" });
  expect(outcome(await check(terminal, pan, "tap")).code).toBe("UNKNOWN_DEVICE");
  expect(await verdictsOf(terminal, pan)).toEqual(["AttemptRefused"]);
});

test("aTapThatComesToItsCardAfterItsRepeatWasRefusedWithoutAPlaceIsAnsweredLikeIt", async () => {
  const { terminal, locationId } = await simpleProgramme(product.admin, product.url);
  const pan = testPan(++pans);
  await freeze(pan, "freeze");
  const { services } = product.server;
  const log = new HookedLog(services.log, "beforeRead", "card-", async () => {
    await placeTerminal(terminal, null);
    expect(outcome(await check(terminal, pan, "tap")).code).toBe("UNKNOWN_DEVICE");
    await placeTerminal(terminal, locationId);
  });
  const first = await checkAt(createServices({ ...services, log }), terminal, pan, "tap");
  expect(first.kind === "checked" && first.verdict.event.type).toBe("AttemptRefused");
  expect(await verdictsOf(terminal, pan)).toEqual(["AttemptRefused"]);
});

test("aTapWithoutAPlaceIsNotRefusedAfterItsRepeatWasDecidedAtOne", async () => {
  const { terminal, locationId } = await simpleProgramme(product.admin, product.url);
  const pan = testPan(++pans);
  await placeTerminal(terminal, null);
  const { services } = product.server;
  const granted: { accessId: string | null } = { accessId: null };
  const log = new HookedLog(services.log, "afterRead", "card-", async () => {
    await placeTerminal(terminal, locationId);
    granted.accessId = outcome(await check(terminal, pan, "tap")).accessId;
    await placeTerminal(terminal, null);
  });
  const first = await checkAt(createServices({ ...services, log }), terminal, pan, "tap");
  expect(first.kind === "checked" && first.verdict.event).toMatchObject({
    type: "EntryGranted",
    data: { accessId: granted.accessId },
  });
  expect(await verdictsOf(terminal, pan)).toEqual(["EntryGranted"]);
});

test("aTapWithoutAPlaceIsNotRefusedWhereItsRepeatIsDecidedRightBeforeTheRefusal", async () => {
  const { terminal, locationId } = await simpleProgramme(product.admin, product.url);
  const pan = testPan(++pans);
  await placeTerminal(terminal, null);
  const { services } = product.server;
  // A repeat that has passed the gate before the refusal was registered, and decides after it.
  const arrived = signal();
  const passed = signal();
  const repeating = createServices({
    ...services,
    log: new HookedLog(services.log, "beforeAppend", "card-", async () => {
      arrived.give();
      await passed.given;
    }),
  });
  const slow: { checked: Promise<Checked> | null } = { checked: null };
  const first = createServices({
    ...services,
    log: new HookedLog(services.log, "beforeRead", "card-", async () => {
      await placeTerminal(terminal, locationId);
      slow.checked = checkAt(repeating, terminal, pan, "tap");
      await arrived.given;
      await placeTerminal(terminal, null);
    }),
  });
  const checked = await checkAt(first, terminal, pan, "tap");
  passed.give();
  const repeat = await slow.checked;
  expect(checked.kind === "checked" && checked.verdict.event.type).toBe("AttemptRefused");
  expect(repeat).toMatchObject({ kind: "problem", code: "UNAVAILABLE" });
  expect(await verdictsOf(terminal, pan)).toEqual(["AttemptRefused"]);
});

test("aRulesetIsRetiredEverywhereAlthoughOthersHadGivenItsRetirementUp", async () => {
  const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url);
  const { services } = product.server;
  const log = new HookedLog(services.log, "beforeAppend", "ruleset-", async () => {
    await services.pool.query("update stream_heads set raised_at = now() - interval '2 minutes'");
    expect(outcome(await check(terminal, testPan(++pans))).decision).toBe("GRANTED");
  });
  const write = {
    principal: { kind: "user" as const, id: "admin", role: "ADMIN" as const, scope: EVERYTHING },
    now: services.now(),
    traceId: "0",
    seed: services.newId(),
    resumed: false,
    expected: null,
  };
  const slow = createServices({ ...services, log });
  const done = await changeRuleset(slow, write, rulesetId, "retire", { type: "Retire", expected: null });
  expect(done.kind).toBe("ran");
  expect(outcome(await check(terminal, testPan(++pans))).code).toBe("MISSING_ACCESS_RULES");
});

test("aRejectionStaysSoWhenThePlaceOfItsFirstTryIsGivenUpLater", async () => {
  const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, {
    totalUsage: { max: 5 },
  });
  const pan = testPan(++pans);
  const { services, projections } = product.server;
  const dying = createServices({ ...services, log: new CrashingLog(services.log, 0, "after") });
  await expect(checkAt(dying, terminal, pan, "tap")).rejects.toThrow(Crash);
  await freeze(pan, "freeze");
  const rejected = await check(terminal, pan, "tap");
  expect(outcome(rejected).code).toBe("CARD_FROZEN");
  await product.admin.send("POST", "/api/test-clock", { advance: "PT10M" });
  const sweeper = new Sweeper(services, projections);
  const places = async () => (await services.streams.quota.refresh(quotaStream(rulesetId))).state.open.size;
  while ((await places()) > 0) {
    const last = (await services.log.read(quotaStream(rulesetId))).at(-1);
    if (last !== undefined) await projections.waitFor(last.position, 10_000);
    await sweeper.sweep();
  }
  await freeze(pan, "unfreeze");
  expect((await check(terminal, pan, "tap")).body).toEqual(rejected.body);
});

test("aVisitConfirmedLateKeepsItsPlaceAlthoughItsInstanceDiedBeforeItTookIt", async () => {
  const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, {
    totalUsage: { max: 1 },
  });
  const pan = testPan(++pans);
  const { accessId } = outcome(await check(terminal, pan));
  await product.admin.send("POST", "/api/test-clock", { advance: "PT10M" });
  // Lapses the first one, and takes its place.
  const other = outcome(await check(terminal, testPan(++pans)));
  expect(other.decision).toBe("GRANTED");
  const { services, projections } = product.server;
  // Its appends: the place, the confirmation, and the place's commit, which is lost.
  const dying = createServices({ ...services, log: new CrashingLog(services.log, 2, "before") });
  const dead = confirmEntry(dying, new TerminalAuthenticator(dying), () => Promise.resolve(null), {
    terminal: await authenticated(terminal),
    requestId: "late",
    accessId,
    guests: { adults: 0, children: 0, freeChildren: 0 },
    payment: null,
    traceId: "0",
  });
  await expect(dead).rejects.toThrow(Crash);
  const holdOf = async () =>
    holdIn((await services.streams.quota.refresh(quotaStream(rulesetId))).state, accessId);
  expect(await holdOf()).toBe("RESERVED");
  const last = (await services.log.read(quotaStream(rulesetId))).at(-1);
  if (last !== undefined) await projections.waitFor(last.position, 10_000);
  await new Sweeper(services, projections).sweep();
  expect(await holdOf()).toBe("COMMITTED");
  // Told again by the terminal that lost the answer.
  expect((await confirm(terminal, accessId)).body).toMatchObject({
    status: "COMPLETED",
    flags: ["OVER_LIMIT"],
  });
});

test("anInstanceWhoseClockIsBehindJudgesACardNoEarlierThanItsLastEvent", async () => {
  const { terminal } = await simpleProgramme(product.admin, product.url, { totalUsage: { max: 5 } });
  const pan = testPan(++pans);
  const { accessId } = outcome(await check(terminal, pan));
  await terminal.client.send("POST", "/pos/cancel_entry", { accessId });
  const { services } = product.server;
  // Before the ruleset came into force.
  const behind = createServices({ ...services, now: () => services.now() - 30_000 });
  const checked = await checkAt(behind, terminal, pan, "tap");
  expect(checked.kind === "checked" && checked.verdict.event.type).toBe("EntryGranted");
});

test("aPlaceThatIsCommittedAfterItsVisitWasReversedIsFree", async () => {
  const { terminal, rulesetId } = await simpleProgramme(product.admin, product.url, {
    totalUsage: { max: 5 },
  });
  const pan = testPan(++pans);
  const { accessId } = outcome(await check(terminal, pan));
  await confirm(terminal, accessId);
  await product.admin.send("POST", `/api/operations/${accessId}/reversal`, {});
  const { services } = product.server;
  const { identity: _own, ...meta } = sweeperMeta(services, "confirm", accessId);
  const now = services.now();
  // What the confirmation does last, had it been that slow.
  await commitPlace(services, rulesetId, { accessId, cardId: await cardOf(pan), now, meta }, now);
  expect([...(await services.streams.quota.refresh(quotaStream(rulesetId))).state.instants]).toEqual([]);
});
