import type { Texts } from "../../texts/texts.ts";
import type { Card, Limit } from "./queries.ts";

/** What a card may now, in a sentence. @param time an instant as people read it */
export function answerOf(card: Card, words: Texts["cards"]["answers"], time: (at: string) => string): string {
  if (card.replaced !== null) return words.replaced(time(card.replaced.at));
  if (card.joinedInto !== null) return words.joined;
  if (card.frozen) return words.frozen(card.frozenAt === null ? null : time(card.frozenAt));
  if (card.openEntry !== null) return words.open(time(card.openEntry.expiresAt));
  const free = card.limits.find(({ available }) => available.free !== 0);
  if (free !== undefined) return freely(free, words);
  const paid = card.limits.find(({ available }) => available.paid !== 0);
  const next = card.limits.flatMap(({ available: { nextFreeAt } }) => nextFreeAt ?? []).sort()[0];
  const later = next === undefined ? null : words.nextFree(time(next));
  if (paid !== undefined) return [forFee(paid, words), later].filter((one) => one !== null).join(" ");
  if (later !== null) return later;
  if (card.limits.length > 0) return words.usedUp;
  return card.issuer === null ? words.unseen : words.noRule;
}

function freely({ name, available: { free } }: Limit, words: Texts["cards"]["answers"]): string {
  return free === "UNLIMITED" ? words.freeUnlimited(name) : words.free(free, name);
}

function forFee({ name, available: { paid } }: Limit, words: Texts["cards"]["answers"]): string {
  return paid === "UNLIMITED" ? words.paidUnlimited(name) : words.paid(paid, name);
}
