import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";

/** What the server's own OpenAPI document says, held against every answer that a test gets from it by `fetch`. */

const references = z.record(z.string(), z.unknown());
const response = z.object({ headers: references.default({}), content: references.default({}) });
const operation = z.looseObject({
  responses: z.record(z.string(), z.union([z.object({ $ref: z.string() }), response])),
});
export const apiDocument = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ responses: z.record(z.string(), response) }),
});
export type ApiDocument = z.infer<typeof apiDocument>;

/** Of HTTP itself, or on every answer whatever the route. */
const OF_HTTP: ReadonlySet<string> = new Set([
  ...["connection", "content-length", "content-type", "date", "keep-alive", "transfer-encoding"],
  ...["cache-control", "content-security-policy", "cross-origin-opener-policy", "origin-agent-cluster"],
  ...["cross-origin-resource-policy", "referrer-policy", "strict-transport-security"],
  ...["x-content-type-options", "x-dns-prefetch-control", "x-download-options", "x-frame-options"],
  ...["x-permitted-cross-domain-policies", "x-xss-protection"],
]);

export interface Watch {
  /** What an answer had that the document does not say; waits for the answers that are still being looked at. */
  undocumented(): Promise<readonly string[]>;
  end(): void;
}

type Look = (method: string, url: URL, answer: Response) => Promise<void>;
const watches = new Set<Look>();
const realFetch = globalThis.fetch;
const pending = new Set<Promise<void>>();

/** From now on every answer of this server is held against its document. */
export function watchAnswers(serverUrl: string, document: ApiDocument): Watch {
  const found = new Set<string>();
  const check = checker(document);
  const { origin } = new URL(serverUrl);
  const noted: Look = async (method, url, answer) => {
    if (url.origin !== origin) return;
    const wrong = await check(method, url, answer).catch(String);
    if (wrong !== null) found.add(wrong);
  };
  watches.add(noted);
  globalThis.fetch = watchedFetch;
  return {
    undocumented: async () => {
      await Promise.all(pending);
      return [...found];
    },
    end: () => {
      watches.delete(noted);
      if (watches.size === 0) globalThis.fetch = realFetch;
    },
  };
}

const watchedFetch: typeof globalThis.fetch = async (input, init) => {
  const answer = await realFetch(input, init);
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  const url = new URL(input instanceof Request ? input.url : input);
  for (const look of watches) {
    const looked = look(method, url, answer.clone());
    pending.add(looked);
    void looked.finally(() => pending.delete(looked));
  }
  return answer;
};

/** Answers what is wrong with an answer, null for nothing. */
function checker(
  document: ApiDocument,
): (method: string, url: URL, answer: Response) => Promise<string | null> {
  const validatorOf = validators(document);
  const templates = Object.entries(document.paths).map(([path, operations]) => ({
    path,
    operations,
    pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
    // `/api/cards/lookup` comes before `/api/cards/{cardId}`.
    holes: path.split("{").length,
  }));
  templates.sort((a, b) => a.holes - b.holes);
  return async (method, url, answer) => {
    const { pathname } = url;
    // The pages that show the document are no part of it.
    if (pathname === "/" || pathname.startsWith("/docs") || pathname === "/openapi.json") return null;
    const known = templates.filter(({ pattern }) => pattern.test(pathname));
    const name = method === "HEAD" ? "get" : method.toLowerCase();
    const template = known.find(({ operations }) => name in operations);
    const said = template?.operations[name];
    if (template === undefined || said === undefined) {
      const refused = [404, 405, 400, 431].includes(answer.status);
      return refused
        ? null
        : `${method} ${pathname} is not documented, and answered ${String(answer.status)}`;
    }
    const where = `${method} ${template.path} ${String(answer.status)}`;
    const given = said.responses[String(answer.status)];
    if (given === undefined) return `${where}: the status is not documented`;
    const { name: key, value } = resolved(document, given, `${method} ${template.path}`, answer.status);
    const headers = new Set(Object.keys(value.headers).map((one) => one.toLowerCase()));
    const strange = [...answer.headers.keys()].filter((one) => !OF_HTTP.has(one) && !headers.has(one));
    if (strange.length > 0) return `${where}: ${strange.join(", ")} not documented`;
    const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
    if (type === "text/event-stream") {
      // It does not end by itself; what is cancelled has gone once the test's own half has.
      void answer.body?.cancel();
      return value.content[type] === undefined ? `${where}: ${type} is not documented` : null;
    }
    // Where the connection broke off in the middle there is no body to look at.
    const text = await answer.text().catch(() => "");
    if (text === "") return null;
    if (value.content[type] === undefined) return `${where}: ${type} is not documented`;
    if (!type.endsWith("json")) return null;
    const valid = validatorOf(key, type);
    const body: unknown = JSON.parse(text);
    if (valid(body)) return null;
    const first = valid.errors?.[0];
    return `${where}: ${first?.instancePath ?? ""} ${first?.message ?? ""} ${JSON.stringify(first?.params)}`;
  };
}

function resolved(
  document: ApiDocument,
  given: z.infer<typeof operation>["responses"][string],
  at: string,
  status: number,
) {
  if (!("$ref" in given)) {
    const [method = "", path = ""] = at.split(" ");
    const pointer = `/paths/${pointerPart(path)}/${method.toLowerCase()}/responses/${String(status)}`;
    return { name: pointer, value: given };
  }
  const name = given.$ref.split("/").at(-1) ?? "";
  const value = document.components.responses[name];
  if (value === undefined) throw new Error(`${given.$ref} is not there`);
  return { name: `/components/responses/${name}`, value };
}

function pointerPart(text: string): string {
  return encodeURIComponent(text.replaceAll("~", "~0").replaceAll("/", "~1"));
}

const compiled = new Map<string, (pointer: string, type: string) => ValidateFunction>();

/** Validators by where the response stands; made once for all servers of the same document. */
function validators(document: ApiDocument): (pointer: string, type: string) => ValidateFunction {
  const text = JSON.stringify(document);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, "document");
  const made = (pointer: string, type: string): ValidateFunction => {
    const reference = `document#${pointer}/content/${pointerPart(type)}/schema`;
    const valid = ajv.getSchema(reference);
    if (valid === undefined) throw new Error(`${reference} is not there`);
    return valid;
  };
  compiled.set(text, made);
  return made;
}
