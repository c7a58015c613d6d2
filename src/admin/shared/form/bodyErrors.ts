import type { FieldErrors, FieldValues } from "react-hook-form";

type Issues = readonly {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code: string;
  readonly input?: unknown;
}[];

/** The first thing that is wrong with each field. */
export function errorsOf<Form extends FieldValues>(
  issues: Issues,
  body: unknown,
  words: { readonly required: string; readonly number: string },
): FieldErrors<Form> {
  const errors: Record<string, unknown> = {};
  for (const { path, message, code } of issues) {
    const value = valueAt(body, path);
    const isMissing = value === "" || value === undefined || value === null;
    const isNoNumber = typeof value === "string" && (code === "invalid_type" || code === "invalid_union");
    const said = isMissing ? words.required : isNoNumber ? words.number : message;
    put(errors, path.map(String), { type: code, message: said });
  }
  return treeOf<Form>(errors);
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
