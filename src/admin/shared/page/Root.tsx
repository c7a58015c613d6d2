import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useMemo, useState, useSyncExternalStore } from "react";
import { boot } from "../../api/session.ts";
import { nonce } from "../../boot.ts";
import { type Texts, TextsProvider } from "../../texts/texts.ts";
import { applyAccent, themeNow, variables } from "../../theme/theme.ts";
import { queryClient } from "../../api/queryClient.ts";
import { keepPreferences, type Preferences } from "../preferences.ts";
import { brandingNow, onBranding, takeBranding } from "../brand.ts";
import { PreferencesContext, type PreferencesInUse } from "./preferencesContext.ts";
import { onTabs } from "./tabs.ts";
import { useBrandingOfOthers } from "./useBrandingOfOthers.ts";
import { say } from "./toasts.ts";

/** What every page stands in: colours, language, answers that were asked already. */
export function Root({
  textsNow,
  preferences: first,
}: {
  readonly textsNow: () => Texts;
  readonly preferences: Preferences;
}) {
  const [preferences, setPreferences] = useState(first);
  const branding = useSyncExternalStore(onBranding, brandingNow);
  const { texts, theme } = useMemo(
    () => ({ branding, texts: textsNow(), theme: themeNow() }),
    [branding, textsNow],
  );
  useLayoutEffect(() => {
    // Not before it has become another one: the page came with its own.
    if (branding !== boot.branding) applyAccent();
  }, [branding]);
  useEffect(
    () =>
      onTabs((message) => {
        if (message.kind === "branding") takeBranding(message.branding);
      }),
    [],
  );
  const inUse = useMemo<PreferencesInUse>(
    () => ({
      preferences,
      change: (changes) => {
        setPreferences((before) => ({ ...before, ...changes }));
        keepPreferences(changes).then(
          // A language is loaded with the page.
          () => (changes.language === undefined ? undefined : window.location.reload()),
          () => say(texts.shell.notKept),
        );
      },
    }),
    [preferences, texts],
  );
  const { language, density, scheme } = preferences;
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset["density"] = density;
  }, [language, density]);
  return (
    <PreferencesContext value={inUse}>
      <TextsProvider value={texts}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={variables}
          getStyleNonce={() => nonce}
          defaultColorScheme="auto"
          {...(scheme === "auto" ? {} : { forceColorScheme: scheme })}
        >
          <QueryClientProvider client={queryClient}>
            <BrandingOfOthers />
            <Outlet />
          </QueryClientProvider>
        </MantineProvider>
      </TextsProvider>
    </PreferencesContext>
  );
}

/** Beside the page, so that asking draws nothing of it anew. */
function BrandingOfOthers() {
  useBrandingOfOthers();
  return null;
}
