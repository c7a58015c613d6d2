import { isIP } from "node:net";
import { z } from "zod";
import { type Money, money } from "./domain/money.ts";

/** A start that can't go on for a reason the operator can mend. `message` is one clear line, without secrets. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

/** What the environment says, checked. See `docs/operating.md` for each setting. */
export interface Settings {
  /** TCP port of the API and the panel; 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** PostgreSQL to use; the embedded one when absent. */
  readonly databaseUrl: string | undefined;
  /** EventStoreDB or KurrentDB that holds the event log; PostgreSQL holds it when absent. */
  readonly eventStoreUrl: string | undefined;
  /** What the names of this installation's streams begin with in EventStoreDB; empty: it has the server to itself. */
  readonly eventStorePrefix: string;
  /** Directory for everything that is kept on disk, as given (relative to the working directory). */
  readonly dataDir: string;
  /** Where clients reach us, without a trailing slash. */
  readonly publicUrl: string | undefined;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Proxies in front whose `X-Forwarded-*` is believed: none, any, or this many hops. */
  readonly trustProxy: boolean | number;
  /** TCP port that wants client certificates; none when absent. */
  readonly mtlsPort: number | undefined;
  /** How long the certificates of terminals count. */
  readonly certificateDays: number;
  readonly oidc:
    | { readonly issuer: string; readonly clientId: string; readonly clientSecret: string | undefined }
    | undefined;
  readonly keyringFile: string | undefined;
  /** Who shows it may read metrics and the details of readiness from elsewhere than this machine. */
  readonly metricsToken: string | undefined;
  /** By which card numbers are hashed for terminals of the reference profile, all of them by the same; none: off. */
  readonly referenceListSecret: string | undefined;
  /** Whoever claims a device is not told what is wrong with a code. */
  readonly claimStrict: boolean;
  /** Adjustments want a second person, whoever makes them. */
  readonly adjustmentsNeedApproval: boolean;
  /** Who verifies cards; nobody when absent. */
  readonly acquirer: (OutsideSystemSetting & { readonly amount: Money }) | undefined;
  /** Rules kept elsewhere; none when absent. */
  readonly externalRules: OutsideSystemSetting | undefined;
  /** What cards spend, and which are enrolled, as the reward system knows it; nobody is asked when absent. */
  readonly rewards: (OutsideSystemSetting & { readonly pullSeconds: number }) | undefined;
  /** Where calls to the outside may go besides public addresses: names, addresses and networks, separated by commas. */
  readonly outboundAllowed: string;
  /** Where exchange rates are fetched from by the day. */
  readonly ratesUrl: string | undefined;
  readonly demo: boolean;
  readonly testClock: boolean;
  readonly logLevel: LogLevel;
  /** The share of successful requests that the log names, 0 to 1. */
  readonly accessLog: number;
  /** Traces are sent; where to is for OpenTelemetry's own variables to say. */
  readonly traces: boolean;
}

