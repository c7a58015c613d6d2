import type { Services } from "../../engine/services.ts";
import type { Observe } from "../http/accessLog.ts";
import { type App, type Context, headerOf } from "../http/context.ts";
import { bootOf, type InstallationMarks } from "./boot.ts";
import type { Boot } from "./bootShape.ts";
import type { PanelFile, PanelFiles } from "./files.ts";

export interface PanelOptions {
  readonly services: Services;
  readonly panel: PanelFiles;
  readonly marks: InstallationMarks;
  readonly newTraceId: () => string;
  /** Headers of every answer, unless it says otherwise itself. */
  readonly common: Readonly<Record<string, string>>;
  readonly remoteOf: (context: Context) => string;
  readonly observe: Observe;
}

const ROOT = "/admin/";
const PAGE_PATH = "/admin/*";
const BOOT_MARK = "<!--boot-->";
const NONCE_BYTES = 16;
/** Files are named by what is in them. */
const FOR_EVER = "public, max-age=31536000, immutable";

/** Serves the panel: its files as they are, and for every other path under `/admin/` the page, which finds its way by the URL. */
export function mountPanel(app: App, options: PanelOptions): void {
  const { services, panel, common } = options;

  async function answer(context: Context): Promise<Response> {
    const { pathname } = new URL(context.req.url);
    const file = panel.files.get(pathname.slice(ROOT.length));
    if (file !== undefined) return fileAnswer(file, pathname, common, headerOf(context, "accept-encoding"));
    const nonce = services.randomBytes(NONCE_BYTES).toString("base64");
    const boot = await bootOf(services, options.marks, (name) => headerOf(context, name) ?? null);
    return new Response(pageOf(panel.page, boot, nonce), {
      headers: {
        ...common,
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policyOf(nonce),
      },
    });
  }

  app.get("/admin", (context) => context.redirect(ROOT, 308));
  app.get(PAGE_PATH, async (context) => {
    const started = performance.now();
    const response = await answer(context);
    options.observe({
      method: context.req.method,
      route: PAGE_PATH,
      status: response.status,
      code: null,
      ms: performance.now() - started,
      traceId: options.newTraceId(),
      caller: null,
      remote: options.remoteOf(context),
    });
    return response;
  });
}

function fileAnswer(
  { type, bytes, gzip }: PanelFile,
  pathname: string,
  common: Readonly<Record<string, string>>,
  accepted = "",
): Response {
  const zipped = gzip !== null && /\bgzip\b/.test(accepted);
  return new Response(zipped ? gzip : bytes, {
    headers: {
      ...common,
      "content-type": type,
      "cache-control": pathname.startsWith(`${ROOT}assets/`) ? FOR_EVER : "no-cache",
      vary: "accept-encoding",
      ...(zipped ? { "content-encoding": "gzip" } : {}),
    },
  });
}

function pageOf(page: string, boot: Boot, nonce: string): string {
  // No text in it can end the block that it stands in.
  const json = JSON.stringify(boot).replaceAll("<", "\\u003c");
  return page.replace(
    BOOT_MARK,
    () =>
      `<meta name="csp-nonce" content="${nonce}"><script type="application/json" id="boot">${json}</script>`,
  );
}

/** Scripts are our own files only; styles made while the page runs carry the nonce; nothing goes to or comes from elsewhere. */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
  ].join("; ");
}
