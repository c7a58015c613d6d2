import { may } from "../../../api/session.ts";
import type { Filter } from "../filters.ts";
import { type Named, WANTED } from "./queries.ts";

/** A filter by an id: chosen by its name by those who may read names, and typed by others. */
export function namedFilter(
  of: Named,
  name: string,
  labels: { readonly named: string; readonly id: string },
  isMultiple = false,
): Filter {
  return may(WANTED[of])
    ? { kind: "named", of, name, label: labels.named, isMultiple }
    : { kind: "text", name, label: labels.id, isMultiple };
}
