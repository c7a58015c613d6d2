import "./boot.ts";
import "./theme/tokens.css";
import "./theme/mantine.css";
import "./theme/base.css";
import "./theme/print.css";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiProblem, UnreachableError } from "./api/problem.ts";
import { createPanelRouter } from "./router.tsx";
import { ForbiddenPageError } from "./shared/page/guard.ts";
import { brandedTexts } from "./shared/brand.ts";
import { readPreferences } from "./shared/preferences.ts";
import { loadTexts } from "./texts/load.ts";
import { applyAccent } from "./theme/theme.ts";

const place = document.getElementById("panel");
if (place === null) throw new Error("the page has no place for the panel");
const preferences = readPreferences();
applyAccent();
const path = window.location.pathname.slice("/admin".length);
const { texts, loadFor, again } = await loadTexts(preferences.language, path, (common) =>
  brandedTexts(common, preferences.language),
);
const router = createPanelRouter({
  texts,
  loadTextsFor: loadFor,
  textsAgain: again,
  preferences,
});
createRoot(place, {
  onCaughtError: (error) => {
    // What the server refuses, or does not answer, has a page of its own; anything else is a mistake of ours.
    const isExpected =
      error instanceof ForbiddenPageError || error instanceof ApiProblem || error instanceof UnreachableError;
    if (!isExpected) console.error(error);
  },
}).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
