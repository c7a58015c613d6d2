import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseSettings } from "../../src/settings.ts";
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
});
const compose = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.unknown()),
});

async function sample(): Promise<z.infer<typeof compose>> {
  const text = (await read("compose.yaml")).replaceAll(/\$\{POSTGRES_PASSWORD:\?[^}]*\}/g, "secret");
  return compose.parse(parse(text, { merge: true, strict: true }));
}

describe("compose.yaml", () => {
  test("bothInstancesStartWithTheseSettings", async () => {
    const { services } = await sample();
    const { app1, app2 } = services;
    expect(app1).toEqual(app2);
    const settings = parseSettings(app1?.environment ?? {});
    expect(settings).toMatchObject({ demo: false, trustProxy: 1, host: "0.0.0.0" });
    expect(new URL(settings.databaseUrl ?? "").hostname in services).toBe(true);
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

  test("whatItNamesIsThere", async () => {
    const { services, volumes } = await sample();
    for (const [, { image, build, volumes: mounts, depends_on }] of Object.entries(services)) {
      expect(image ?? build).toMatch(/^(\.|[a-z/]+:\d[\w.-]+)$/);
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
