/** Where this browser keeps what somebody has typed: whose it is, and what. */
const PREFIX = "admittance.kept.";

/** What was typed into a form and is not saved yet. */
export const DRAFT = "draft.";

export function keptKey(userId: string, name: string): string {
  return `${PREFIX}${userId}.${name}`;
}

/** Of everybody: who signs out leaves nothing unsaved behind. */
export function dropDrafts(): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && key.includes(`.${DRAFT}`)) localStorage.removeItem(key);
  }
}
