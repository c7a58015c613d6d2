import { isIP } from "node:net";
import { type AppOptions, createApp } from "../api/app.ts";
import type { CertificatePort } from "../api/management/secured.ts";
import { traceIds } from "../engine/traceIds.ts";
import type { Settings } from "../settings.ts";
import { ListenerContext } from "./certificateContext.ts";
import { CertificateListener } from "./certificateListener.ts";
import type { Ending } from "./ending.ts";
import { type Tls, watchTls } from "./tls.ts";

const STOP_MS = 12_000;

/** Brings up the port that wants certificates, where the settings ask for one. */
export class CertificatePortOf {
  readonly #settings: Settings;
  #found: CertificatePort | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Where devices find it. */
  get found(): CertificatePort | null {
    return this.#found;
  }

  /** @throws SetupError for a port that can't be had */
  async open(
    parts: Pick<
      AppOptions,
      "services" | "metrics" | "version" | "accessLog" | "around" | "marks" | "routes" | "hub"
    > & {
      readonly tls: Tls | undefined;
    },
    ending: Ending,
  ): Promise<number | null> {
    const { mtlsPort, host, tls: files, publicUrl } = this.#settings;
    if (mtlsPort === undefined) return null;
    const { tls, ...common } = parts;
    const { services } = common;
    const only = { panel: null, servesTls: true, trustedProxies: 0, hasDocument: false, otherUpgrades: "/" };
    const { app, answerNodeErrors } = await createApp({ ...common, ...only });
    const hosts = [...hostIn(publicUrl), host].filter((name) => !isAnyAddress(name));
    const context = new ListenerContext(services, hosts, tls);
    const newTraceId = traceIds(services.randomBytes);
    const listener = await CertificateListener.open({
      services,
      app,
      context,
      port: mtlsPort,
      host,
      newTraceId,
    });
    answerNodeErrors(listener.http);
    ending.push("certificate port", async () => await listener.stop(), STOP_MS);
    if (files !== undefined) {
      const { logger } = services;
      ending.push(
        "TLS files of the certificate port",
        watchTls(files, { logger, renewed: (next) => context.renewed(next) }),
      );
    }
    const { port } = listener;
    const [name = "localhost"] = hosts;
    this.#found = { host: isIP(name) === 6 ? `[${name}]` : name, port };
    services.logger.info({ port }, "devices come by their certificates here");
    return port;
  }
}

function hostIn(url: string | undefined): readonly string[] {
  if (url === undefined) return [];
  return [new URL(url).hostname.replace(/^\[(.*)\]$/, "$1")];
}

function isAnyAddress(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}
