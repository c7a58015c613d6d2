import { z } from "zod";
import { actorRef } from "../actor.ts";

/** Texts of terminals' screens, as they were changed. Each event is of one text. */

const change = {
  at: z.string(),
  by: actorRef,
  /** Whose text it is; null: that of the whole installation. */
  rulesetId: z.string().nullable(),
  language: z.string(),
  code: z.string(),
};

export const storedForms = z.object({
  one: z.string().optional(),
  few: z.string().optional(),
  many: z.string().optional(),
  other: z.string(),
});

export const screenTextChanged = z.object({
  type: z.literal("ScreenTextChanged"),
  data: z.object({ ...change, forms: storedForms }),
});

/** From here on the text counts that would count without it. */
export const screenTextReset = z.object({
  type: z.literal("ScreenTextReset"),
  data: z.object(change),
});

export const messagesEvent = z.discriminatedUnion("type", [screenTextChanged, screenTextReset]);
export type MessagesEvent = z.infer<typeof messagesEvent>;
