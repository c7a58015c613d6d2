import { z } from "zod";
import { filterText } from "./page.ts";
import { timeQuery } from "./times.ts";

/** What operations are narrowed down by, in their list and wherever else it is asked for the same ones. */
export const operationFilter = {
  status: z.enum(["PENDING", "COMPLETED", "CANCELLED", "EXPIRED", "REJECTED", "REVERSED"]).optional(),
  code: filterText.optional(),
  terminal: filterText.optional(),
  locationId: filterText.optional(),
  merchantId: filterText.optional(),
  cardId: filterText.optional(),
  service: filterText.optional(),
  country: filterText.optional(),
  rulesetId: filterText.optional(),
  ica: filterText.optional(),
  productCode: filterText.optional(),
  requestId: filterText.optional(),
  from: timeQuery.optional(),
  to: timeQuery.optional(),
};
