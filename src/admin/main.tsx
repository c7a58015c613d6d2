import "./boot.ts";
import "./theme/tokens.css";
import "./theme/mantine.css";
import "./theme/base.css";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createPanelRouter } from "./router.tsx";
import { readPreferences } from "./shared/preferences.ts";
import { loadTexts } from "./texts/texts.ts";

const place = document.getElementById("panel");
if (place === null) throw new Error("the page has no place for the panel");
const preferences = readPreferences();
const texts = await loadTexts(preferences.language);
const router = createPanelRouter({ texts, preferences });
createRoot(place).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
