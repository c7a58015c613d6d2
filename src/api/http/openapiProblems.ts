import { z } from "zod";
import type { Json, SchemaBook } from "./components.ts";
import type { ResponseHeader } from "./headers.ts";
import { type ProblemCode, PROBLEMS, problemSchema } from "./problems.ts";
import type { AnyRoute } from "./route.ts";

/** Whatever the route: Node refuses before there is a request, a part may be down, and there may be a bug. */
const ANYWHERE: readonly ProblemCode[] = [
  ...(["MALFORMED_REQUEST", "REQUEST_TIMEOUT", "EXPECTATION_FAILED", "HEADERS_TOO_LARGE"] as const),
  ...(["TOO_LARGE", "INTERNAL", "UNAVAILABLE"] as const),
];

const HEADERS: Readonly<Partial<Record<ProblemCode, ResponseHeader>>> = {
  UNAUTHENTICATED: "WWW-Authenticate",
  VERSION_CONFLICT: "ETag",
  IDEMPOTENCY_KEY_IN_USE: "Retry-After",
  TOO_MANY_TRIES: "Retry-After",
  UNAVAILABLE: "Retry-After",
};

const MEMBERS = z
  .object({
    serverTime: z.string().describe("With UNAUTHENTICATED, for a terminal: compare your clock with it."),
    actual: z.int().describe("With VERSION_CONFLICT: the version by now."),
    scheduled: z
      .object({ version: z.int(), inForceFrom: z.string() })
      .describe("With ALREADY_SCHEDULED: the version that is to come into force."),
  })
  .partial();

/** Which problems the route can answer: those of what it takes and of who may call it, and its own. */
export function codesOf(route: AnyRoute): readonly ProblemCode[] {
  const codes = new Set<ProblemCode>([...ANYWHERE, ...(route.refusals ?? [])]);
  const add = (...more: readonly ProblemCode[]): void => {
    for (const code of more) codes.add(code);
  };
  if (route.params !== undefined) add("NOT_FOUND");
  if (route.query !== undefined || route.body !== undefined || route.streams !== undefined) {
    add("INVALID_REQUEST");
  }
  if (route.params !== undefined && route.method !== "GET") add("INVALID_REQUEST");
  if (route.body !== undefined) add("MALFORMED_JSON", "UNSUPPORTED_MEDIA_TYPE");
  if (route.streams !== undefined) add("UNSUPPORTED_MEDIA_TYPE");
  if (route.security === "device") add("UNAUTHENTICATED");
  if (route.security === "terminal") add("UNAUTHENTICATED", "FORBIDDEN", "TERMINAL_SUSPENDED");
  if (route.security === "management") {
    add("UNAUTHENTICATED", "FORBIDDEN");
    if (route.beforeConsent !== true) add("CONSENT_REQUIRED");
    if (route.wantsConfirmation === true) add("CONFIRMATION_REQUIRED");
    if (route.method !== "GET") add("CSRF");
  }
  for (const header of route.reads ?? []) {
    if (header === "Wait-For") add("INVALID_REQUEST");
    if (header === "If-Match") add("VERSION_CONFLICT");
    if (header === "Idempotency-Key") add("INVALID_REQUEST", "REQUEST_ID_REUSED", "IDEMPOTENCY_KEY_IN_USE");
  }
  return [...codes];
}

/** The responses of the route that are problems, by status: references to what is put into `shared`. */
export function problemResponses(route: AnyRoute, book: SchemaBook, shared: Json): Json {
  const { tells } = route;
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codesOf(route)) {
    const status = tells === undefined || tells.isPartial ? PROBLEMS[code].status : tells.statusOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses: Json = {};
  for (const [status, unsorted] of [...byStatus].sort(([a], [b]) => a - b)) {
    const codes = [...unsorted].sort();
    const headers = codes.flatMap((code) => HEADERS[code] ?? []);
    const forReference = status === 403 && route.security === "terminal";
    const rejections =
      forReference && route.rejection !== undefined ? [book.of(route.rejection, "output")] : [];
    const plain = {
      allOf: [
        { $ref: "#/components/schemas/Problem" },
        {
          type: "object",
          properties: { code: { type: "string", description: "Which of these it is.", enum: codes } },
        },
      ],
    };
    const name =
      codes.map(pascal).join("Or") + (rejections.length > 0 ? "OrRejection" : "") + (tells?.name ?? "");
    responses[String(status)] = { $ref: `#/components/responses/${name}` };
    shared[name] = {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" "),
      headers: headerReferences([
        ...headers,
        ...(forReference ? (["WWW-Authenticate"] as const) : []),
        ...(rejections.length > 0 ? (["Position"] as const) : []),
      ]),
      content: {
        ...(tells === undefined
          ? {}
          : { [tells.mediaType ?? "application/json"]: { schema: book.of(tells.schema, "output") } }),
        ...(tells === undefined || tells.isPartial
          ? {
              "application/problem+json": {
                schema: rejections.length > 0 ? { anyOf: [plain, ...rejections] } : plain,
              },
            }
          : {}),
      },
    };
  }
  return responses;
}

function pascal(code: string): string {
  return code.replace(/([A-Z])([A-Z]*)_?/g, (_, first: string, rest: string) => first + rest.toLowerCase());
}

export function headerReferences(names: readonly ResponseHeader[]): Json {
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
}

/** The components that problems are made of. */
export function problemSchemas(book: SchemaBook): Json {
  const meanings = Object.fromEntries(Object.entries(PROBLEMS).map(([code, { title }]) => [code, title]));
  const problem = book.of(problemSchema.extend(MEMBERS.shape), "output");
  const properties = z.record(z.string(), z.unknown()).parse(problem["properties"]);
  return {
    Problem: {
      ...problem,
      description: "A problem (RFC 9457). Some have members beside these.",
      properties: { ...properties, code: { $ref: "#/components/schemas/ProblemCode" } },
      additionalProperties: true,
    },
    ProblemCode: enumOf("What to switch on.", meanings),
  };
}

/** A closed list of codes with what each means, for people and for generators. */
function enumOf(description: string, meanings: Readonly<Record<string, string>>): Json {
  return {
    type: "string",
    enum: Object.keys(meanings),
    description: listLines(description, meanings),
    "x-enumDescriptions": meanings,
  };
}

/** What each code means, as a list in Markdown. */
export function listLines(description: string, meanings: Readonly<Record<string, string>>): string {
  return [
    description,
    "",
    ...Object.entries(meanings).map(([code, meaning]) => `- \`${code}\`: ${meaning}`),
  ].join("\n");
}
