import { asNumber } from "../count.ts";
import type { Money } from "../money.ts";
import type { CompiledRuleset } from "../ruleset/evaluate/compile.ts";
import { costOf, guestsOf } from "../ruleset/evaluate/entitlement.ts";
import { freeLeft, paidLeft, type Usage } from "../ruleset/evaluate/usage.ts";
import type { Cost, KindEntitlement } from "../ruleset/verdict.ts";
import { type Instant, iso } from "../time.ts";

/** What a terminal without a line may let a card in for, as its list says it. Instants are RFC 3339 texts. */
export interface Terms {
  readonly ruleset: { readonly id: string; readonly version: number };
  /** It lets in from then on, and until before then; null for whatever was before, or comes. */
  readonly from: string | null;
  readonly to: string | null;
  readonly cost: Cost;
  /** What the cardholder pays; null where the visit is free. */
  readonly fee: Money | null;
  readonly guests: {
    /** Adults and children at one entry together. */
    readonly max: number;
    readonly adults: GuestTerms;
    readonly children: GuestTerms;
    /** Children under this age enter free and are not counted; null for none. */
    readonly freeUnderAge: number | null;
  };
  /** Entries of one card at one terminal within 24 hours; null: any number. */
  readonly perCardAndDay: number | null;
  /** Entries at one terminal within 24 hours; null: any number. */
  readonly perTerminalAndDay: number | null;
}

/** Guests of one kind at one entry: `free + paid = max`, the free ones first. */
export interface GuestTerms {
  readonly max: number;
  readonly free: number;
  readonly paid: number;
  readonly fee: Money | null;
}

/** Nobody knows at the terminal what the card has used already. */
const UNUSED: Usage = {
  freeVisits: 0,
  paidVisits: 0,
  hereVisits: 0,
  adultsFree: 0,
  adultsPaid: 0,
  childrenFree: 0,
  childrenPaid: 0,
};

/** As for a card that was never here; null for a ruleset that says nothing for offline, or lets nobody in. */
export function termsOf(ruleset: CompiledRuleset): Terms | null {
  const { offline, limits } = ruleset;
  if (offline === null || limits.perLocation < 1) return null;
  if (freeLeft(limits, UNUSED) <= 0 && paidLeft(limits, UNUSED) <= 0) return null;
  const cost = costOf(ruleset, UNUSED);
  const guests = guestsOf(ruleset, UNUSED, cost);
  return {
    ruleset: { id: ruleset.id, version: ruleset.version },
    from: instantText(ruleset.activeFrom),
    to: instantText(ruleset.activeTo),
    cost,
    fee: cost === "PAID" ? limits.fee : null,
    guests: {
      max: Math.min(asNumber(guests.max), offline.maxGuests),
      adults: capped(guests.adults, offline.maxGuests),
      children: capped(guests.children, offline.maxGuests),
      freeUnderAge: guests.freeUnderAge,
    },
    perCardAndDay: offline.perCardAndDay,
    perTerminalAndDay: offline.perTerminalAndDay,
  };
}

function capped({ max, free, fee }: KindEntitlement, most: number): GuestTerms {
  const atMost = Math.min(asNumber(max), most);
  const atMostFree = Math.min(asNumber(free), atMost);
  return { max: atMost, free: atMostFree, paid: atMost - atMostFree, fee: atMost > atMostFree ? fee : null };
}

function instantText(at: Instant): string | null {
  return Number.isFinite(at) ? iso(at) : null;
}
