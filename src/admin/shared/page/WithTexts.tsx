import { useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PagePart } from "../../texts/areas.ts";

/** A part of a page that is opened seldom, once its texts have come; until then it suspends. */
export function WithTexts({ of: part, children }: { readonly of: PagePart; readonly children: ReactNode }) {
  const { context } = useRouter().options;
  useSuspenseQuery({
    queryKey: ["texts", part],
    queryFn: async () => {
      await context.loadTextsOf(part);
      return part;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return children;
}
