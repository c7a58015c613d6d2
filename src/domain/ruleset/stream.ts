import type { ActorRef } from "../actor.ts";
import { accept, type Decider, type Decision, refuse, type Expected, isExpected } from "../decider.ts";
import { type Instant, instant, instantOrNull, iso } from "../time.ts";
import type { RulesetBody, RulesetEvent } from "./events.ts";

/** One published version of a ruleset and the stretch of time in which it is the one in force. */
export interface RulesetVersion {
  readonly id: string;
  readonly version: number;
  readonly body: RulesetBody;
  /** From when it was published for; until the next version, or the retirement, took its place. */
  readonly inForceFrom: Instant;
  readonly inForceTo: Instant | null;
}

interface Change {
  readonly at: string;
  readonly by: ActorRef;
}

export interface RulesetLife {
  readonly id: string;
  /** The revision of the last event: what `If-Match` compares. */
  readonly revision: number;
  readonly status: "DRAFT" | "PUBLISHED" | "RETIRED" | "DELETED";
  readonly draft: RulesetBody | null;
  /** Oldest first. */
  readonly versions: readonly RulesetVersion[];
  readonly created: Change;
  readonly modified: Change;
}

export type RulesetState = RulesetLife | null;

function evolve(state: RulesetState, event: RulesetEvent): RulesetState {
  const { at, by } = event.data;
  if (event.type === "RulesetCreated") {
    const { rulesetId: id, body } = event.data;
    const change = { at, by };
    return { id, revision: 0, status: "DRAFT", draft: body, versions: [], created: change, modified: change };
  }
  if (state === null) throw new Error(`${event.type} before RulesetCreated`);
  const next = { ...state, revision: state.revision + 1, modified: { at, by } };
  switch (event.type) {
    case "RulesetDrafted":
      return { ...next, draft: event.data.body };
    case "RulesetPublished": {
      const { version, body } = event.data;
      const inForceFrom = instant(event.data.effectiveAt);
      const before = state.versions.map((one) => endedBy(one, inForceFrom));
      const published = { id: state.id, version, body, inForceFrom, inForceTo: null };
      return { ...next, status: "PUBLISHED", draft: null, versions: [...before, published] };
    }
    case "RulesetUnscheduled": {
      const { version } = event.data;
      const scheduled = state.versions.find((one) => one.version === version);
      if (scheduled === undefined) throw new Error(`version ${String(version)} was never published`);
      const { inForceFrom, body } = scheduled;
      const versions = state.versions.map((one) => {
        if (one.version === version) return { ...one, inForceTo: inForceFrom };
        return one.inForceTo === inForceFrom && one.inForceFrom < inForceFrom
          ? { ...one, inForceTo: null }
          : one;
      });
      return { ...next, draft: state.draft ?? body, versions };
    }
    case "RulesetRetired":
      return { ...next, status: "RETIRED", versions: state.versions.map((one) => endedBy(one, instant(at))) };
    case "RulesetDeleted":
      return { ...next, status: "DELETED", draft: null };
  }
}

/** A version planned for later than what takes its place never comes into force. */
function endedBy(version: RulesetVersion, at: Instant): RulesetVersion {
  if (version.inForceTo !== null && version.inForceTo <= at) return version;
  return { ...version, inForceTo: Math.max(version.inForceFrom, at) };
}

/** The version that is to come into force later; null for none. */
export function scheduledVersion(life: RulesetLife, now: Instant): RulesetVersion | null {
  return life.versions.find((one) => one.inForceFrom > now && one.inForceTo !== one.inForceFrom) ?? null;
}

/** The version in force, else the newest published one; null for a draft that never was. */
export function currentVersion(life: RulesetLife, now: Instant): RulesetVersion | null {
  const inForce = life.versions.find(
    (one) => one.inForceFrom <= now && (one.inForceTo === null || now < one.inForceTo),
  );
  return inForce ?? life.versions.at(-1) ?? null;
}

export const RULESET_PHASES = ["DRAFT", "SCHEDULED", "IN_FORCE", "ENDED", "RETIRED"] as const;
export type RulesetPhase = (typeof RULESET_PHASES)[number];

/** What a ruleset is at a time: its status, and of a published one whether its time has come or is over. */
export function phaseAt(life: RulesetLife, now: Instant): RulesetPhase {
  const { status } = life;
  if (status === "DRAFT" || status === "RETIRED") return status;
  const version = currentVersion(life, now);
  if (version === null) throw new Error(`ruleset ${life.id} is ${status} without a version`);
  if (version.inForceFrom > now) return "SCHEDULED";
  const ends = [version.inForceTo, instantOrNull(version.body.validTo)];
  return ends.some((end) => end !== null && end <= now) ? "ENDED" : "IN_FORCE";
}

interface By {
  readonly now: Instant;
  readonly by: ActorRef;
}

/** The outside systems that are there. */
export interface Connected {
  readonly externalRules: boolean;
  readonly acquirer: boolean;
}

