/** Where two people have changed the same. */
export const compare = {
  title: "Somebody else has saved meanwhile",
  open: "Compare",
  by: (name: string) => `Saved by ${name},`,
  why: "Choose for each field what is kept. Nothing is saved before that.",
  same: "Both say the same.",
  mine: (words: string) => `Mine: ${words}`,
  theirs: (words: string) => `Theirs: ${words}`,
  empty: "empty",
  yes: "yes",
  no: "no",
  save: "Save these",
} as const;
