import { Button, Menu, NativeSelect } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { IconLogout, IconUserCircle } from "@tabler/icons-react";
import { api, tell } from "../../api/client.ts";
import type { Session } from "../../api/session.ts";
import { LANGUAGE_NAMES, LANGUAGES, useTexts } from "../../texts/texts.ts";
import { usePreferences } from "./preferencesContext.ts";
import classes from "./AccountMenu.module.css";

const ZONES = Intl.supportedValuesOf("timeZone");

/** Who is signed in, how the panel looks to them, and the way out. */
export function AccountMenu({ user }: { readonly user: Session["user"] }) {
  const { shell } = useTexts();
  const { preferences, change } = usePreferences();
  const name = `${user.firstName} ${user.lastName}`;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;

  async function signOut(): Promise<void> {
    await tell(() => api.DELETE("/api/session"));
    sessionStorage.clear();
    window.location.assign("/admin/sign-in");
  }

  return (
    <Menu position="bottom-end" width={280} closeOnItemClick={false} trapFocus>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconUserCircle size={20} aria-hidden="true" />}
          aria-label={shell.accountMenu(name)}
          className={classes["button"]}
        >
          <bdi className={classes["name"]}>{name}</bdi>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes["who"]}>
          <bdi>{user.email}</bdi>
          <span className="second">{shell.roles[user.role]}</span>
        </div>
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
              const chosen = (["auto", "light", "dark"] as const).find((one) => one === currentTarget.value);
              if (chosen !== undefined) change("scheme", chosen);
            }}
            data={(["auto", "light", "dark"] as const).map((value) => ({
              value,
              label: shell.schemes[value],
            }))}
          />
          <NativeSelect
            label={shell.density}
            value={preferences.density}
            onChange={({ currentTarget }) =>
              change("density", currentTarget.value === "comfortable" ? "comfortable" : "compact")
            }
            data={(["compact", "comfortable"] as const).map((value) => ({
              value,
              label: shell.densities[value],
            }))}
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
        <Menu.Item
          component={Link}
          to="/account"
          closeMenuOnClick
          leftSection={<IconUserCircle size={16} aria-hidden="true" />}
        >
          {shell.pages.account}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden="true" />}
          onClick={() => {
            void signOut();
          }}
        >
          {shell.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
