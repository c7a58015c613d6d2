import { z } from "zod";
import { PROBLEMS, problemSchema } from "./problems.ts";
import type { AnyRoute } from "./route.ts";

/** The OpenAPI 3.1 document, made of the schemas that validate: zod writes JSON Schema 2020-12, which 3.1 speaks. */
export function openApiDocument(routes: readonly AnyRoute[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  // The pages that show this document are no part of it.
  for (const route of routes.filter((one) => one.tag !== "Documentation")) {
    const operations = paths[route.path] ?? {};
    operations[route.method.toLowerCase()] = operationOf(route);
    paths[route.path] = operations;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Admittance",
      version,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description:
        "Decides at the payment terminal whether a card may enter. Times are RFC 3339 in UTC, money is a decimal string with a currency, ids are ULIDs, errors are problem details (RFC 9457) with a `code`.",
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, "output") },
      securitySchemes: {
        terminal: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description:
            "RS256, signed by the terminal's own key: sub = serial number, iat and exp at most 24 h apart.",
        },
        apiKey: { type: "http", scheme: "bearer", description: "An API key of `admittance keys create`." },
        session: { type: "apiKey", in: "cookie", name: "admittance_session" },
      },
    },
    "x-problem-codes": PROBLEMS,
  };
}

function operationOf(route: AnyRoute): Record<string, unknown> {
  const responses: Record<string, unknown> = {};
  for (const [status, schema] of Object.entries(route.answers)) {
    responses[status] = {
      description: status.startsWith("2") ? "Done" : "Refused",
      content: { "application/json": { schema: schemaOf(schema, "output") } },
    };
  }
  responses["default"] = {
    description: "A problem",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  const security =
    route.security === "none"
      ? []
      : route.security === "terminal"
        ? [{ terminal: [] }]
        : [{ apiKey: [] }, { session: [] }];
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.tag],
    security,
    parameters: [...parametersOf(route.params, "path"), ...parametersOf(route.query, "query")],
    ...(route.body === undefined
      ? {}
      : { requestBody: { content: { "application/json": { schema: schemaOf(route.body, "input") } } } }),
    ...(route.streams === undefined
      ? {}
      : { requestBody: { content: { [route.streams]: { schema: { type: "string" } } } } }),
    responses,
  };
}

function operationId(route: AnyRoute): string {
  const words = route.path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return (
    route.method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")
  );
}

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query"): readonly unknown[] {
  if (schema === undefined) return [];
  const json = schemaOf(schema, "input");
  const properties = z.record(z.string(), z.unknown()).catch({}).parse(json["properties"]);
  const required = z.array(z.string()).catch([]).parse(json["required"]);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return json;
}
