import { businessNow } from "../../api/session.ts";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { formatDay } from "../../shared/time/format.ts";
import { useTexts } from "../../texts/texts.ts";
import type { Terms } from "./queries.ts";

/** What an upload for a day would come to. */
export function Effect({
  kind,
  validFrom,
  all,
}: {
  readonly kind: string;
  readonly validFrom: string;
  readonly all: readonly Terms[];
}) {
  const { effect } = useTexts().terms;
  const { language } = usePreferences().preferences;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(validFrom)) return null;
  const own = all.filter((one) => one.kind === kind);
  const replaced = own.find((one) => one.validFrom === validFrom && one.status !== "SUPERSEDED");
  const valid = own.find(({ status }) => status === "VALID");
  const of = all[0]?.consents?.of;
  const hasBegun = Date.parse(`${validFrom}T00:00:00Z`) <= businessNow();
  const isHistory = valid !== undefined && validFrom < valid.validFrom;
  const lines = [
    replaced === undefined
      ? null
      : effect.replaces(formatDay(validFrom, language), replaced.consents?.given ?? 0),
    isHistory
      ? effect.history(formatDay(valid.validFrom, language))
      : of === undefined
        ? null
        : hasBegun
          ? effect.atOnce(of)
          : effect.wanted(of, formatDay(validFrom, language)),
  ].filter((line) => line !== null);
  if (lines.length === 0) return null;
  return (
    <section aria-label={effect.title} aria-live="polite">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </section>
  );
}
