import { useQueries } from "@tanstack/react-query";
import { may } from "../../../api/session.ts";
import { type Named, nameQuery, WANTED } from "./queries.ts";

/** The names of ids; an id where its name is not known, or not for this reader. @param of null: the values are none's ids */
export function useNamesOf(of: Named | null, values: readonly string[]): readonly string[] {
  const asked = of === null || !may(WANTED[of]) ? [] : values.map((id) => nameQuery(of, id));
  const found = useQueries({ queries: asked });
  return values.map((value, at) => found[at]?.data ?? value);
}
