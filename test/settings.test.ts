import { describe, expect, test } from "vitest";

import { parseSettings, type Settings, settingsInForce, SetupError } from "../src/settings.ts";

const defaults: Settings = {
  port: 8080,
  host: "127.0.0.1",
  databaseUrl: undefined,
  eventStoreUrl: undefined,
  eventStorePrefix: "",
  dataDir: "./data",
  publicUrl: undefined,
  tls: undefined,
  trustProxy: false,
  mtlsPort: undefined,
  oidc: undefined,
  keyringFile: undefined,
  metricsToken: undefined,
  referenceListSecret: undefined,
  claimStrict: false,
  adjustmentsNeedApproval: false,
  certificateDays: 90,
  ratesUrl: undefined,
  acquirer: undefined,
  externalRules: undefined,
  rewards: undefined,
  outboundAllowed: "",
  demo: true,
  testClock: false,
  logLevel: "info",
  accessLog: 1,
  traces: false,
};

type Env = Readonly<Record<string, string>>;

const accepted: readonly (readonly [Env, Partial<Settings>])[] = [
  [{}, {}],
  [{ UNKNOWN: "x", PATH: "/bin" }, {}],
  [{ PORT: "", HOST: " ", DATABASE_URL: "", DEMO: "", TRUST_PROXY: "" }, {}],
  [{ PORT: "0" }, { port: 0 }],
  [
    { ACQUIRER_URL: "https://acquirer.example/base/", ACQUIRER_KEY: "sixteen-letters!" },
    {
      acquirer: {
        ...{ url: "https://acquirer.example/base", key: "sixteen-letters!" },
        amount: { amount: "1.00", currency: "EUR" },
      },
    },
  ],
  [
    { ACQUIRER_URL: "http://127.0.0.1:8101", ACQUIRER_KEY: "sixteen-letters!", ACQUIRER_AMOUNT: "2 PLN" },
    {
      acquirer: {
        ...{ url: "http://127.0.0.1:8101", key: "sixteen-letters!" },
        amount: { amount: "2.00", currency: "PLN" },
      },
    },
  ],
  [
    { EXTERNAL_RULES_URL: "https://rules.example", EXTERNAL_RULES_KEY: "sixteen-letters!" },
    { externalRules: { url: "https://rules.example", key: "sixteen-letters!" } },
  ],
  [
    { REWARDS_URL: "https://rewards.example/", REWARDS_KEY: "sixteen-letters!" },
    { rewards: { url: "https://rewards.example", key: "sixteen-letters!", pullSeconds: 300 } },
  ],
  [
    { REWARDS_URL: "http://127.0.0.1:1", REWARDS_KEY: "sixteen-letters!", REWARDS_PULL_SECONDS: "10" },
    { rewards: { url: "http://127.0.0.1:1", key: "sixteen-letters!", pullSeconds: 10 } },
  ],
  [{ PORT: " 65535 " }, { port: 65_535 }],
  [{ HOST: "localhost" }, { host: "localhost" }],
  [{ HOST: "::1" }, { host: "::1" }],
  [{ HOST: "127.8.9.1" }, { host: "127.8.9.1" }],
  [
    { HOST: "0.0.0.0", TRUST_PROXY: "1" },
    { host: "0.0.0.0", trustProxy: 1 },
  ],
  [
    { HOST: "::", TRUST_PROXY: "true" },
    { host: "::", trustProxy: true },
  ],
  [
    { HOST: "pos.example.org", TLS_CERT_FILE: "c.pem", TLS_KEY_FILE: "k.pem" },
    { host: "pos.example.org", tls: { certFile: "c.pem", keyFile: "k.pem" } },
  ],
  [{ TRUST_PROXY: "false" }, { trustProxy: false }],
  [{ TRUST_PROXY: "0" }, { trustProxy: false }],
  [{ TRUST_PROXY: "2" }, { trustProxy: 2 }],
  [{ DATABASE_URL: "postgres://u:p@db:5433/x" }, { databaseUrl: "postgres://u:p@db:5433/x", demo: false }],
  [
    { DATABASE_URL: "postgresql:///x?host=/run/pg" },
    { databaseUrl: "postgresql:///x?host=/run/pg", demo: false },
  ],
  [{ EVENTSTORE_URL: "esdb://a:2113?tls=false" }, { eventStoreUrl: "esdb://a:2113?tls=false" }],
  [
    { EVENTSTORE_URL: "esdb://u:p@n1:2113,n2:2113,n3:2113" },
    { eventStoreUrl: "esdb://u:p@n1:2113,n2:2113,n3:2113" },
  ],
  [
    { EVENTSTORE_URL: "esdb://a:2113", EVENTSTORE_PREFIX: "prod." },
    { eventStoreUrl: "esdb://a:2113", eventStorePrefix: "prod." },
  ],
  [{ EVENTSTORE_URL: "kurrentdb+discover://a" }, { eventStoreUrl: "kurrentdb+discover://a" }],
  [{ PUBLIC_URL: "https://pos.example.org/a//" }, { publicUrl: "https://pos.example.org/a" }],
  [{ MTLS_PORT: "8443" }, { mtlsPort: 8443 }],
  [{ CERTIFICATE_DAYS: "30" }, { certificateDays: 30 }],
  [{ RATES_URL: "http://rates.test/all.zip" }, { ratesUrl: "http://rates.test/all.zip" }],
  [{ RATES_URL: "ecb" }, { ratesUrl: "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml" }],
  [{ OUTBOUND_ALLOWED: "a.test, 10.0.0.0/8,::1" }, { outboundAllowed: "a.test, 10.0.0.0/8,::1" }],
  [
    { PORT: "0", MTLS_PORT: "0" },
    { port: 0, mtlsPort: 0 },
  ],
  [
    { OIDC_ISSUER: "https://id.example.org", OIDC_CLIENT_ID: "a", OIDC_CLIENT_SECRET: "s" },
    { oidc: { issuer: "https://id.example.org", clientId: "a", clientSecret: "s" } },
  ],
  [
    { OIDC_ISSUER: "http://127.0.0.1:9000", OIDC_CLIENT_ID: "a" },
    { oidc: { issuer: "http://127.0.0.1:9000", clientId: "a", clientSecret: undefined } },
  ],
  [{ KEYRING_FILE: "/run/keys" }, { keyringFile: "/run/keys" }],
  [{ METRICS_TOKEN: "0123456789abcdef" }, { metricsToken: "0123456789abcdef" }],
  [
    { DATABASE_URL: "postgres://h/d", DEMO: "1" },
    { databaseUrl: "postgres://h/d", demo: true },
  ],
  [
    { DEMO: "0", TEST_CLOCK: "1", LOG_LEVEL: "silent", DATA_DIR: "/srv/a" },
    { demo: false, testClock: true, logLevel: "silent", dataDir: "/srv/a" },
  ],
  [{ ACCESS_LOG: "0" }, { accessLog: 0 }],
  [{ ACCESS_LOG: "0.05" }, { accessLog: 0.05 }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" }, { traces: true }],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://c.example.org/v1/traces" }, { traces: true }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_SDK_DISABLED: "true" }, { traces: false }],
];