/** `url` without a slash at its end; `key`: what requests are signed by. */
interface OutsideSystemSetting {
  readonly url: string;
  readonly key: string;
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(65_535));
const flag = z.enum(["0", "1"]).transform((value) => value === "1");
const path = z.string().refine((value) => !value.includes("\0"));
// Several hosts, separated by commas, are no URL to the URL parser.
const eventStoreUrl = z
  .string()
  .regex(/^(esdb|kurrentdb)(\+discover)?:\/\/([^\s@/?#]*@)?[^\s@/?#,]+(,[^\s@/?#,]+)*([/?]\S*)?$/);
const webUrl = z.string().refine((value) => {
  const parsed = parseUrl(value);
  if (parsed === undefined || parsed.search !== "" || parsed.hash !== "") return false;
  return /^https?:$/.test(parsed.protocol) && parsed.username === "" && parsed.password === "";
});
// A URL without a host (a Unix socket) is fine for PostgreSQL.
const postgresUrl = z.string().refine((value) => {
  const protocol = parseUrl(value)?.protocol;
  return protocol === "postgres:" || protocol === "postgresql:";
});
const secureUrl = webUrl.refine((value) => {
  const parsed = parseUrl(value);
  return parsed !== undefined && (parsed.protocol === "https:" || isLoopback(parsed.hostname));
});
const sharedKey = z.string().regex(/^[\x21-\x7e]{16,256}$/);
const trustProxy = z.union([
  z.enum(["true", "false"]).transform((value) => value === "true"),
  z
    .string()
    .regex(/^\d{1,2}$/)
    .transform((value) => (Number(value) === 0 ? false : Number(value))),
]);

const schema = z.object({
  PORT: port.default(8080),
  HOST: z.string().refine(isHost).default("127.0.0.1"),
  DATABASE_URL: postgresUrl.optional(),
  EVENTSTORE_URL: eventStoreUrl.optional(),
  EVENTSTORE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .default(""),
  DATA_DIR: path.default("./data"),
  PUBLIC_URL: webUrl.transform((value) => value.replace(/\/+$/, "")).optional(),
  TLS_CERT_FILE: path.optional(),
  TLS_KEY_FILE: path.optional(),
  TRUST_PROXY: trustProxy.default(false),
  MTLS_PORT: port.optional(),
  CERTIFICATE_DAYS: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(397))
    .default(90),
  OIDC_ISSUER: secureUrl.optional(),
  OIDC_CLIENT_ID: z.string().max(255).optional(),
  OIDC_CLIENT_SECRET: z.string().max(1024).optional(),
  KEYRING_FILE: path.optional(),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/)
    .optional(),
  REFERENCE_LIST_SECRET: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/)
    .optional(),
  CLAIM_STRICT: flag.default(false),
  ADJUSTMENTS_NEED_APPROVAL: flag.default(false),
  ACQUIRER_URL: secureUrl.transform(withoutSlash).optional(),
  ACQUIRER_KEY: sharedKey.optional(),
  ACQUIRER_AMOUNT: z
    .string()
    .transform((value) => {
      const [amount = "", currency = ""] = value.split(/\s+/);
      return { amount, currency };
    })
    .pipe(money.refine(({ amount }) => /[1-9]/.test(amount)))
    .optional(),
  EXTERNAL_RULES_URL: webUrl.transform(withoutSlash).optional(),
  EXTERNAL_RULES_KEY: sharedKey.optional(),
  REWARDS_URL: secureUrl.transform(withoutSlash).optional(),
  REWARDS_KEY: sharedKey.optional(),
  REWARDS_PULL_SECONDS: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.number().min(10).max(86_400))
    .optional(),
  OUTBOUND_ALLOWED: z
    .string()
    .max(4_096)
    .refine((value) => value.split(",").every((entry) => entry.trim() === "" || isPlace(entry.trim())))
    .default(""),
  RATES_URL: z
    .string()
    .max(2_048)
    .refine((value) => value === "ecb" || isRatesUrl(value))
    .optional(),
  DEMO: flag.optional(),
  TEST_CLOCK: flag.default(false),
  LOG_LEVEL: z.enum(logLevels).default("info"),
  ACCESS_LOG: z
    .string()
    .regex(/^(0|1|0?\.\d{1,6}|1\.0{1,6})$/)
    .transform(Number)
    .default(1),
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webUrl.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.literal("http/protobuf").optional(),
  OTEL_SDK_DISABLED: z.enum(["true", "false"]).default("false"),
});

type Name = keyof typeof schema.shape;

