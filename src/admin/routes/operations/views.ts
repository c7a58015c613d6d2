import { businessNow } from "../../api/session.ts";
import type { GivenView } from "../../shared/table/views/view.ts";
import { instantsOf, wallTime } from "../../shared/time/wallTime.ts";
import type { Texts } from "../../texts/texts.ts";

/** Views of operations that everybody has. Today begins at midnight in the zone in which times are shown. */
export function operationViews({ operationFilters }: Texts, zone: string): readonly GivenView[] {
  const { given } = operationFilters;
  const date = wallTime(new Date(businessNow()).toISOString(), zone).slice(0, 10);
  const midnight = instantsOf(`${date}T00:00`, zone)[0] ?? instantsOf(`${date}T01:00`, zone)[0];
  return [
    { id: "today", name: given.today, search: { from: midnight } },
    { id: "refused-today", name: given.refusedToday, search: { from: midnight, status: "REJECTED" } },
    { id: "waiting", name: given.waiting, search: { status: "PENDING" } },
    { id: "paid", name: given.paid, search: { cost: "PAID" } },
    {
      id: "offline-to-review",
      name: given.offlineToReview,
      search: { review: "WAITING" },
    },
    { id: "over-limit", name: given.overLimit, search: { flag: "OVER_LIMIT" } },
  ];
}
