import { Button, NativeSelect } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useState } from "react";
import { api, tell } from "../../api/client.ts";
import type { Session } from "../../api/session.ts";
import { Dialog } from "../dialog/Dialog.tsx";
import { LANGUAGE_NAMES, LANGUAGES, useTexts } from "../../texts/texts.ts";
import { usePreferences } from "./preferencesContext.ts";
import classes from "./AccountMenu.module.css";

const ZONES = Intl.supportedValuesOf("timeZone");
const SCHEMES = ["auto", "light", "dark"] as const;
const DENSITIES = ["compact", "comfortable"] as const;

/** Who is signed in, how the panel looks to them, and the way out. */
export function AccountMenu({ user }: { readonly user: Session["user"] }) {
  const { shell } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const name = `${user.firstName} ${user.lastName}`;

  async function signOut(): Promise<void> {
    await tell(() => api.DELETE("/api/session"));
    sessionStorage.clear();
    window.location.assign("/admin/sign-in");
  }

  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconUserCircle size={20} aria-hidden="true" />}
        aria-label={shell.accountMenu(name)}
        aria-haspopup="dialog"
        className={classes["button"]}
        onClick={() => setOpen(true)}
      >
        <bdi className={classes["name"]}>{name}</bdi>
      </Button>
      {isOpen ? (
        <Dialog title={name} place="corner" onClose={() => setOpen(false)}>
          <div className={classes["who"]}>
            <bdi>{user.email}</bdi>
            <span className="second">{shell.roles[user.role]}</span>
          </div>
          <p className={classes["own"]}>
            <Link to="/account" onClick={() => setOpen(false)}>
              {shell.pages.account}
            </Link>
          </p>
          <Choices />
          <Button
            variant="default"
            fullWidth
            leftSection={<IconLogout size={16} aria-hidden="true" />}
            onClick={() => void signOut()}
          >
            {shell.signOut}
          </Button>
        </Dialog>
      ) : null}
    </>
  );
}

/** How the panel looks to this person, on this computer. */
function Choices() {
  const { shell } = useTexts();
  const { preferences, change } = usePreferences();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div className={classes["choices"]}>
      <NativeSelect
        label={shell.zone}
        value={preferences.zone ?? ""}
        onChange={({ currentTarget }) =>
          change("zone", currentTarget.value === "" ? null : currentTarget.value)
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
          if (chosen !== undefined) change("scheme", chosen);
        }}
        data={SCHEMES.map((value) => ({ value, label: shell.schemes[value] }))}
      />
      <NativeSelect
        label={shell.density}
        value={preferences.density}
        onChange={({ currentTarget }) =>
          change("density", currentTarget.value === "comfortable" ? "comfortable" : "compact")
        }
        data={DENSITIES.map((value) => ({ value, label: shell.densities[value] }))}
      />
      <NativeSelect
        label={shell.language}
        value={preferences.language}
        onChange={({ currentTarget }) => {
          const chosen = LANGUAGES.find((one) => one === currentTarget.value);
          if (chosen !== undefined) change("language", chosen);
        }}
        data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
    </div>
  );
}
