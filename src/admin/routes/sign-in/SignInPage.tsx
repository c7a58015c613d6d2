import { Button, PasswordInput, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { type SubmitEvent, useEffect, useState } from "react";
import { api } from "../../api/client.ts";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { type Preferences, zoneOf } from "../../shared/preferences.ts";
import { formatInstant } from "../../shared/time/format.ts";
import { Entrance } from "../../shared/page/Entrance.tsx";
import { useTexts } from "../../texts/texts.ts";
import classes from "./SignInPage.module.css";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { shell, signIn } = useTexts();
  const { next } = route.useSearch();
  const { preferences } = usePreferences();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${signIn.title} · ${shell.productName}`;
  }, [signIn.title, shell.productName]);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    const answer = await api
      .POST("/api/session", { body: { email: textOf(form, "email"), password: textOf(form, "password") } })
      .catch(() => null);
    if (answer?.response.ok === true) {
      // The page comes anew, with the session in it. Nobody is led away from here by a link.
      window.location.assign(`/admin${next !== undefined && /^\/(?!\/)/.test(next) ? next : "/"}`);
      return;
    }
    setBusy(false);
    const { states } = shell;
    const status = answer?.response.status;
    const seconds = Number(answer?.response.headers.get("retry-after") ?? 1);
    setProblem(
      status === 429
        ? signIn.locked(until(seconds, preferences))
        : status === 401
          ? signIn.refused
          : states.unreachable,
    );
  }

  return (
    <Entrance title={signIn.title}>
      <form className={classes["form"]} onSubmit={(event) => void submit(event)}>
        {problem === null ? null : (
          <p role="alert" className={classes["problem"]}>
            {problem}
          </p>
        )}
        <TextInput
          name="email"
          type="email"
          label={signIn.email}
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
        />
        <PasswordInput
          name="password"
          label={signIn.password}
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ "aria-label": signIn.showPassword }}
        />
        <Button type="submit" loading={isBusy} fullWidth>
          {signIn.submit}
        </Button>
      </form>
    </Entrance>
  );
}

/** When it may be tried again, by this computer's clock. */
function until(seconds: number, preferences: Preferences): string {
  const at = new Date(Date.now() + seconds * 1_000).toISOString();
  return formatInstant(at, { language: preferences.language, zone: zoneOf(preferences) });
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
