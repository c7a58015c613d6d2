import type { components } from "./schema.d.ts";

/** Whatever stands between us and the server answers with something else. */
export function isProblem(error: unknown): error is components["schemas"]["Problem"] {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    typeof error.code === "string" &&
    "traceId" in error &&
    typeof error.traceId === "string" &&
    "errors" in error &&
    Array.isArray(error.errors)
  );
}
