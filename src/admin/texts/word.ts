/** A newer server may say what this panel has no word for. */
export function word(words: Readonly<Record<string, string>>, key: string): string {
  return words[key] ?? key;
}
