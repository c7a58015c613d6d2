import { z } from "zod";

/** What the document says of a schema beside what the schema checks. A schema with an id is a shared component. */
export const components = z.registry<{
  readonly id: string;
  readonly description: string;
  /** Of a closed list of codes: what each means. */
  readonly "x-enumDescriptions"?: Readonly<Record<string, string>>;
}>();

export type Json = Record<string, unknown>;

const anyObject = z.record(z.string(), z.unknown());

export function isObject(value: unknown): value is Json {
  return anyObject.safeParse(value).success;
}

type Direction = "input" | "output";

/**
 * JSON Schemas of one document. What is shared stands once, under `components/schemas`: by its id; and where
 * what is taken is not what is answered (defaults are filled in), the taken form by its id and `Input`.
 */
export class SchemaBook {
  readonly #meanings: Readonly<Record<string, string>>;
  readonly #shared: Readonly<Record<Direction, Map<string, Json>>> = { input: new Map(), output: new Map() };

  /** `meanings`: what a member means wherever it stands, by its name. */
  constructor(meanings: Readonly<Record<string, string>>) {
    this.#meanings = meanings;
  }

  /** The schema with references to what is shared, each of the form `#/components/schemas/input:Money` until `finish`. */
  of(schema: z.ZodType, direction: Direction): Json {
    // Within another one, so that a schema with an id is a reference as well.
    const whole = z.toJSONSchema(z.object({ value: schema }), {
      io: direction,
      unrepresentable: "any",
      metadata: components,
      // What a member says of itself where it is declared goes before what its name means elsewhere.
      override: ({ zodSchema, jsonSchema }) => {
        const own = z.globalRegistry.get(zodSchema)?.description;
        if (own !== undefined) jsonSchema.description ??= own;
      },
    });
    for (const [id, definition] of Object.entries(whole.$defs ?? {})) {
      const { id: _id, ...rest } = anyObject.parse(definition);
      this.#shared[direction].set(id, this.#mended(rest, direction));
    }
    return this.#mended(anyObject.parse(whole.properties?.["value"]), direction);
  }

  /** What is shared, and the part with its references as they are at last. */
  finish(part: Json): { readonly part: Json; readonly schemas: Json } {
    const differing = this.#differing();
    const nameOf = (direction: string, id: string): string =>
      direction === "input" && differing.has(id) ? `${id}Input` : id;
    const schemas: Json = {};
    const used = new Set<string>();
    const settle = (value: unknown): unknown => {
      const visit = (reference: string): string => {
        const [, direction = "", id] = OURS.exec(reference) ?? [];
        if (id === undefined) return reference;
        const name = nameOf(direction, id);
        const isInput = direction === "input";
        const definition = this.#shared[isInput ? "input" : "output"].get(id);
        if (!used.has(name) && definition !== undefined) {
          used.add(name);
          schemas[name] = settle(definition);
        }
        return `#/components/schemas/${name}`;
      };
      return mapReferences(value, visit);
    };
    const settled = anyObject.parse(settle(part));
    const inOrder = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1));
    return { part: settled, schemas: Object.fromEntries(inOrder) };
  }

  /** Ids whose two forms differ, or that refer to one that does. */
  #differing(): ReadonlySet<string> {
    const { input, output } = this.#shared;
    const differing = new Set<string>();
    const plain = (value: unknown): string =>
      JSON.stringify(mapReferences(value, (reference) => OURS.exec(reference)?.[2] ?? reference));
    for (const [id, definition] of input) {
      const other = output.get(id);
      if (other !== undefined && plain(definition) !== plain(other)) differing.add(id);
    }
    for (let before = -1; before !== differing.size; ) {
      before = differing.size;
      for (const [id, definition] of input) {
        const reaches = [...differing].some((one) => JSON.stringify(definition).includes(`input:${one}"`));
        if (reaches && output.has(id)) differing.add(id);
      }
    }
    return differing;
  }

  #mended(schema: Json, direction: Direction): Json {
    return anyObject.parse(this.#mend(schema, direction));
  }

  #mend(value: unknown, direction: Direction): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#mend(one, direction));
    if (!isObject(value)) return value;
    const result: Json = {};
    for (const [key, inner] of Object.entries(value)) {
      // What is answered may have more members one day.
      if (key === "additionalProperties" && inner === false && direction === "output") continue;
      if (key === "properties" && isObject(inner)) {
        result[key] = Object.fromEntries(
          Object.entries(inner).map(([name, one]) => [
            name,
            this.#explained(name, this.#mend(one, direction)),
          ]),
        );
        continue;
      }
      result[key] =
        key === "$ref" && typeof inner === "string"
          ? inner.replace(/^#\/\$defs\//, `#/components/schemas/${direction}:`)
          : this.#mend(inner, direction);
    }
    return result;
  }

  #explained(name: string, schema: unknown): unknown {
    const meaning = this.#meanings[name];
    if (meaning === undefined || !isObject(schema) || schema["description"] !== undefined) return schema;
    return { ...schema, description: meaning };
  }
}

const OURS = /^#\/components\/schemas\/(input|output):(.+)$/;

function mapReferences(value: unknown, change: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => mapReferences(one, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "$ref" && typeof inner === "string" ? change(inner) : mapReferences(inner, change),
    ]),
  );
}
