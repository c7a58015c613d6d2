import { changeCard } from "../../src/api/management/cards.ts";
import { byOf, execute, type Write } from "../../src/engine/management/commands.ts";
import { once } from "../../src/engine/management/idempotency.ts";
import { reverse } from "../../src/engine/management/reversal.ts";
import { changeRuleset } from "../../src/api/management/rulesetChange.ts";
import { cardOfPan } from "../../src/engine/vaultCards.ts";
import { type Problem, problem } from "../../src/api/http/problems.ts";
import { type Reply, reply } from "../../src/api/http/answer.ts";
import type { RulesetBody } from "../../src/domain/ruleset/events.ts";
import { terminalStream } from "../../src/domain/terminal/events.ts";
import type { TerminalCommand } from "../../src/domain/terminal/commands.ts";
import { terminal } from "../../src/domain/terminal/terminal.ts";
import { EVERYTHING, type Principal, visibilityOf } from "../../src/domain/user/access.ts";
import { isOutage } from "./desk.ts";
import type { Instance } from "./instance.ts";
import { PUBLIC_KEY } from "./programme.ts";
import type { Scheduler } from "./scheduler.ts";

/** What an administrator does. */
export type Deed =
  | { readonly kind: "freeze" | "unfreeze" | "enroll"; readonly pan: string }
  | { readonly kind: "adjust"; readonly pan: string; readonly rulesetId: string; readonly free: number }
  | { readonly kind: "reverse"; readonly accessId: string; readonly guests: number | null }
  | { readonly kind: "draft"; readonly rulesetId: string; readonly body: RulesetBody }
  | { readonly kind: "publish" | "retire"; readonly rulesetId: string }
  | { readonly kind: "move"; readonly terminal: string; readonly locationId: string | null }
  | { readonly kind: "suspend" | "resume" | "unpair" | "pair"; readonly terminal: string };

/** A deed under its Idempotency-Key, however often it is sent. */
export interface Errand {
  readonly key: string;
  readonly deed: Deed;
  /** Steps of the scheduler: when it was first sent, and when the first answer was heard. */
  readonly from: number;
  /** In milliseconds since 1970. */
  readonly at: number;
  to: number | null;
  /** What was answered; a problem by its code. Null while nothing was heard. */
  answer: string | null;
}

const ADMIN: Principal = { kind: "user", id: "admin", role: "ADMIN", scope: EVERYTHING };

/** The administrators, and what they have done. */
export class Office {
  readonly errands: Errand[] = [];
  readonly surprises: string[] = [];
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  newErrand(deed: Deed): Errand {
    const key = `errand ${String(this.errands.length)}`;
    const { steps: from, time } = this.#scheduler;
    const errand: Errand = { key, deed, from, at: time.now, to: null, answer: null };
    this.errands.push(errand);
    return errand;
  }

