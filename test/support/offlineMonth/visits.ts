import type { Random } from "../domain/random.ts";

/** A month of taps at a place, half of them while its line is down. */

export interface Size {
  readonly terminals: number;
  readonly cards: number;
}

const VISITS_A_CARD = 6;
export const DAYS = 28;

/** One tap of the month, wherever it takes place. */
export interface Visit {
  readonly label: string;
  readonly card: number;
  readonly terminal: number;
  /** After the month's beginning. */
  readonly minutes: number;
  readonly guests: number;
  readonly offline: {
    readonly number: number;
    readonly outcome: string;
    readonly alsoBy: number | null;
  } | null;
}

/** No two taps of a card in the same ten minutes; what is told is five minutes off what was decided online. */
export function month(random: Random, { terminals, cards }: Size): readonly Visit[] {
  const numbers = Array.from({ length: terminals }, () => 0);
  const slots = DAYS * 144;
  return Array.from({ length: cards }, (_, card) => {
    const days = Array.from({ length: VISITS_A_CARD }, () => random.upTo(DAYS - 1));
    // Now and then soon after another one.
    const taken = new Set(
      days.flatMap((day) => {
        const first = day * 144 + random.upTo(140);
        return random.chance(0.25) ? [first, first + random.between(1, 3)] : [first];
      }),
    );
    return [...taken].filter((slot) => slot < slots).map((slot) => ({ card, slot }));
  })
    .flat()
    .sort((a, b) => a.slot - b.slot || a.card - b.card)
    .map(({ card, slot }, index) => {
      const terminal = random.upTo(terminals - 1);
      const isOffline = random.chance(0.5);
      if (isOffline) numbers[terminal] = (numbers[terminal] ?? 0) + 1;
      return {
        label: `v${String(index)}`,
        card,
        terminal,
        minutes: slot * 10 + (isOffline ? 5 : 0),
        guests: random.pick([0, 0, 1, 2]),
        offline: isOffline
          ? {
              number: numbers[terminal] ?? 0,
              outcome: random.chance(0.93) ? "ADMITTED" : "REFUSED",
              alsoBy: random.maybe(0.1, () => random.upTo(terminals - 1)),
            }
          : null,
      };
    });
}
