import type { paths } from "./schema.d.ts";

/** What a GET of a path answers. */
export type AnswerOf<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

/** An item of a list. */
export type ItemOf<Path extends keyof paths> =
  AnswerOf<Path> extends { items: (infer Item)[] } ? Item : never;
