import { NativeSelect } from "@mantine/core";
import { LANGUAGE_NAMES, LANGUAGES, useTexts } from "../../texts/texts.ts";
import { Check } from "../form/Check.tsx";
import classes from "./AccountMenu.module.css";
import { usePreferences } from "./preferencesContext.ts";

const ZONES = Intl.supportedValuesOf("timeZone");
const SCHEMES = ["auto", "light", "dark"] as const;
const DENSITIES = ["compact", "comfortable"] as const;

/** How the panel looks to this person, on every computer. */
export function Choices() {
  const { shell } = useTexts();
  const { preferences, change } = usePreferences();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div className={classes["choices"]}>
      <NativeSelect
        label={shell.zone}
        value={preferences.zone ?? ""}
        onChange={({ currentTarget }) =>
          change({ zone: currentTarget.value === "" ? null : currentTarget.value })
        }
        data={[
          { value: "", label: shell.zones.browser(own) },
          { value: "UTC", label: shell.zones.utc },
          ...ZONES,
        ]}
      />
      <NativeSelect
        label={shell.scheme}
        value={preferences.scheme}
        onChange={({ currentTarget }) => {
          const chosen = SCHEMES.find((one) => one === currentTarget.value);
          if (chosen !== undefined) change({ scheme: chosen });
        }}
        data={SCHEMES.map((value) => ({ value, label: shell.schemes[value] }))}
      />
      <NativeSelect
        label={shell.density}
        value={preferences.density}
        onChange={({ currentTarget }) =>
          change({ density: currentTarget.value === "comfortable" ? "comfortable" : "compact" })
        }
        data={DENSITIES.map((value) => ({ value, label: shell.densities[value] }))}
      />
      <NativeSelect
        label={shell.language}
        value={preferences.language}
        onChange={({ currentTarget }) => {
          const chosen = LANGUAGES.find((one) => one === currentTarget.value);
          if (chosen !== undefined) change({ language: chosen });
        }}
        data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
      <Check
        label={shell.shortcuts}
        checked={preferences.shortcuts}
        onChange={(shortcuts) => change({ shortcuts })}
      />
    </div>
  );
}
