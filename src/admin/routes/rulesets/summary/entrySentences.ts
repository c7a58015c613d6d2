import { type GuestForm, type RulesetForm, type TierForm, UNLIMITED } from "../form/model.ts";
import type { Names, Sentence } from "./sentence.ts";
import { windowWords } from "./windowWords.ts";

/** What the member gets, and the guests. */

function countWords(text: string, { words }: Names): string {
  return text === UNLIMITED ? words.unlimited : text.trim() || words.gap;
}

function feeWords({ fee }: TierForm, { currency }: RulesetForm, { words, money }: Names): string {
  return fee.amount === "" ? words.gap : money(fee.amount, currency);
}

function isNone(text: string): boolean {
  return /^0*$/.test(text.trim()) && text.trim() !== "";
}

/** Where nothing is asked of the cardholder, there is no period either. */
function ownWindow({ cardholder }: RulesetForm, { words }: Names): string {
  return cardholder.mode === "NONE" ? words.forEver : windowWords(cardholder.window, words);
}

/** Nothing to use, free or paid. */
function isNobody({ cardholder, guests }: RulesetForm): boolean {
  const { mode, free, paid } = cardholder;
  const noFree = mode === "PAID" || isNone(free);
  const noPaid = mode === "FREE" || isNone(paid);
  return mode !== "NONE" && !guests.hasPool && noFree && noPaid;
}

export function cardholderSentence(form: RulesetForm, names: Names): Sentence {
  const { words } = names;
  const { cardholder, guests } = form;
  const field = "cardholder.mode";
  if (isNobody(form)) return { field, text: words.nobody };
  if (cardholder.mode === "NONE" && !guests.hasPool) return { field, text: words.unlimitedFree };
  const window = ownWindow(form, names);
  const fee = feeWords(cardholder, form, names);
  const visits = (text: string): string => words.visits(countWords(text, names));
  const free = guests.hasPool
    ? words.fromPool
    : cardholder.free === UNLIMITED
      ? words.anyFree
      : words.freeVisits(visits(cardholder.free), window);
  const paid =
    cardholder.paid === UNLIMITED
      ? words.anyPaid(fee)
      : words.paidVisits(visits(cardholder.paid), window, fee);
  const next =
    cardholder.paid === UNLIMITED
      ? words.thenPaid(words.unlimited, fee)
      : words.thenPaid(visits(cardholder.paid), fee);
  const text = {
    NONE: free,
    FREE: free,
    PAID: guests.hasPool ? free + next : paid,
    FREE_THEN_PAID: free + next,
  }[cardholder.mode];
  const atOne =
    cardholder.mode === "NONE" || cardholder.perLocation.trim() === ""
      ? ""
      : words.atOnePlace(visits(cardholder.perLocation), window);
  return { field, text: words.full(text + atOne) };
}

export function guestSentences(form: RulesetForm, names: Names): readonly Sentence[] {
  const { words } = names;
  const { adults, children, freeUnderAge, hasPool, sharedPool } = form.guests;
  const window = ownWindow(form, names);
  const kinds = [
    ...guestSentence(adults, "guests.adults.mode", words.adults, form, names),
    ...guestSentence(children, "guests.children.mode", words.children, form, names),
  ];
  const age = freeUnderAge.trim();
  const some: readonly Sentence[] = [
    ...kinds,
    ...(age === "" ? [] : [{ field: "guests.freeUnderAge", text: words.underAge(age) }]),
  ];
  const pool = hasPool
    ? [{ field: "guests.sharedPool.free", text: words.pool(countWords(sharedPool.free, names), window) }]
    : [];
  return [...(some.length === 0 ? [{ field: "guests.adults.mode", text: words.noGuests }] : some), ...pool];
}

function guestSentence(
  guest: GuestForm,
  field: string,
  kind: string,
  form: RulesetForm,
  names: Names,
): readonly Sentence[] {
  if (guest.mode === "NONE") return [];
  const { words } = names;
  const window = ownWindow(form, names);
  const free = countWords(guest.free, names);
  const paid = countWords(guest.paid, names);
  const fee = feeWords(guest, form, names);
  const pooled = form.guests.hasPool;
  const rest = {
    FREE: pooled ? words.guestsPool : words.guestsFree(free, window),
    PAID: pooled ? words.guestsPool + words.thenPaid(paid, fee) : words.guestsPaid(paid, fee, window),
    FREE_THEN_PAID: pooled
      ? words.guestsPool + words.thenPaid(paid, fee)
      : words.guestsThenPaid(free, paid, fee, window),
  }[guest.mode];
  return [{ field, text: words.guests(kind, guest.maxPerEntry.trim(), rest) }];
}
