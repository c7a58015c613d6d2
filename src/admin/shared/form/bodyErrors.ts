import type { FieldErrors, FieldValues } from "react-hook-form";

export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code: string;
  readonly input?: unknown;
  /** Of what there is too little or too much: `string`, `number`, `array`, … */
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly format?: string;
}

/** What is said of a field. */
export interface ErrorWords {
  readonly required: string;
  readonly number: string;
  readonly email: string;
  readonly choice: string;
  readonly tooSmall: (least: number) => string;
  readonly tooBig: (most: number) => string;
  readonly tooShort: (least: number) => string;
  readonly tooLong: (most: number) => string;
  readonly tooFew: (least: number) => string;
  readonly tooMany: (most: number) => string;
  /** What a schema of the product says itself, in English: the same in this language. */
  readonly own: (message: string) => string;
}

/** The first thing that is wrong with each field. */
export function errorsOf<Form extends FieldValues>(
  issues: readonly Issue[],
  body: unknown,
  words: ErrorWords,
): FieldErrors<Form> {
  const errors: Record<string, unknown> = {};
  for (const issue of issues) {
    put(errors, issue.path.map(String), { type: issue.code, message: saidOf(issue, body, words) });
  }
  return treeOf<Form>(errors);
}

function saidOf(issue: Issue, body: unknown, words: ErrorWords): string {
  const { path, message, code } = issue;
  const value = valueAt(body, path);
  if (value === "" || value === undefined || value === null) return words.required;
  if (typeof value === "string" && (code === "invalid_type" || code === "invalid_union")) return words.number;
  // Our own begin with a small letter or a digit; what zod says by itself does not.
  if (/^[\p{Ll}\d]/u.test(message)) return words.own(message);
  return byCode(issue, words) ?? message;
}

function byCode({ code, origin, minimum, maximum, format }: Issue, words: ErrorWords): string | null {
  if (code === "invalid_format" && format === "email") return words.email;
  if (code === "invalid_value") return words.choice;
  if (code === "too_small" && minimum !== undefined) {
    const least = Number(minimum);
    return origin === "string"
      ? words.tooShort(least)
      : origin === "array"
        ? words.tooFew(least)
        : words.tooSmall(least);
  }
  if (code === "too_big" && maximum !== undefined) {
    const most = Number(maximum);
    return origin === "string"
      ? words.tooLong(most)
      : origin === "array"
        ? words.tooMany(most)
        : words.tooBig(most);
  }
  return null;
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null
        ? Object.entries(value).find(([key]) => key === String(name))?.[1]
        : undefined,
    body,
  );
}

/** Errors have the form's own tree. */
function treeOf<Form extends FieldValues>(errors: object): FieldErrors<Form> {
  return errors;
}

function put(errors: Record<string, unknown>, path: readonly string[], error: object): void {
  const [name = "root", ...rest] = path;
  const before = errors[name];
  if (rest.length === 0) {
    errors[name] ??= error;
    return;
  }
  const inner: Record<string, unknown> = typeof before === "object" && before !== null ? { ...before } : {};
  put(inner, rest, error);
  errors[name] = inner;
}
