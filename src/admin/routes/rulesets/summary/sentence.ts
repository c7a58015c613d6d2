import type { Texts } from "../../../texts/texts.ts";

export interface Sentence {
  /** The field that it is about, by its name in the form. */
  readonly field: string;
  readonly text: string;
}

/** What sentences are made with, beside the rule itself. */
export interface Names {
  readonly words: Texts["rulesetSummary"];
  readonly placeName: (id: string) => string;
  readonly time: (at: string) => string;
  readonly money: (amount: string, currency: string) => string;
}
