import { z } from "zod";
import { bin, filterText, last4, yesOrNo } from "./page.ts";
import { timeQuery } from "./times.ts";

/** What cards are narrowed down by, in their list and in its export. Of a number there is no more than its mask shows. */
export const cardFilter = {
  ica: filterText.optional(),
  productCode: filterText.optional(),
  country: filterText.optional(),
  frozen: yesOrNo.optional(),
  enrolled: yesOrNo.optional(),
  aref: filterText.optional(),
  enrolledFrom: timeQuery.optional(),
  enrolledTo: timeQuery.optional(),
  bin: bin.optional(),
  last4: last4.optional(),
  from: timeQuery.optional(),
  to: timeQuery.optional(),
  createdFrom: timeQuery.optional(),
  createdTo: timeQuery.optional(),
};

export const cardSort = z.enum(["lastSeenAt", "-lastSeenAt"]);
