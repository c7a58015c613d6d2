import { queryOptions } from "@tanstack/react-query";
import type { ComponentType } from "react";
import type { RouterContext } from "../../context.ts";
import type { RuleInWordsProps } from "./RuleInWords.tsx";

/** What puts a rule into words, with the words themselves: those of the rules' own pages. */
export function ruleInWordsQuery(loadTextsFor: RouterContext["loadTextsFor"]) {
  return queryOptions({
    queryKey: ["operations", "rule in words"],
    queryFn: async (): Promise<ComponentType<RuleInWordsProps>> => {
      const [part] = await Promise.all([import("./RuleInWords.tsx"), loadTextsFor("/rulesets")]);
      return part.RuleInWords;
    },
    staleTime: "static",
  });
}