/** `expected`: the revision the caller saw (`If-Match`), or null. */
export type RulesetCommand =
  | ({ readonly type: "Create"; readonly id: string; readonly body: RulesetBody } & By)
  | ({ readonly type: "Draft"; readonly body: RulesetBody; readonly expected: Expected } & By)
  | ({
      readonly type: "Publish";
      readonly effectiveAt: Instant | null;
      /** It takes the place of a version that is scheduled. */
      readonly replaceScheduled: boolean;
      /** What can be asked outside: a version that wants more than that would let nobody in. */
      readonly connected: Connected;
      readonly expected: Expected;
    } & By)
  | ({ readonly type: "Unschedule"; readonly expected: Expected } & By)
  | ({ readonly type: "Retire"; readonly expected: Expected } & By)
  | ({ readonly type: "Delete"; readonly expected: Expected } & By);

export type RulesetRefusal =
  | { readonly code: "NOT_FOUND" }
  | { readonly code: "ALREADY_EXISTS" }
  | { readonly code: "VERSION_CONFLICT"; readonly actual: number }
  | { readonly code: "ALREADY_SCHEDULED"; readonly version: number; readonly inForceFrom: Instant }
  | { readonly code: "NOT_SCHEDULED" }
  | { readonly code: "NOTHING_TO_PUBLISH" }
  | { readonly code: "NOT_PUBLISHED" }
  | { readonly code: "PUBLISH_IN_THE_PAST" }
  | { readonly code: "VALIDITY_OVER" }
  | { readonly code: "NEEDS_ADAPTER"; readonly what: "externalRule" | "verification" };

function decide(state: RulesetState, command: RulesetCommand): Decision<RulesetEvent, RulesetRefusal> {
  const at = iso(command.now);
  const { by } = command;
  if (command.type === "Create") {
    if (state !== null) return refuse({ code: "ALREADY_EXISTS" });
    return accept({ type: "RulesetCreated", data: { rulesetId: command.id, at, by, body: command.body } });
  }
  if (state === null || state.status === "DELETED") return refuse({ code: "NOT_FOUND" });
  if (!isExpected(command.expected, state.revision)) {
    return refuse({ code: "VERSION_CONFLICT", actual: state.revision });
  }
  switch (command.type) {
    case "Draft":
      return accept({ type: "RulesetDrafted", data: { at, by, body: command.body } });
    case "Publish":
      return publish(state, command, at);
    case "Unschedule": {
      const scheduled = scheduledVersion(state, command.now);
      if (scheduled === null) return refuse({ code: "NOT_SCHEDULED" });
      return accept({ type: "RulesetUnscheduled", data: { at, by, version: scheduled.version } });
    }
    case "Retire":
      if (state.status === "RETIRED") return accept();
      if (state.versions.length === 0) return refuse({ code: "NOT_PUBLISHED" });
      return accept({ type: "RulesetRetired", data: { at, by } });
    case "Delete":
      if (state.status === "RETIRED") return accept();
      if (state.versions.length > 0) return accept({ type: "RulesetRetired", data: { at, by } });
      return accept({ type: "RulesetDeleted", data: { at, by } });
  }
}

/** A draft, or for a retired ruleset its last version again. */
function publish(
  state: RulesetLife,
  command: Extract<RulesetCommand, { type: "Publish" }>,
  at: string,
): Decision<RulesetEvent, RulesetRefusal> {
  const last = state.versions.at(-1) ?? null;
  const body = state.draft ?? (state.status === "RETIRED" ? (last?.body ?? null) : null);
  if (body === null) return refuse({ code: "NOTHING_TO_PUBLISH" });
  const scheduled = scheduledVersion(state, command.now);
  if (scheduled !== null && !command.replaceScheduled) {
    const { version, inForceFrom } = scheduled;
    return refuse({ code: "ALREADY_SCHEDULED", version, inForceFrom });
  }
  if (command.effectiveAt !== null && command.effectiveAt < command.now) {
    return refuse({ code: "PUBLISH_IN_THE_PAST" });
  }
  const validTo = instantOrNull(body.validTo);
  if (validTo !== null && validTo <= (command.effectiveAt ?? command.now))
    return refuse({ code: "VALIDITY_OVER" });
  const { connected } = command;
  if (body.externalRule !== null && !connected.externalRules)
    return refuse({ code: "NEEDS_ADAPTER", what: "externalRule" });
  if (body.verification !== null && body.verification.mode !== "NONE" && !connected.acquirer) {
    return refuse({ code: "NEEDS_ADAPTER", what: "verification" });
  }
  const effectiveAt = iso(command.effectiveAt ?? command.now);
  const { by } = command;
  const version = (last?.version ?? 0) + 1;
  return accept(
    ...(scheduled === null
      ? []
      : [{ type: "RulesetUnscheduled" as const, data: { at, by, version: scheduled.version } }]),
    { type: "RulesetPublished", data: { at, by, version, effectiveAt, body } },
  );
}

export const ruleset: Decider<RulesetState, RulesetEvent, RulesetCommand, RulesetRefusal> = {
  initial: null,
  evolve,
  decide,
};
