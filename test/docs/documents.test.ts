import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { PROBLEMS } from "../../src/api/http/problems.ts";
import { createClient } from "../../src/client.ts";
import { checkBody } from "../../src/api/pos/schemas.ts";
import { EVENT_TYPES } from "../../src/domain/streams.ts";
import { rulesetInput } from "../../src/domain/ruleset/input.ts";
import { cardNumbersIn } from "../support/cardNumberScan.ts";
import { pdfOf } from "../support/pdf.ts";
import { productHome } from "../support/product.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/** What the documentation shows is run here, and what it lists is complete. */

const root = new URL("../../", import.meta.url);

async function read(path: string): Promise<string> {
  return await readFile(new URL(path, root), "utf8");
}

interface Block {
  readonly where: string;
  readonly text: string;
}

async function blocks(kind: string): Promise<readonly Block[]> {
  const pages = [
    "README.md",
    ...(await readdir(new URL("docs/", root)))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  const found: Block[] = [];
  for (const page of pages) {
    const text = await read(page);
    for (const [, block = ""] of text.matchAll(new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``, "g"))) {
      found.push({ where: page, text: block });
    }
  }
  return found;
}

const TIME = { timeout: 600_000 };

describe("examples", () => {
  test("everyRulesetParses", async () => {
    const found = await blocks("json ruleset");
    expect(found.length).toBeGreaterThan(0);
    for (const { where, text } of found) {
      expect([where, rulesetInput.safeParse(JSON.parse(text)).error?.issues]).toEqual([where, undefined]);
    }
  });

  test("everyCheckParses", async () => {
    const found = await blocks("json check");
    expect(found.length).toBeGreaterThan(0);
    for (const { where, text } of found) {
      expect([where, checkBody.safeParse(JSON.parse(text)).error?.issues]).toEqual([where, undefined]);
    }
  });

  describe("shell", () => {
    let product: TestServer;
    let dataDir: string;
    beforeAll(async () => {
      product = await startTestServer();
      dataDir = await mkdtemp(join(tmpdir(), "admittance-docs-"));
    });
    afterAll(async () => {
      await product.stop();
      await rm(dataDir, { recursive: true, force: true });
    });

    // On what a reader has: the product as `npm start` starts it, with its own PostgreSQL and the demo's programme.
    test("theFirstEntryInFiveMinutesIsGranted, and confirmed, beside the demo", async () => {
      const home = await productHome();
      try {
        const started = await home.start({ DEMO: "1", DATABASE_URL: "" });
        const env = { ...process.env, URL: started.url, KEY: await home.adminKey(), DATA_DIR: dataDir };
        const shell = async (script: string): Promise<string> =>
          (await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env, cwd: root })).stdout;
        const [first] = (await blocks("sh run")).filter((block) => block.where === "README.md");
        const stdout = await shell(first?.text ?? "exit 1");
        expect(stdout).toContain('"status": "PAIRED"');
        expect(stdout).toContain('"decision": "GRANTED"');
        expect(stdout).toContain('"free": 2');
        const accessId = /"accessId": "([^"]+)"/.exec(stdout)?.[1] ?? "";
        const [then] = (await blocks("sh")).filter(({ text }) => text.includes("pos -- confirm MY-POS-1"));
        const command = then?.text.replace("<accessId>", accessId).replace("pos --", 'pos -- --url "$URL"');
        expect(await shell(command ?? "exit 1")).toContain('"status": "COMPLETED"');
      } finally {
        await home.destroy();
      }
    });

    // A dozen processes, one after the other.
    test("theCommandsOnTheMachineDoWhatTheyPromise, beside the running server", TIME, async () => {
      const [machine] = (await blocks("sh machine")).filter((block) => block.where === "docs/operating.md");
      const made = await product.admin.send("POST", "/api/keys", { name: "Lost", role: "AUDITOR" });
      const { id, key } = z.looseObject({ id: z.string(), key: z.string() }).parse(made.body);
      const pdf = join(dataDir, "terms.pdf");
      await writeFile(pdf, pdfOf("Terms"));
      const script =
        machine?.text.replace(/(keys revoke) \S+/, `$1 ${id}`).replace("terms.pdf", pdf) ?? "exit 1";
      const keyring = join(product.dataDir, "keyring.json");
      const env = {
        ...process.env,
        DATABASE_URL: product.databaseUrl,
        DATA_DIR: dataDir,
        KEYRING_FILE: keyring,
      };
      const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], {
        env,
        cwd: root,
      });
      expect(stdout).toMatch(
        /^adm_[\s\S]+till integration[\s\S]+ is void\.\n[\s\S]+admin@admittance\.local[\s\S]+TERMS/,
      );
      expect((await createClient(product.url, key).request("GET", "/api/operations")).status).toBe(401);
    });

    test("theBackupIsWholeAndNamesNoCard", async () => {
      const [backup] = (await blocks("sh backup")).filter((block) => block.where === "docs/operating.md");
      const file = join(dataDir, "log.ndjson");
      const script = backup?.text.replaceAll("log.ndjson", file) ?? "exit 1";
      const env = { ...process.env, DATABASE_URL: product.databaseUrl, DATA_DIR: dataDir };
      const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], {
        env,
        cwd: root,
      });
      expect(stdout).toMatch(/^\d+ events of \d+ streams, \d+ records\. The file is whole\.$/m);
      expect(cardNumbersIn(await readFile(file, "utf8"))).toEqual([]);
    });
  });
});

describe("lists", () => {
  test("theTableOfProblemsIsTheRegistry", async () => {
    const page = await read("docs/http-api.md");
    const rows = Object.entries(PROBLEMS).map(
      ([code, { status, title }]) => `| \`${code}\` | ${String(status)} | ${title} |`,
    );
    const table = ["| code | status | meaning |", "|---|---|---|", ...rows].join("\n");
    expect(page).toContain(`<!-- problems -->\n${table}\n<!-- /problems -->`);
  });

  test("theEventCatalogueNamesEveryEvent", async () => {
    const page = await read("docs/event-catalogue.md");
    expect(Object.keys(EVENT_TYPES).filter((type) => !page.includes(type))).toEqual([]);
  });

  test("theOperatorsPageNamesEverySettingThatThisReleaseReads", async () => {
    const page = await read("docs/operating.md");
    const source = await read("src/settings.ts");
    const names = [
      ...source.matchAll(
        /^ {2}([A-Z_]+): (?:port|flag|path|z|postgresUrl|webUrl|trustProxy|eventStoreUrl)/gm,
      ),
    ].map(([, name = ""]) => name);
    const later = ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"];
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !page.includes(name) && !later.includes(name))).toEqual([]);
  });
});
