/** What stands beside the form. */
const TABS = ["summary", "lint", "try"] as const;
export type PanelTab = (typeof TABS)[number];

export function isPanelTab(value: unknown): value is PanelTab {
  return TABS.some((tab) => tab === value);
}
