import { z } from "zod";
import type { Client } from "../../src/client.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { clientFor } from "../api/management/support.ts";
import type { Random } from "../support/domain/random.ts";
import {
  createLocation,
  createTerminal,
  importRanges,
  pairTerminal,
  publishRuleset,
} from "../support/programme.ts";
import type { TestServer } from "../support/server.ts";

const CENTURY_MS = 100 * 366 * 86_400_000;

/** What the panel's people do over HTTP, by chance: places, terminals, rulesets, users and keys come, change and go. */
export class ApiOffice {
  readonly terminals: Terminal[] = [];
  readonly rulesets: string[] = [];
  readonly #product: TestServer;
  readonly #admin: Client;
  readonly #random: Random;
  readonly #serials: string[] = [];
  readonly #locations: string[] = [];
  readonly #merchants: string[] = [];
  readonly #people: string[] = [];
  /** Does by hand what the first administrator does not. */
  #other: Client;
  #names = 0;

  constructor(product: TestServer, random: Random) {
    this.#product = product;
    this.#admin = product.admin;
    this.#other = product.admin;
    this.#random = random;
  }

  /** Account ranges of three issuers, places, terminals, and rulesets: one with a budget, one that gets its budget later. */
  async prepare(): Promise<void> {
    await importRanges(this.#admin, [
      "55555501,55555501,0001234,Test Bank,POL,WLE,World Elite",
      "55555502,55555502,0009999,Other Bank,DEU,MPL,",
      "55555503,55555503,0005555,Third Bank,FRA,WBE,World Black",
    ]);
    this.#other = await clientFor(this.#product, "USER");
    for (const name of ["Åland Óne", "Zürich Zwei"]) {
      this.#merchants.push(await this.#created("/api/merchants", { name }));
    }
    const [merchantId = null, otherMerchant = null] = this.#merchants;
    for (const more of [
      { merchantId, name: "Lounge É" },
      { merchantId: otherMerchant, service: "FAST_LINE", countryCode: "DEU", city: "Berlin" },
      { name: "Free place", cooldownMinutes: 1 },
    ]) {
      this.#locations.push(await createLocation(this.#admin, more));
    }
    for (const locationId of [...this.#locations, null]) await this.newTerminal(locationId);
    const [budgeted, later] = [
      await publishRuleset(this.#admin, bodyOf("Budgeted", 100)),
      await publishRuleset(this.#admin, bodyOf("Later", null)),
    ];
    this.rulesets.push(budgeted, later, await this.#created("/api/rulesets", { name: "Draft" }));
  }

  /** A terminal that is paired and has its place. */
  async newTerminal(locationId = this.#locations[0] ?? null): Promise<Terminal> {
    const terminal = await createTerminal(this.#admin, this.#product.url, locationId);
    this.terminals.push(terminal);
    this.#serials.push(terminal.serialNumber);
    return terminal;
  }

  async next(): Promise<void> {
    const dice = this.#random.upTo(12);
    if (dice < 3) await this.#changeTerminal();
    else if (dice < 6) await this.#changePlace();
    else if (dice < 10) await this.#changePeople();
    else await this.#changeRuleset();
  }

  /** The second ruleset gets its first budget: the visits before are carried over. */
  async carryOver(): Promise<void> {
    await this.#publishAgain(1, 50);
  }

  /** What chance may leave out: one of everything comes, changes and goes, and a version is taken back. */
  async finish(): Promise<void> {
    const name = this.name("Last");
    const places = { name, countryCode: "DEU", service: "LOUNGE", postalCode: "1", city: "Ulm" };
    const user = { email: "last@example.com", firstName: "Last", lastName: "One", role: "AUDITOR" };
    for (const [path, body] of [
      ["/api/merchants", { name }],
      ["/api/locations", places],
      ["/api/users", user],
    ] as const) {
      const own = `${path}/${await this.#created(path, body)}`;
      await this.#admin.send("PUT", own, body);
      await this.#admin.send("DELETE", own);
    }
    const hook = `/api/webhooks/${await this.#created("/api/webhooks", { url: "https://hooks.example/" })}`;
    await this.#admin.send("POST", `${hook}/disable`, { reason: "no longer wanted" });
    await this.#admin.send("DELETE", hook);
    await this.#admin.send("DELETE", `/api/keys/${await this.#created("/api/keys", { name, role: "USER" })}`);
    const { serialNumber } = await this.newTerminal();
    const own = `/api/terminals/${serialNumber}`;
    for (const deed of ["suspend", "resume", "unpair"]) await this.#admin.send("POST", `${own}/${deed}`, {});
    await this.#admin.send("PUT", own, { locationId: null });
    await this.#admin.send("DELETE", own);
    const draft = await this.#created("/api/rulesets", bodyOf(this.name("Short-lived"), null));
    await this.#admin.send("DELETE", `/api/rulesets/${draft}`);
    const id = await publishRuleset(this.#admin, { ...bodyOf(name, 1_000), priority: 1 });
    const at = new Date(Date.now() + CENTURY_MS).toISOString();
    await this.#admin.send("PUT", `/api/rulesets/${id}`, bodyOf(this.name("Never"), null));
    await this.#admin.send("POST", `/api/rulesets/${id}/publish`, { at });
    await this.#admin.send("POST", `/api/rulesets/${id}/unschedule`, {});
    const retired = await publishRuleset(this.#admin, bodyOf(this.name("Gone"), 100));
    await this.#admin.send("POST", `/api/rulesets/${retired}/retire`, {});
  }

  async #changeTerminal(): Promise<void> {
    const serial = this.#one(this.#serials);
    const path = `/api/terminals/${serial}`;
    const locationId = this.#random.maybe(0.8, () => this.#one(this.#locations));
    switch (this.#random.upTo(6)) {
      case 0:
        await this.asked("POST", `${path}/suspend`, { reason: "lost" });
        if (this.#random.chance(0.8)) await this.asked("POST", `${path}/resume`, {});
        return;
      case 1:
        await this.asked("POST", `${path}/resume`, {});
        return;
      case 2:
        await this.asked("POST", `${path}/unpair`, {});
        if (this.#random.chance(0.8)) await this.#pairAgain(serial);
        return;
      case 3:
        await this.asked("DELETE", path);
        if (this.#random.chance(0.2)) return;
        await this.#admin.request("POST", "/api/terminals", { serialNumber: serial, locationId });
        await this.#pairAgain(serial);
        return;
      case 4:
        await this.asked("POST", `${path}/pairing-codes`, {});
        await this.asked("POST", "/pos/pair", {
          serialNumber: serial,
          pairingCode: "00000000",
          publicKey: "x",
        });
        return;
      default:
        await this.asked("PUT", path, { locationId, profile: this.#random.pick(["standard", "reference"]) });
    }
  }

  async #pairAgain(serial: string): Promise<void> {
    try {
      await pairTerminal(this.#admin, this.#product.url, serial);
    } catch {
      // It is suspended, or paired, or not there.
    }
  }

  async #changePlace(): Promise<void> {
    const name = this.name("Ort Ü");
    const merchantId = this.#random.maybe(0.5, () => this.#one(this.#merchants));
    const place = { name, countryCode: "POL", service: "LOUNGE", postalCode: "1", city: name, merchantId };
    switch (this.#random.upTo(5)) {
      case 0:
        this.#locations.push(await this.#created("/api/locations", { ...place, merchantId: null }));
        return;
      case 1:
        await this.asked("DELETE", `/api/locations/${this.#locations.at(-1) ?? ""}`);
        return;
      case 2:
        await this.asked("PUT", `/api/locations/${this.#one(this.#locations)}`, place);
        return;
      case 3:
        this.#merchants.push(await this.#created("/api/merchants", { name }));
        return;
      case 4:
        await this.asked("DELETE", `/api/merchants/${this.#merchants.at(-1) ?? ""}`);
        return;
      default:
        await this.asked("PUT", `/api/merchants/${this.#one(this.#merchants)}`, { name });
    }
  }

  async #changePeople(): Promise<void> {
    const name = this.name("P");
    const role = this.#random.pick(["AUDITOR", "CALL_CENTER", "ADMIN"]);
    const user = {
      email: `${name.replace(" ", "")}@example.com`,
      firstName: "Ann",
      lastName: `Ø ${name}`,
      role,
    };
    switch (this.#random.upTo(4)) {
      case 0:
        this.#people.push(`/api/users/${await this.#created("/api/users", user)}`);
        return;
      case 1:
        this.#people.push(`/api/keys/${await this.#created("/api/keys", { name, role })}`);
        return;
      case 2:
        await this.asked("DELETE", this.#people.at(-1) ?? "/api/users/none");
        return;
      default:
        await this.asked("PUT", this.#people[0] ?? "/api/users/none", user);
    }
  }

  async #changeRuleset(): Promise<void> {
    const which = this.#random.upTo(2);
    const path = `/api/rulesets/${this.rulesets[which] ?? ""}`;
    switch (this.#random.upTo(5)) {
      case 0:
        await this.asked("POST", `${path}/publish`, {
          at: new Date(Date.now() + CENTURY_MS).toISOString(),
        });
        return;
      case 1:
        await this.asked("POST", `${path}/unschedule`, {});
        return;
      case 2:
        await this.asked("POST", `${path}/retire`, {});
        await this.asked("POST", `${path}/publish`, {});
        return;
      case 3: {
        const id = await this.#created("/api/rulesets", bodyOf(this.name("Short-lived"), null));
        await this.asked("DELETE", `/api/rulesets/${id}`);
        return;
      }
      case 4:
        await this.asked("PUT", path, bodyOf(this.name("Draft"), 10));
        return;
      default:
        await this.#publishAgain(0, 100);
    }
  }

  async #publishAgain(which: number, max: number): Promise<void> {
    const path = `/api/rulesets/${this.rulesets[which] ?? ""}`;
    await this.asked("PUT", path, bodyOf(this.name("Again"), max));
    await this.asked("POST", `${path}/unschedule`, {});
    await this.asked("POST", `${path}/publish`, {});
  }

  async #created(path: string, body: unknown): Promise<string> {
    return z.object({ id: z.string() }).parse((await this.#admin.send("POST", path, body)).body).id;
  }

  /** By either administrator. Whatever is refused counts as well; a failure does not. */
  async asked(method: string, path: string, body?: unknown, headers = {}): Promise<void> {
    const client = this.#random.chance(0.7) ? this.#admin : this.#other;
    const { status } = await client.request(method, path, body, headers);
    if (status >= 500) throw new Error(`${method} ${path} was answered with ${String(status)}`);
  }

  name(kind: string): string {
    return `${kind} ${String(++this.#names)}`;
  }

  #one<Item>(items: readonly Item[]): Item {
    const item = items[this.#random.upTo(items.length - 1)];
    if (item === undefined) throw new Error("there is always one");
    return item;
  }
}

/** The budgeted one is for cards of one issuer, so that the other has visits as well. */
function bodyOf(name: string, max: number | null) {
  const [fee, currency] = max === null ? ["7.00", "PLN"] : ["10.00", "EUR"];
  const money = { amount: fee, currency };
  const window = { kind: "ROLLING" as const, days: 1 };
  return {
    name,
    ...(max === 100 ? { criteria: { icas: [{ ica: "0001234" }] } } : {}),
    cardholder: { window, free: 1, paid: 2, fee: money },
    guests: {
      adults: { free: 1, paid: 2, fee: money },
      children: { free: 1, paid: 1, fee: money },
      freeUnderAge: 3,
    },
    totalUsage: max === null ? null : { max, window: null },
  };
}
