import { businessNow } from "../../api/session.ts";
import { usePreferences } from "../page/preferencesContext.ts";
import { zoneOf } from "../preferences.ts";
import { formatInstant, formatRelative } from "./format.ts";

/** An instant in the zone and language that are chosen; UTC and how long ago stand in its tooltip. */
export function Time({
  at,
  seconds = true,
  zoneName = true,
}: {
  readonly at: string;
  readonly seconds?: boolean;
  /** Left out where the zone stands above: in a list. */
  readonly zoneName?: boolean;
}) {
  const { preferences } = usePreferences();
  const { language } = preferences;
  const shown = formatInstant(at, { language, zone: zoneOf(preferences), seconds, zoneName });
  const utc = formatInstant(at, { language, zone: "UTC", seconds: true });
  return (
    <time dateTime={at} title={`${utc} · ${formatRelative(at, businessNow(), language)}`}>
      {shown}
    </time>
  );
}

/** As {@link Time}; a dash where there is none. */
export function MaybeTime({ at }: { readonly at: string | null | undefined }) {
  return at == null ? <span aria-hidden="true">–</span> : <Time at={at} />;
}