const refused: readonly (readonly [Env, string])[] = [
  [{ PORT: "80a" }, 'PORT is "80a": allowed is a whole number from 0 to 65535.'],
  [{ PORT: "65536" }, 'PORT is "65536": allowed is a whole number from 0 to 65535.'],
  [{ PORT: "-1" }, 'PORT is "-1": allowed is a whole number from 0 to 65535.'],
  [{ PORT: "1e3" }, 'PORT is "1e3": allowed is a whole number from 0 to 65535.'],
  [{ PORT: "8\n0" }, 'PORT is "8\\n0": allowed is a whole number from 0 to 65535.'],
  [{ HOST: "a b" }, 'HOST is "a b": allowed is an IP address or a host name.'],
  [
    { HOST: "0.0.0.0" },
    'HOST is "0.0.0.0", which others can reach over plain HTTP: set TLS_CERT_FILE and TLS_KEY_FILE, or TRUST_PROXY if a proxy in front does TLS, or use 127.0.0.1.',
  ],
  [
    { HOST: "127.0.0.1.example.org", TRUST_PROXY: "false" },
    'HOST is "127.0.0.1.example.org", which others can reach over plain HTTP: set TLS_CERT_FILE and TLS_KEY_FILE, or TRUST_PROXY if a proxy in front does TLS, or use 127.0.0.1.',
  ],
  [{ TLS_CERT_FILE: "c" }, "TLS_CERT_FILE is set but TLS_KEY_FILE is not: set both, or neither."],
  [{ TLS_KEY_FILE: "k" }, "TLS_KEY_FILE is set but TLS_CERT_FILE is not: set both, or neither."],
  [
    { TRUST_PROXY: "yes" },
    'TRUST_PROXY is "yes": allowed is true, false or the number of proxies in front (0 to 99).',
  ],
  [
    { DATABASE_URL: "mysql://u:hunter2@h/x" },
    'DATABASE_URL is "mysql://u:***@h/x": allowed is postgres://user:password@host:port/database.',
  ],
  [
    { DATABASE_URL: "host=h password=hunter2" },
    "DATABASE_URL is (hidden, not a URL): allowed is postgres://user:password@host:port/database.",
  ],
  [
    { DATABASE_URL: "http://h/x?password=hunter2" },
    'DATABASE_URL is "http://h/x?***": allowed is postgres://user:password@host:port/database.',
  ],
  [
    { EVENTSTORE_URL: "http://h:2113" },
    'EVENTSTORE_URL is "http://h:2113/": allowed is esdb://host:2113, esdb+discover://, kurrentdb:// or kurrentdb+discover://.',
  ],
  [
    { PUBLIC_URL: "https://user:hunter2@pos.example.org" },
    'PUBLIC_URL is "https://user:***@pos.example.org/": allowed is an http:// or https:// address without user, query and fragment.',
  ],
  [
    { PUBLIC_URL: "ftp://pos.example.org" },
    'PUBLIC_URL is "ftp://pos.example.org/": allowed is an http:// or https:// address without user, query and fragment.',
  ],
  [
    { PUBLIC_URL: "pos.example.org" },
    "PUBLIC_URL is (hidden, not a URL): allowed is an http:// or https:// address without user, query and fragment.",
  ],
  [
    { ACQUIRER_URL: "http://acquirer.example", ACQUIRER_KEY: "hunter2-hunter2-hunter2" },
    'ACQUIRER_URL is "http://acquirer.example/": allowed is an https:// address without user, query and fragment (http:// on loopback only).',
  ],
  [
    { ACQUIRER_URL: "https://acquirer.example" },
    "ACQUIRER_URL is set but ACQUIRER_KEY is not: set both, or neither.",
  ],
  [
    { ACQUIRER_KEY: "short" },
    "ACQUIRER_KEY is (hidden): allowed is 16 to 256 printable ASCII characters without blanks.",
  ],
  [{ ACQUIRER_AMOUNT: "1.00 EUR" }, "ACQUIRER_AMOUNT is set but ACQUIRER_URL is not: set both, or neither."],
  ...["0.00 EUR", "1.005 EUR", "1 XXX", "EUR", "1.00"].map((amount): readonly [Env, string] => [
    { ACQUIRER_AMOUNT: amount },
    `ACQUIRER_AMOUNT is ${JSON.stringify(amount)}: allowed is an amount and its currency, for example 1.00 EUR.`,
  ]),
  [
    { REWARDS_URL: "http://rewards.example", REWARDS_KEY: "hunter2-hunter2-hunter2" },
    'REWARDS_URL is "http://rewards.example/": allowed is an https:// address without user, query and fragment (http:// on loopback only).',
  ],
  [
    { REWARDS_KEY: "hunter2-hunter2-hunter2" },
    "REWARDS_KEY is set but REWARDS_URL is not: set both, or neither.",
  ],
  [
    { REWARDS_PULL_SECONDS: "60" },
    "REWARDS_PULL_SECONDS is set but REWARDS_URL is not: set both, or neither.",
  ],
  ...["9", "86401", "-5", "often"].map((seconds): readonly [Env, string] => [
    { REWARDS_PULL_SECONDS: seconds },
    `REWARDS_PULL_SECONDS is ${JSON.stringify(seconds)}: allowed is a whole number from 10 to 86400.`,
  ]),
  [
    { EXTERNAL_RULES_KEY: "hunter2-hunter2-hunter2" },
    "EXTERNAL_RULES_KEY is set but EXTERNAL_RULES_URL is not: set both, or neither.",
  ],
  [
    { OIDC_ISSUER: "http://id.example.org", OIDC_CLIENT_ID: "a" },
    'OIDC_ISSUER is "http://id.example.org/": allowed is an https:// address without user, query and fragment (http:// on loopback only).',
  ],
  [
    { OIDC_ISSUER: "https://id.example.org" },
    "OIDC_ISSUER is set but OIDC_CLIENT_ID is not: set both, or neither.",
  ],
  [
    { OIDC_CLIENT_SECRET: "hunter2" },
    "OIDC_CLIENT_SECRET is set but OIDC_ISSUER is not: set both, or neither.",
  ],
  [{ MTLS_PORT: "x" }, 'MTLS_PORT is "x": allowed is a whole number from 0 to 65535.'],
  ...["http://a.test", "10.0.0.0/33", "::/129", "1.2.3", "a.test/8", "a b"].map(
    (value): readonly [Readonly<Record<string, string>>, string] => [
      { OUTBOUND_ALLOWED: value },
      `OUTBOUND_ALLOWED is "${value}": allowed is host names, addresses and networks (10.1.0.0/16), separated by commas.`,
    ],
  ),
  [{ CERTIFICATE_DAYS: "0" }, 'CERTIFICATE_DAYS is "0": allowed is a whole number from 1 to 397.'],
  [{ CERTIFICATE_DAYS: "398" }, 'CERTIFICATE_DAYS is "398": allowed is a whole number from 1 to 397.'],
  [
    { PORT: "9000", MTLS_PORT: "9000" },
    'MTLS_PORT is "9000", the same as PORT: allowed is a port of its own.',
  ],
  [{ DEMO: "true" }, 'DEMO is "true": allowed is 1 or 0.'],
  [{ TEST_CLOCK: "2" }, 'TEST_CLOCK is "2": allowed is 1 or 0.'],
  [{ ACCESS_LOG: "5%" }, 'ACCESS_LOG is "5%": allowed is a share from 0 to 1, for example 0.05.'],
  [{ ACCESS_LOG: "2" }, 'ACCESS_LOG is "2": allowed is a share from 0 to 1, for example 0.05.'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://u:hunter2@h" },
    'OTEL_EXPORTER_OTLP_ENDPOINT is "http://u:***@h/": allowed is an http:// or https:// address without user, query and fragment.',
  ],
  [
    { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc": allowed is http/protobuf.',
  ],
  [{ LOG_LEVEL: "INFO" }, 'LOG_LEVEL is "INFO": allowed is fatal, error, warn, info, debug, trace, silent.'],
  [{ DATA_DIR: "a\0b" }, 'DATA_DIR is "a\\u0000b": allowed is a directory.'],
];

describe("settings", () => {
  test.each(accepted)("%j is accepted", (env, expected) => {
    expect(parseSettings(env)).toEqual({ ...defaults, ...expected });
  });

  test.each(refused)("%j is refused in one line", (env, message) => {
    const parse = (): Settings => parseSettings(env);
    expect(parse).toThrow(SetupError);
    expect(parse).toThrow(expect.objectContaining({ message }));
  });

  test("no refusal shows a password, and each is one line of sensible length", () => {
    const hostile = [
      "x".repeat(5000),
      "a\r\nb",
      "postgres//u:hunter2@h",
      "://u:hunter2@h",
      "x://u:hunter2@h:99999/",
    ];
    for (const value of hostile) {
      for (const name of [
        "DATABASE_URL",
        "EVENTSTORE_URL",
        "PUBLIC_URL",
        "OIDC_ISSUER",
        "PORT",
        "LOG_LEVEL",
      ]) {
        const shown = name.endsWith("_URL") || name === "OIDC_ISSUER";
        let message = "";
        try {
          parseSettings({ [name]: value, OIDC_CLIENT_ID: "a" });
        } catch (error) {
          if (error instanceof SetupError) message = error.message;
        }
        expect(message).toContain(name);
        expect(message).not.toMatch(/[\r\n]/);
        expect(message.length).toBeLessThan(400);
        if (shown) expect(message).not.toContain("hunter2");
      }
    }
  });
});

test("whatHolds, without a password, a token or the query of an address", () => {
  const settings = parseSettings({
    DATABASE_URL: "postgres://admittance:hunter2@db.example.org/one?sslkey=hunter2",
    METRICS_TOKEN: "hunter2-hunter2-hunter2",
    OIDC_ISSUER: "https://id.example.org",
    OIDC_CLIENT_ID: "panel",
    OIDC_CLIENT_SECRET: "hunter2",
    ACQUIRER_URL: "https://acquirer.example",
    ACQUIRER_KEY: "hunter2-hunter2-hunter2",
    LOG_LEVEL: "warn",
  });
  const shown = settingsInForce(settings);
  expect(JSON.stringify(shown)).not.toContain("hunter2");
  expect(Object.fromEntries(shown.map(({ name, value }) => [name, value]))).toMatchObject({
    DATABASE_URL: "postgres://admittance:***@db.example.org/one?***",
    METRICS_TOKEN: "(hidden)",
    OIDC_CLIENT_SECRET: "(hidden)",
    LOG_LEVEL: "warn",
    EVENTSTORE_URL: null,
    TEST_CLOCK: "0",
  });
});
