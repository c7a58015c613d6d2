import { windowInWords } from "../windows/words.ts";
import type { ConditionName, Renderer, Speech } from "./conditions.ts";
import { countIn, member, moneyIn, plain, textIn } from "./read.ts";

/** One for each condition: another one in the domain does not compile without its words here. */
export const RENDERERS: Readonly<Record<ConditionName, Renderer>> = {
  terminalHasLocation: (_, { texts }) => texts.decision.words.location,
  someRulesetApplies: ({ pass }, { texts }) => {
    const { rules } = texts.decision.words;
    return { required: rules.required, seen: pass ? rules.some : rules.none };
  },
  cardNotReplaced: ({ seen }, { texts }) => {
    const { replaced } = texts.decision.words;
    return { required: replaced.required, seen: seen === true ? replaced.yes : replaced.no };
  },
  cardNotExpired: ({ seen }, { texts }) => {
    const { expiry } = texts.decision.words;
    return { required: expiry.required, seen: seen === true ? expiry.expired : expiry.valid };
  },
  cardNotFrozen: ({ seen }, { texts }) => {
    const { frozen } = texts.decision.words;
    return { required: frozen.required, seen: seen === true ? frozen.yes : frozen.no };
  },
  noOpenEntry: ({ seen }, { texts, time }) => {
    const { open } = texts.decision.words;
    const until = textIn(seen, "expiresAt");
    return { required: open.required, seen: until === null ? open.none : open.until(time(until)) };
  },
  cooldownOver: ({ required, seen }, { texts, time }) => {
    const { cooldown } = texts.decision.words;
    const minutes = countIn(required, "minutes");
    const last = textIn(seen, "lastVisitAt");
    return {
      required: cooldown.required(typeof minutes === "number" ? minutes : 0),
      seen: last === null ? cooldown.never : cooldown.last(time(last)),
    };
  },
  cardEnrolled: ({ seen }, { texts }) => {
    const { enrolled } = texts.decision.words;
    return { required: enrolled.required, seen: seen === true ? enrolled.yes : enrolled.no };
  },
  terminalTrusted: ({ required, seen }, { texts }) => {
    const tiers: Readonly<Record<string, string>> = texts.rulesetFields.trusts;
    const word = (value: unknown): string => tiers[plain(value)] ?? plain(value);
    return { required: texts.decision.words.trust(word(required)), seen: word(seen) };
  },
  spendReached: ({ required, seen }, speech) => {
    const { spend } = speech.texts.decision.words;
    const amount = moneyIn(required, "amount");
    const sum = moneyIn(seen, "sum");
    const days = countIn(required, "days");
    const mccs = member(required, "mccs");
    const codes = Array.isArray(mccs) ? mccs.map(String).join(", ") : null;
    return {
      required: spend.required(
        amount === null ? "" : speech.money(amount),
        typeof days === "number" ? days : 0,
        codes,
      ),
      seen: sum === null ? "" : spend.seen(speech.money(sum), bounds(seen, speech)),
    };
  },
  locationVisitsLeft: ({ required, seen }, speech) => {
    const { here } = speech.texts.decision.words;
    return {
      required: here.required(Number(countIn(required, "perLocation") ?? 0), windowOf(required, speech)),
      seen: here.seen(Number(countIn(seen, "visitsHere") ?? 0), bounds(seen, speech)),
    };
  },
  visitLeft: ({ required, seen }, speech) => {
    const { visits } = speech.texts.decision.words;
    return {
      required: visits.required(
        countIn(required, "free"),
        countIn(required, "paid"),
        windowOf(required, speech),
      ),
      seen: visits.seen(countIn(seen, "freeLeft"), countIn(seen, "paidLeft"), bounds(seen, speech)),
    };
  },
  budgetLeft: ({ required, seen }, speech) => {
    const { budget } = speech.texts.decision.words;
    return {
      required: budget.required(Number(countIn(required, "max") ?? 0), windowOf(required, speech)),
      seen: budget.seen(Number(countIn(seen, "used") ?? 0), bounds(seen, speech)),
    };
  },
  externalRuleMet: ({ required, seen }, { texts }) => {
    const answers: Readonly<Record<string, string>> = texts.decision.words.external.answers;
    // Where the rule gave a reason, it stands beside the answer.
    const answer = textIn(seen, "answer") ?? plain(seen);
    const reason = textIn(seen, "reason");
    return {
      required: texts.decision.words.external.required(textIn(required, "ruleId") ?? ""),
      seen: [answers[answer] ?? answer, ...(reason === null ? [] : [reason])].join(": "),
    };
  },
  cardVerified: ({ required, seen }) => ({ required: plain(required), seen: plain(seen) }),
};

function windowOf(required: unknown, { texts }: Speech): string {
  return windowInWords(member(required, "window"), texts.windows);
}

function bounds(seen: unknown, { texts, time }: Speech): string | null {
  const from = textIn(seen, "from");
  const to = textIn(seen, "to");
  if (from === null && to === null) return null;
  return texts.decision.bounds(from === null ? null : time(from), to === null ? null : time(to));
}
