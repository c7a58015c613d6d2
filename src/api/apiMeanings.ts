export const MEANINGS: Readonly<Record<string, string>> = {};
export const TAGS: Readonly<Record<string, string>> = {};