const allowed: Record<Name, string> = {
  PORT: "a whole number from 0 to 65535",
  HOST: "an IP address or a host name",
  DATABASE_URL: "postgres://user:password@host:port/database",
  EVENTSTORE_URL: "esdb://host:2113, esdb+discover://, kurrentdb:// or kurrentdb+discover://",
  EVENTSTORE_PREFIX:
    "1 to 64 letters, digits, dots, underscores and hyphens, beginning with a letter or digit",
  DATA_DIR: "a directory",
  PUBLIC_URL: "an http:// or https:// address without user, query and fragment",
  TLS_CERT_FILE: "a file",
  TLS_KEY_FILE: "a file",
  TRUST_PROXY: "true, false or the number of proxies in front (0 to 99)",
  MTLS_PORT: "a whole number from 0 to 65535",
  CERTIFICATE_DAYS: "a whole number from 1 to 397",
  OIDC_ISSUER: "an https:// address without user, query and fragment (http:// on loopback only)",
  OIDC_CLIENT_ID: "at most 255 characters",
  OIDC_CLIENT_SECRET: "at most 1024 characters",
  KEYRING_FILE: "a file",
  METRICS_TOKEN: "16 to 256 printable ASCII characters without blanks",
  REFERENCE_LIST_SECRET: "16 to 256 printable ASCII characters without blanks",
  CLAIM_STRICT: "1 or 0",
  ADJUSTMENTS_NEED_APPROVAL: "1 or 0",
  ACQUIRER_URL: "an https:// address without user, query and fragment (http:// on loopback only)",
  ACQUIRER_KEY: "16 to 256 printable ASCII characters without blanks",
  ACQUIRER_AMOUNT: "an amount and its currency, for example 1.00 EUR",
  EXTERNAL_RULES_URL: "an http:// or https:// address without user, query and fragment",
  EXTERNAL_RULES_KEY: "16 to 256 printable ASCII characters without blanks",
  REWARDS_URL: "an https:// address without user, query and fragment (http:// on loopback only)",
  REWARDS_KEY: "16 to 256 printable ASCII characters without blanks",
  REWARDS_PULL_SECONDS: "a whole number from 10 to 86400",
  OUTBOUND_ALLOWED: "host names, addresses and networks (10.1.0.0/16), separated by commas",
  RATES_URL: "ecb, or an http or https URL without a password",
  DEMO: "1 or 0",
  TEST_CLOCK: "1 or 0",
  LOG_LEVEL: logLevels.join(", "),
  ACCESS_LOG: "a share from 0 to 1, for example 0.05",
  OTEL_EXPORTER_OTLP_ENDPOINT: "an http:// or https:// address without user, query and fragment",
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "an http:// or https:// address without user, query and fragment",
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  OTEL_SDK_DISABLED: "true or false",
};

/**
 * Reads the settings from an environment; names it doesn't know are left alone, an empty value counts as absent.
 * @throws SetupError whose message is one line: the setting, what was given (secrets hidden), what is allowed
 */
export function parseSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given: Partial<Record<Name, string>> = {};
  for (const name of schema.keyof().options) {
    const value = env[name]?.trim();
    if (value) given[name] = value;
  }
  const result = schema.safeParse(given);
  if (!result.success) throw new SetupError(describe(result.error, given));

  const s = result.data;
  if (s.EVENTSTORE_PREFIX !== "" && s.EVENTSTORE_URL === undefined) {
    throw new SetupError("EVENTSTORE_PREFIX is set but EVENTSTORE_URL is not: set both, or neither.");
  }
  const tls = together(s.TLS_CERT_FILE, s.TLS_KEY_FILE, "TLS_CERT_FILE", "TLS_KEY_FILE");
  if (!isLoopback(s.HOST) && !tls && s.TRUST_PROXY === false) {
    throw new SetupError(
      `HOST is ${show("HOST", s.HOST)}, which others can reach over plain HTTP: set TLS_CERT_FILE and TLS_KEY_FILE, or TRUST_PROXY if a proxy in front does TLS, or use 127.0.0.1.`,
    );
  }
  if (s.MTLS_PORT !== undefined && s.MTLS_PORT !== 0 && s.MTLS_PORT === s.PORT) {
    throw new SetupError(`MTLS_PORT is "${s.MTLS_PORT}", the same as PORT: allowed is a port of its own.`);
  }
  return {
    port: s.PORT,
    host: s.HOST,
    databaseUrl: s.DATABASE_URL,
    eventStoreUrl: s.EVENTSTORE_URL,
    eventStorePrefix: s.EVENTSTORE_PREFIX,
    dataDir: s.DATA_DIR,
    publicUrl: s.PUBLIC_URL,
    tls: tls && { certFile: tls[0], keyFile: tls[1] },
    trustProxy: s.TRUST_PROXY,
    mtlsPort: s.MTLS_PORT,
    certificateDays: s.CERTIFICATE_DAYS,
    oidc: oidcOf(s.OIDC_ISSUER, s.OIDC_CLIENT_ID, s.OIDC_CLIENT_SECRET),
    keyringFile: s.KEYRING_FILE,
    metricsToken: s.METRICS_TOKEN,
    referenceListSecret: s.REFERENCE_LIST_SECRET,
    claimStrict: s.CLAIM_STRICT,
    adjustmentsNeedApproval: s.ADJUSTMENTS_NEED_APPROVAL,
    acquirer: acquirerOf(s.ACQUIRER_URL, s.ACQUIRER_KEY, s.ACQUIRER_AMOUNT),
    externalRules: outsideOf(
      together(s.EXTERNAL_RULES_URL, s.EXTERNAL_RULES_KEY, "EXTERNAL_RULES_URL", "EXTERNAL_RULES_KEY"),
    ),
    rewards: rewardsOf(s.REWARDS_URL, s.REWARDS_KEY, s.REWARDS_PULL_SECONDS),
    outboundAllowed: s.OUTBOUND_ALLOWED,
    ratesUrl: s.RATES_URL === "ecb" ? ECB_URL : s.RATES_URL,
    // A database that was given is meant for something else.
    demo: s.DEMO ?? s.DATABASE_URL === undefined,
    testClock: s.TEST_CLOCK,
    logLevel: s.LOG_LEVEL,
    accessLog: s.ACCESS_LOG,
    traces:
      s.OTEL_SDK_DISABLED === "false" &&
      (s.OTEL_EXPORTER_OTLP_ENDPOINT ?? s.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) !== undefined,
  };
}

