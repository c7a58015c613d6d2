import { createContext, useContext } from "react";
import type { Preferences } from "../preferences.ts";

export interface PreferencesInUse {
  readonly preferences: Preferences;
  readonly change: (changes: Partial<Preferences>) => void;
}

export const PreferencesContext = createContext<PreferencesInUse | null>(null);

export function usePreferences(): PreferencesInUse {
  const found = useContext(PreferencesContext);
  if (found === null) throw new Error("preferences are used outside of their provider");
  return found;
}
