/** What fields say of themselves, whatever they are of. */
export const fields = {
  removeValue: (value: string) => `Remove ${value}`,
  unlimited: "Unlimited",
  unlimitedOf: (label: string) => `${label}: unlimited`,
  addOne: "Choose one to add it",
} as const;
