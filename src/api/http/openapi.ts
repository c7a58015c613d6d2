import { z } from "zod";
import { type Json, SchemaBook } from "./components.ts";
import { REQUEST_HEADERS, RESPONSE_HEADERS } from "./headers.ts";
import { headerReferences, problemResponses, problemSchemas } from "./openapiProblems.ts";
import type { AnyRoute } from "./route.ts";

export interface DocumentOptions {
  readonly version: string;
  /** What a member or a parameter means wherever it stands, by its name. */
  readonly meanings: Readonly<Record<string, string>>;
  /** What each tag holds. */
  readonly tags: Readonly<Record<string, string>>;
  /** By method and path, as `POST /pos/pair`. */
  readonly examples: Readonly<Record<string, Example>>;
}

/** A request that is taken as it stands (but for ids and codes, which are each installation's own), and its answer. */
export interface Example {
  readonly body?: unknown;
  readonly answer?: unknown;
}

/** The OpenAPI 3.1 document, made of the schemas that validate: zod writes JSON Schema 2020-12, which 3.1 speaks. */
export function openApiDocument(routes: readonly AnyRoute[], options: DocumentOptions): Json {
  const { version, meanings, tags } = options;
  const book = new SchemaBook(meanings);
  const paths: Record<string, Json> = {};
  const shared: Json = {};
  // The pages that show this document are no part of it.
  const shown = routes.filter((one) => one.tag !== "Documentation");
  for (const route of shown) {
    const operations = paths[route.path] ?? {};
    operations[route.method.toLowerCase()] = operationOf(route, book, shared, options);
    paths[route.path] = operations;
  }
  const { part, schemas } = book.finish({ paths, responses: shared, problems: problemSchemas(book) });
  const used = new Set(shown.map((one) => one.tag));
  return {
    openapi: "3.1.0",
    info: {
      title: "Admittance",
      version,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description:
        "Decides at the payment terminal whether a card may enter. Times are RFC 3339 in UTC, money is a decimal string with a currency, ids are ULIDs, errors are problem details (RFC 9457) with a `code`. Answers may get more members: skip what you don't know.",
    },
    servers: [{ url: "/", description: "The server that this document comes from." }],
    tags: [...used].map((name) => ({ name, description: tags[name] ?? name })),
    paths: part["paths"],
    components: {
      schemas: { ...schemas, ...z.record(z.string(), z.unknown()).parse(part["problems"]) },
      responses: part["responses"],
      headers: headersOf(shown),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

const SECURITY_SCHEMES = {
  terminal: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description:
      "RS256, signed by the terminal's own key: sub = serial number, iat and exp at most 24 h apart.",
  },
  device: {
    type: "apiKey",
    in: "header",
    name: "Device-Signature",
    description: `${REQUEST_HEADERS["Device-Signature"].description} Device-Id, Device-Timestamp and Device-Nonce stand beside it.`,
  },
  apiKey: { type: "http", scheme: "bearer", description: "An API key of `admittance keys create`." },
  apiKeyAsPassword: {
    type: "http",
    scheme: "basic",
    description: "The password is an API key; the user's name is not looked at.",
  },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "admittance_session",
    description: "The cookie that signing in sets.",
  },
  csrf: {
    type: "apiKey",
    in: "header",
    name: "X-CSRF-Token",
    description: "The session's `csrfToken`: wanted with the cookie for everything but GET.",
  },
};

function headersOf(routes: readonly AnyRoute[]): Json {
  const text = JSON.stringify(routes.map((one) => one.sends ?? []));
  const always = ["Retry-After", "WWW-Authenticate", "ETag"];
  return Object.fromEntries(
    Object.entries(RESPONSE_HEADERS).filter(([name]) => always.includes(name) || text.includes(`"${name}"`)),
  );
}

function operationOf(
  route: AnyRoute,
  book: SchemaBook,
  shared: Json,
  { meanings, examples }: DocumentOptions,
): Json {
  const example = examples[`${route.method} ${route.path}`] ?? {};
  return {
    operationId: operationId(route),
    summary: route.summary,
    description: route.description ?? `${route.summary}.`,
    tags: [route.tag],
    security: securityOf(route),
    parameters: [
      ...parametersOf(route.params, "path", book, meanings),
      ...parametersOf(route.query, "query", book, meanings),
      ...(route.reads ?? []).map((name) => ({
        name,
        in: "header",
        required: false,
        ...REQUEST_HEADERS[name],
      })),
    ],
    ...requestBodyOf(route, book, example),
    responses: { ...answersOf(route, book, example), ...problemResponses(route, book, shared) },
  };
}

function securityOf({ security, method, takesBasic = false }: AnyRoute): readonly Json[] {
  if (security === "none") return [];
  if (security === "device") return [{ device: [] }];
  if (security === "terminal") return [{ terminal: [] }];
  if (takesBasic) return [{ apiKeyAsPassword: [] }, { apiKey: [] }];
  return [{ apiKey: [] }, method === "GET" ? { session: [] } : { session: [], csrf: [] }];
}

function requestBodyOf(route: AnyRoute, book: SchemaBook, example: Example): Json {
  const { body, documentedBody, streams } = route;
  if (streams !== undefined) {
    const content = Object.fromEntries(
      [streams].flat().map((type, index) => {
        return [type, { schema: { type: "string" }, ...(index === 0 ? exampleOf(example.body) : {}) }];
      }),
    );
    return { requestBody: { required: true, content } };
  }
  if (body === undefined) return {};
  const schema = book.of(documentedBody ?? body, "input");
  return {
    requestBody: {
      // A command all of whose members are optional takes no body for an empty one.
      required: !body.safeParse({}).success,
      content: { "application/json": { schema, ...exampleOf(example.body) } },
    },
  };
}

function exampleOf(value: unknown): Json {
  return value === undefined ? {} : { examples: { example: { value } } };
}

const DONE: Readonly<Record<string, string>> = {
  "200": "Done.",
  "201": "Created.",
  "204": "Done: it is gone.",
};

function answersOf(route: AnyRoute, book: SchemaBook, example: Example): Json {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, schema]) => [
      status,
      {
        description: DONE[status] ?? "Done.",
        headers: headerReferences(route.sends ?? []),
        ...(schema === null
          ? {}
          : {
              content: Object.fromEntries(
                [route.produces ?? "application/json"]
                  .flat()
                  .map((type) => [type, { schema: book.of(schema, "output"), ...exampleOf(example.answer) }]),
              ),
            }),
      },
    ]),
  );
}

function operationId(route: AnyRoute): string {
  const words = route.path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return (
    route.method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")
  );
}

function parametersOf(
  schema: z.ZodType | undefined,
  place: "path" | "query",
  book: SchemaBook,
  meanings: Readonly<Record<string, string>>,
): readonly Json[] {
  if (schema === undefined) return [];
  const json = book.of(schema, "input");
  const properties = z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .catch({})
    .parse(json["properties"]);
  const required = z.array(z.string()).catch([]).parse(json["required"]);
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    description: description ?? meanings[name] ?? name,
    schema: property,
  }));
}
