import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { openPages } from "../page/navigation.ts";
import { usePreferences } from "../page/preferencesContext.ts";
import { SearchButton } from "../search/SearchButton.tsx";
import { HelpButton } from "./HelpButton.tsx";
import { isFieldOrDialog } from "./isFieldOrDialog.ts";

/** Wanted seldom, and never at once. */
const loadSearch = async () => ({ default: (await import("../search/SearchDialog.tsx")).SearchDialog });
const SearchDialog = lazy(loadSearch);
const HelpDialog = lazy(async () => ({ default: (await import("./HelpDialog.tsx")).HelpDialog }));

/** The second key of two has to come within this. Milliseconds. */
const SECOND_KEY_MS = 1_500;

/** The search and the help, with the keys that open them, and those that lead to pages. */
export function ShellKeys() {
  const { preferences } = usePreferences();
  const { shortcuts } = preferences;
  const [opened, setOpened] = useState<"search" | "help" | null>(null);
  const navigate = useNavigate();

  useEffect(() => {
    let firstAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, altKey, timeStamp } = event;
      // What is typed right after the search is opened is for the search.
      if (key === "Control" || key === "Meta") void loadSearch();
      if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === "k") {
        event.preventDefault();
        setOpened("search");
        return;
      }
      if (!shortcuts || ctrlKey || metaKey || altKey || isFieldOrDialog(event.target)) return;
      const isSecond = timeStamp - firstAt < SECOND_KEY_MS;
      firstAt = key === "g" ? timeStamp : Number.NEGATIVE_INFINITY;
      const page = isSecond ? openPages().find((one) => one.key === key) : undefined;
      if (page !== undefined) void navigate({ to: page.to });
      else if (key === "?") setOpened("help");
      else if (key === "/") setOpened("search");
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, shortcuts]);

  const close = (): void => setOpened(null);
  return (
    <>
      <SearchButton onOpen={() => setOpened("search")} />
      <HelpButton onOpen={() => setOpened("help")} />
      <Suspense>
        {opened === "search" ? <SearchDialog onClose={close} /> : null}
        {opened === "help" ? <HelpDialog onClose={close} /> : null}
      </Suspense>
    </>
  );
}
