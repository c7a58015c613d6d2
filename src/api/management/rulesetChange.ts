import {
  ruleset,
  type RulesetCommand,
  type RulesetLife,
  type RulesetRefusal,
} from "../../domain/ruleset/stream.ts";
import { rulesetStream } from "../../domain/ruleset/events.ts";
import { type Instant, iso } from "../../domain/time.ts";
import type { Visibility } from "../../domain/user/access.ts";
import { announceRuleset, keepRulesetAnnounced } from "../../engine/gate/heads.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import type { Services } from "../../engine/services.ts";
import {
  byOf,
  execute,
  type VersionConflict,
  versionConflict,
  type Write,
} from "../../engine/management/commands.ts";
import { shown } from "./records.ts";
import { lifeBeyondScope, visibleRuleset } from "./rulesetScope.ts";
import { rulesetView } from "./rulesetView.ts";
import type { Kit } from "./secured.ts";

/** A command on a ruleset: who may give it, what it comes to, and how it is refused. */

export async function changed(
  { services, deps }: Pick<Kit, "services" | "deps">,
  id: string,
  write: Write,
  visibility: Visibility,
  operation: string,
  command: Unsigned<RulesetCommand>,
) {
  const refused = await writeProblem(services, visibility, id, write);
  if (refused !== null) return refused;
  const done = await changeRuleset(services, write, id, operation, command);
  if (done.kind === "problem") return done;
  return shown(
    await rulesetView(services, deps, done.life, write.now, visibility),
    done.life.revision,
    done.position,
  );
}

type Unsigned<Command> = Command extends unknown ? Omit<Command, "now" | "by"> : never;

interface Ran {
  readonly kind: "ran";
  readonly life: RulesetLife;
  readonly position: string | null;
}

/** A command on a ruleset; every instance looks at the list of rulesets again before its next decision. */
export async function changeRuleset(
  services: Services,
  write: Write,
  id: string,
  operation: string,
  command: Unsigned<RulesetCommand>,
): Promise<Ran | Problem> {
  const stream = rulesetStream(id);
  const done = await execute(services, services.streams.ruleset, write, {
    stream,
    operation,
    announce: async (revision) => {
      await announceRuleset(services, stream, revision);
    },
    decide: (state) => ruleset.decide(state, { ...command, now: write.now, by: byOf(write) }),
  });
  if (done.kind === "refused") return refusedRuleset(done.refusal, write.now);
  const { state, revision } = done.folded;
  // An append that took its time may have been given up by others: nobody would see it for long.
  await keepRulesetAnnounced(services, stream, revision);
  if (state === null) throw new Error("a ruleset that was written is there");
  return { kind: "ran", life: state, position: done.position };
}

function refusedRuleset(refusal: RulesetRefusal | VersionConflict, now: Instant): Problem {
  switch (refusal.code) {
    case "NOT_FOUND":
    case "ALREADY_EXISTS":
    case "NOTHING_TO_PUBLISH":
    case "NOT_PUBLISHED":
    case "NOT_SCHEDULED":
      return problem(refusal.code);
    case "ALREADY_SCHEDULED": {
      const { version, inForceFrom } = refusal;
      const at = iso(inForceFrom);
      const detail = `Version ${String(version)} comes into force at ${at}: send replaceScheduled, or unschedule it first.`;
      return problem("ALREADY_SCHEDULED", detail, { members: { scheduled: { version, inForceFrom: at } } });
    }
    case "VERSION_CONFLICT":
      return versionConflict(refusal);
    case "PUBLISH_IN_THE_PAST":
      return invalid("/at", `it lies in the past: the business time is ${iso(now)}`);
    case "VALIDITY_OVER":
      return invalid("/at", "the draft's validTo lies before it");
    case "NEEDS_ADAPTER": {
      const message = "no adapter for this is connected to the installation";
      return problem("NEEDS_ADAPTER", undefined, { errors: [{ pointer: `/${refusal.what}`, message }] });
    }
  }
}

/** 404 for what is out of sight, 403 for what does not lie wholly inside the scope. */
export async function writeProblem(
  services: Services,
  visibility: Visibility,
  id: string,
  { now }: Write,
): Promise<Problem | null> {
  const life = await visibleRuleset(services, visibility, id);
  return life === null ? problem("NOT_FOUND") : await lifeBeyondScope(services, visibility, life, now);
}
