import type { operations } from "../../api/schema.d.ts";

type BodyOf<Operation> = Operation extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

export type Checked = BodyOf<operations["postPosCheckEntry"]>;
export type Granted = Extract<Checked, { decision: "GRANTED" }>;
export type Rejected = Extract<Checked, { decision: "REJECTED" }>;
export type Quote = BodyOf<operations["postPosQuoteEntry"]>;
export type Confirmed = BodyOf<operations["postPosConfirmEntry"]>;
export type Entry = BodyOf<operations["getPosEntriesAccessId"]>;

export interface Guests {
  readonly adults: number;
  readonly children: number;
  readonly freeChildren: number;
}

export const NO_GUESTS: Guests = { adults: 0, children: 0, freeChildren: 0 };

/** Where the terminal stands with the card before it. */
export type Visit =
  | { readonly kind: "idle" }
  | { readonly kind: "granted"; readonly answer: Granted; readonly quote: Quote | null }
  | { readonly kind: "rejected"; readonly answer: Rejected }
  | { readonly kind: "confirmed"; readonly answer: Confirmed }
  | { readonly kind: "cancelled" }
  /** No answer was heard: the very same can be sent again, or asked for. */
  | { readonly kind: "unheard"; readonly sent: Sent }
  /** What became of it, as it was asked for. */
  | { readonly kind: "found"; readonly entry: Entry };

/** What may have been done though no answer to it was heard: known by its request id. */
export type Sent = (Tap | Confirm) & { readonly requestId: string };

interface Tap {
  readonly kind: "tap";
  readonly pan: string;
}

interface Confirm {
  readonly kind: "confirm";
  readonly granted: Granted;
  readonly quote: Quote | null;
  readonly isCollected: boolean;
}

/** What a button of the terminal does. A request id is given with what is sent again. */
export type Step =
  | ((Tap | Confirm) & { readonly requestId?: string })
  | { readonly kind: "quote" | "cancel"; readonly granted: Granted }
  | { readonly kind: "ask"; readonly sent: Sent };

/** How many of a kind may still be added. */
export function roomFor(kind: "adults" | "children", { guests: offered }: Granted, guests: Guests): number {
  const most = (count: number | "UNLIMITED"): number =>
    count === "UNLIMITED" ? Number.POSITIVE_INFINITY : count;
  const together = most(offered.max) - guests.adults - guests.children;
  return Math.min(most(offered[kind].max) - guests[kind], together);
}