  async run(errand: Errand, instance: Instance): Promise<void> {
    const { key, deed } = errand;
    const note = (outcome: string): void =>
      this.#scheduler.note(`${key} (${deed.kind}) at ${instance.life.name}: ${outcome}`);
    note("asked");
    try {
      const answer = await instance.life.ask(async () => {
        const { services } = instance;
        const now = services.now();
        return await once<Problem>(services, "user admin", key, deed, async ({ seed, resumed }) => {
          const write = { principal: ADMIN, now, traceId: "0", seed, resumed, expected: null };
          return await perform(instance, write, deed);
        });
      });
      const heard = answer.kind === "problem" ? answer.code : textOf(answer.body);
      note(heard);
      if (this.#scheduler.weather.losesAnswer()) return;
      if (heard === "UNAVAILABLE" || heard === "IDEMPOTENCY_KEY_IN_USE") return;
      if (answer.kind === "reply" && errand.answer !== null && errand.answer !== heard) {
        this.surprises.push(`${key} was answered with ${errand.answer}, and then with ${heard}`);
      }
      errand.answer ??= heard;
      errand.to ??= this.#scheduler.steps;
    } catch (error) {
      note(error instanceof Error ? `${error.name}: ${error.message}` : "an error");
      if (!isOutage(error)) this.surprises.push(`${key}: ${String(error)}`);
    }
  }
}

/** A repeat comes as the text that was sent the first time. */
function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

async function perform(instance: Instance, write: Write, deed: Deed): Promise<Reply | Problem> {
  const { services, projections } = instance;
  switch (deed.kind) {
    case "freeze":
    case "unfreeze":
    case "enroll":
    case "adjust": {
      const { cardId } = await cardOfPan(services, deed.pan);
      return answered(await changeCard(services, write, cardId, deed.kind, handCommand(deed, write)));
    }
    case "reverse": {
      const guests = deed.guests === null ? null : { adults: deed.guests, children: 0, freeChildren: 0 };
      const deps = { projections, secureCookies: false };
      const reversal = { accessId: deed.accessId, reason: null, guests };
      return answered(await reverse(services, deps, write, visibilityOf(write.principal), reversal));
    }
    case "draft":
      return answered(
        await changeRuleset(services, write, deed.rulesetId, "draft", {
          type: "Draft",
          body: deed.body,
          expected: null,
        }),
      );
    case "publish":
      return answered(
        await changeRuleset(services, write, deed.rulesetId, "publish", {
          type: "Publish",
          connected: { externalRules: false, acquirer: false },
          effectiveAt: null,
          replaceScheduled: false,
          expected: null,
        }),
      );
    case "retire":
      return answered(
        await changeRuleset(services, write, deed.rulesetId, "retire", { type: "Retire", expected: null }),
      );
    case "move":
    case "suspend":
    case "resume":
    case "unpair":
    case "pair":
      return await changeTerminal(instance, write, deed);
  }
}

type CardDeed = Extract<Deed, { readonly pan: string }>;

function handCommand(deed: CardDeed, write: Write): Parameters<typeof changeCard>[4] {
  const reason = "simulation";
  switch (deed.kind) {
    case "freeze":
      return { type: "FreezeCard", reason };
    case "unfreeze":
      return { type: "UnfreezeCard", reason };
    case "enroll":
      return { type: "EnrollCard", reason };
    case "adjust": {
      const { rulesetId, free } = deed;
      return { type: "AdjustVisits", adjustmentId: write.seed, rulesetId, free, paid: 0, reason };
    }
  }
}

type TerminalDeed = Extract<Deed, { readonly terminal: string }>;

async function changeTerminal(
  instance: Instance,
  write: Write,
  deed: TerminalDeed,
): Promise<Reply | Problem> {
  const by = { now: write.now, by: byOf(write) };
  switch (deed.kind) {
    case "move": {
      const { locationId, terminal } = deed;
      const expected = null;
      return await decide(instance, write, terminal, "move", {
        type: "Change",
        locationId,
        profile: "standard",
        expected,
        ...by,
      });
    }
    case "suspend":
      return await decide(instance, write, deed.terminal, "suspend", {
        type: "Suspend",
        reason: null,
        ...by,
      });
    case "resume":
      return await decide(instance, write, deed.terminal, "resume", { type: "Resume", reason: null, ...by });
    case "unpair":
      return await decide(instance, write, deed.terminal, "unpair", { type: "Unpair", reason: null, ...by });
    case "pair": {
      const code = { codeId: write.seed, codeHash: write.seed };
      const issued = await decide(instance, write, deed.terminal, "code", {
        type: "IssueCode",
        ...code,
        ...by,
      });
      if (issued.kind === "problem") return issued;
      return await decide(instance, write, deed.terminal, "pair", {
        type: "Pair",
        now: write.now,
        ...code,
        credentialId: write.seed,
        publicKey: PUBLIC_KEY,
        encryptionKey: null,
      });
    }
  }
}

async function decide(
  { services }: Instance,
  write: Write,
  serial: string,
  operation: string,
  command: TerminalCommand,
): Promise<Reply | Problem> {
  const done = await execute(services, services.streams.terminal, write, {
    stream: terminalStream(serial),
    operation,
    decide: (state) => terminal.decide(state, command),
  });
  if (done.kind === "refused") return problem("NOT_FOUND", done.refusal.code);
  return reply(200, { position: done.position });
}

function answered(
  done: { readonly position: string | null; readonly kind: string } | Problem,
): Reply | Problem {
  return "code" in done ? done : reply(200, { position: done.position });
}
