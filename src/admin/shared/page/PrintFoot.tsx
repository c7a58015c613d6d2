import { boot, businessNow } from "../../api/session.ts";
import { useTexts } from "../../texts/texts.ts";
import { zoneOf } from "../preferences.ts";
import { formatInstant } from "../time/format.ts";
import { usePreferences } from "./preferencesContext.ts";
import { usePrinting } from "./usePrinting.ts";
import classes from "./PrintFoot.module.css";

/** On paper: what installation it is of, whose paper, when, and by which clocks. */
export function PrintFoot() {
  const { shell } = useTexts();
  const { preferences } = usePreferences();
  if (!usePrinting() || boot.session === null) return null;
  const { email } = boot.session.user;
  const { origin, pathname } = window.location;
  const zone = zoneOf(preferences);
  const at = formatInstant(new Date(businessNow()).toISOString(), {
    language: preferences.language,
    zone,
    seconds: false,
  });
  return (
    <footer className={classes["foot"]}>
      <bdi>{shell.productName}</bdi> · <bdi>{email}</bdi> · {at} ({zone}) · {origin + pathname}
    </footer>
  );
}