/** What holds, by the name of each setting; of a secret only that it is set. Null: not set. */
export function settingsInForce(
  settings: Settings,
): readonly { readonly name: string; readonly value: string | null }[] {
  const url = (value: string | undefined): string | null =>
    value === undefined ? null : withoutSecrets(value);
  const hidden = (value: string | undefined): string | null => (value === undefined ? null : "(hidden)");
  const flagOf = (value: boolean): string => (value ? "1" : "0");
  const { tls, oidc } = settings;
  const values: Readonly<Partial<Record<Name, string | null>>> = {
    PORT: String(settings.port),
    HOST: settings.host,
    DATABASE_URL: url(settings.databaseUrl),
    EVENTSTORE_URL: url(settings.eventStoreUrl),
    EVENTSTORE_PREFIX: settings.eventStorePrefix === "" ? null : settings.eventStorePrefix,
    DATA_DIR: settings.dataDir,
    PUBLIC_URL: url(settings.publicUrl),
    TLS_CERT_FILE: tls?.certFile ?? null,
    TLS_KEY_FILE: tls?.keyFile ?? null,
    TRUST_PROXY: String(settings.trustProxy),
    MTLS_PORT: settings.mtlsPort === undefined ? null : String(settings.mtlsPort),
    CERTIFICATE_DAYS: String(settings.certificateDays),
    OIDC_ISSUER: url(oidc?.issuer),
    OIDC_CLIENT_ID: oidc?.clientId ?? null,
    OIDC_CLIENT_SECRET: hidden(oidc?.clientSecret),
    KEYRING_FILE: settings.keyringFile ?? null,
    METRICS_TOKEN: hidden(settings.metricsToken),
    REFERENCE_LIST_SECRET: hidden(settings.referenceListSecret),
    CLAIM_STRICT: flagOf(settings.claimStrict),
    ADJUSTMENTS_NEED_APPROVAL: flagOf(settings.adjustmentsNeedApproval),
    ACQUIRER_URL: url(settings.acquirer?.url),
    ACQUIRER_KEY: hidden(settings.acquirer?.key),
    ACQUIRER_AMOUNT:
      settings.acquirer === undefined
        ? null
        : `${settings.acquirer.amount.amount} ${settings.acquirer.amount.currency}`,
    EXTERNAL_RULES_URL: url(settings.externalRules?.url),
    EXTERNAL_RULES_KEY: hidden(settings.externalRules?.key),
    REWARDS_URL: url(settings.rewards?.url),
    REWARDS_KEY: hidden(settings.rewards?.key),
    REWARDS_PULL_SECONDS: settings.rewards === undefined ? null : String(settings.rewards.pullSeconds),
    OUTBOUND_ALLOWED: settings.outboundAllowed === "" ? null : settings.outboundAllowed,
    RATES_URL: settings.ratesUrl ?? null,
    DEMO: flagOf(settings.demo),
    TEST_CLOCK: flagOf(settings.testClock),
    LOG_LEVEL: settings.logLevel,
    ACCESS_LOG: String(settings.accessLog),
  };
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** What is authorised and given back where nothing else is said. */
const VERIFICATION_AMOUNT: Money = { amount: "1.00", currency: "EUR" };

function acquirerOf(
  address: string | undefined,
  key: string | undefined,
  amount: Money | undefined,
): Settings["acquirer"] {
  const given = outsideOf(together(address, key, "ACQUIRER_URL", "ACQUIRER_KEY"));
  if (given !== undefined) return { ...given, amount: amount ?? VERIFICATION_AMOUNT };
  if (amount === undefined) return undefined;
  throw new SetupError("ACQUIRER_AMOUNT is set but ACQUIRER_URL is not: set both, or neither.");
}

const REWARDS_PULL_SECONDS = 300;

function rewardsOf(
  address: string | undefined,
  key: string | undefined,
  pullSeconds: number | undefined,
): Settings["rewards"] {
  const given = outsideOf(together(address, key, "REWARDS_URL", "REWARDS_KEY"));
  if (given !== undefined) return { ...given, pullSeconds: pullSeconds ?? REWARDS_PULL_SECONDS };
  if (pullSeconds === undefined) return undefined;
  throw new SetupError("REWARDS_PULL_SECONDS is set but REWARDS_URL is not: set both, or neither.");
}

function outsideOf(pair: readonly [string, string] | undefined): OutsideSystemSetting | undefined {
  return pair === undefined ? undefined : { url: pair[0], key: pair[1] };
}

function withoutSlash(value: string): string {
  return value.replace(/\/+$/, "");
}

function oidcOf(
  issuerUrl: string | undefined,
  clientId: string | undefined,
  clientSecret: string | undefined,
): Settings["oidc"] {
  const pair = together(issuerUrl, clientId, "OIDC_ISSUER", "OIDC_CLIENT_ID");
  if (pair) return { issuer: pair[0], clientId: pair[1], clientSecret };
  if (clientSecret === undefined) return undefined;
  throw new SetupError("OIDC_CLIENT_SECRET is set but OIDC_ISSUER is not: set both, or neither.");
}

function together(
  a: string | undefined,
  b: string | undefined,
  nameA: Name,
  nameB: Name,
): readonly [string, string] | undefined {
  if (a !== undefined && b !== undefined) return [a, b];
  if (a === undefined && b === undefined) return undefined;
  const [has, lacks] = a === undefined ? [nameB, nameA] : [nameA, nameB];
  throw new SetupError(`${has} is set but ${lacks} is not: set both, or neither.`);
}

function describe(error: z.ZodError, given: Partial<Record<Name, string>>): string {
  const first = error.issues[0]?.path[0];
  const name = schema.keyof().options.find((option) => option === first);
  if (name === undefined) return "The settings could not be read.";
  return `${name} is ${show(name, given[name] ?? "")}: allowed is ${allowed[name]}.`;
}

const SECRETS: ReadonlySet<Name> = new Set([
  "OIDC_CLIENT_SECRET",
  "METRICS_TOKEN",
  "REFERENCE_LIST_SECRET",
  "ACQUIRER_KEY",
  "EXTERNAL_RULES_KEY",
  "REWARDS_KEY",
]);

/** The value in quotes on one line, cut to 100 characters, never with a secret in it. */
function show(name: Name, value: string): string {
  if (SECRETS.has(name)) return "(hidden)";
  const holdsUrl = name.endsWith("_URL") || name.endsWith("_ENDPOINT") || name === "OIDC_ISSUER";
  return holdsUrl ? showUrl(value) : quote(value);
}

const NO_URL = "(hidden, not a URL)";

function showUrl(value: string): string {
  const shown = withoutSecrets(value);
  return shown === NO_URL ? shown : quote(shown);
}

function withoutSecrets(value: string): string {
  const parsed = parseUrl(value);
  // What doesn't parse may hold a password anywhere, and so may a query.
  if (parsed === undefined || (parsed.host === "" && value.includes("@"))) return NO_URL;
  if (parsed.password !== "") parsed.password = "***";
  if (parsed.search !== "") parsed.search = "?***";
  return parsed.href;
}

function quote(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}...` : value);
}

function parseUrl(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}

function isHost(value: string): boolean {
  return isIP(value) !== 0 || /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,62}\.?)*$/i.test(value);
}

/** Of ninety days, so that a week without the way out leaves no gap. */
const ECB_URL = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml";

function isRatesUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}

function isPlace(entry: string): boolean {
  const [, address = "", bits = ""] = /^(.*)\/(\d{1,3})$/.exec(entry) ?? [];
  if (bits !== "") return Number(bits) <= (isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1);
  return isIP(entry) !== 0 || (isHost(entry) && !/^[\d.]+$/.test(entry));
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  return bare === "localhost" || bare === "::1" || (isIP(bare) === 4 && bare.startsWith("127."));
}
