import type { Texts } from "../../texts/texts.ts";

type Words = Texts["system"];

/** Parts that are read models: they have a table of their own. */
export function isReadModel(part: string): boolean {
  return part.startsWith("projection ");
}

export function partName(part: string, { partNames }: Words): string {
  return Object.entries(partNames).find(([name]) => name === part)?.[1] ?? part;
}

/** What a part says of itself, in the language of the panel; null: it says something of its own, as an error does. */
export function saidOf(detail: string, { said }: Words): string | null {
  const plain: Readonly<Record<string, string>> = {
    taken: said.taken,
    "not taken": said.notTaken,
    "not tried during a dump": said.notTried,
    "does not answer": said.silent,
  };
  const [, answered] = /^answered in (\d+) ms$/.exec(detail) ?? [];
  if (answered !== undefined) return said.answered(answered);
  const [, skew] = /^the database's clock is (-?\d+) ms ahead of ours$/.exec(detail) ?? [];
  return skew === undefined ? (plain[detail] ?? null) : said.skew(skew);
}
