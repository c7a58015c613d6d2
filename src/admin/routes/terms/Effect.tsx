import { useQuery } from "@tanstack/react-query";
import { termsInput } from "../../../domain/terms/input.ts";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { formatDay } from "../../shared/time/format.ts";
import { useTexts } from "../../texts/texts.ts";
import { previewQuery } from "./queries.ts";

/** What an upload for a day would come to, as the server says. */
export function Effect({ kind, validFrom }: { readonly kind: string; readonly validFrom: string }) {
  const { effect } = useTexts().terms;
  const { language } = usePreferences().preferences;
  const asked = termsInput.safeParse({ kind, validFrom });
  const { data } = useQuery({
    ...previewQuery(asked.data?.kind ?? "TERMS", validFrom),
    enabled: asked.success,
  });
  const day = asked.success ? formatDay(validFrom, language) : "";
  const lines =
    data === undefined || !asked.success
      ? []
      : [
          ...(data.replaces === null ? [] : [effect.replaces(day, data.replaces.given)]),
          data.status === "SUPERSEDED"
            ? effect.history
            : data.status === "VALID"
              ? effect.atOnce(data.of)
              : effect.wanted(data.of, day),
        ];
  return (
    <section aria-label={effect.title} aria-live="polite">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </section>
  );
}
