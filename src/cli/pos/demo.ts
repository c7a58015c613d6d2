import { z } from "zod";
import { DEMO_CARDS } from "../../demo/programme.ts";
import type { Client } from "../../client.ts";
import { DemoOffice, type Granted } from "./demoOffice.ts";
import { stateDirectory } from "./offlinePos.ts";
import { tellOffline } from "./offlineStory.ts";
import type { Screen } from "./show.ts";
import { outcomeOf, Steps, totalOf } from "./steps.ts";
import { pairTerminal, type Terminal } from "./terminal.ts";

export interface DemoOptions {
  readonly admin: Client;
  readonly baseUrl: string;
  readonly dataDir: string;
  readonly screen: Screen;
  readonly now: () => number;
  /** Tells this run's terminals and transactions from those of other runs. */
  readonly run: string;
}

const issued = z.object({ code: z.string() });

/** How many things came as told, and how many did not. */
export interface DemoTold {
  readonly met: number;
  readonly failed: number;
}

/** Walks a terminal through the demo programme. */
export async function runDemo(options: DemoOptions): Promise<DemoTold> {
  return await new Demo(options).run();
}

class Demo {
  readonly #options: DemoOptions;
  readonly #steps: Steps;
  readonly #office: DemoOffice;
  readonly #granted: Granted[] = [];
  #met = 0;
  #failed = 0;

  constructor(options: DemoOptions) {
    this.#options = options;
    this.#steps = new Steps(options.screen, options.now);
    this.#office = new DemoOffice(options.admin);
  }

  async run(): Promise<DemoTold> {
    const { screen } = this.#options;
    await this.#office.resetCards();
    screen.title("1  Two terminals are paired in the Warsaw lounge");
    const warsaw = await this.#pair("WAW-A", "Warsaw lounge");
    const second = await this.#pair("WAW-B", "Warsaw lounge");
    const madrid = await this.#pair("MAD-A", "Madrid lounge");
    const berlin = await this.#pair("BER-A", "Berlin lounge");
    const nowhere = await this.#pair("NEW-A", null);
    try {
      await this.#guests(warsaw);
      await this.#cooldown(warsaw);
      await this.#paidAndLimit(madrid);
      await this.#spend(warsaw);
      await this.#wrongPlaces(berlin, nowhere);
      await this.#twoAtOnce(madrid, berlin);
      await this.#lostReply(madrid);
      await this.#frozen(berlin);
      await this.#sharedPool(berlin);
      await this.#offline(madrid);
    } finally {
      screen.title("Everything is put back: each visit is reversed, each open entry cancelled");
      await this.#office.putBack(this.#granted, [warsaw, second, madrid, berlin, nowhere]);
      screen.say(`${String(this.#granted.length)} entries; their counts are as before.`);
    }
    screen.title(`${String(this.#met)} as told, ${String(this.#failed)} not`);
    return { met: this.#met, failed: this.#failed };
  }

  async #guests(terminal: Terminal): Promise<void> {
    const { screen } = this.#options;
    screen.title("2  A World Elite card with two adults and a baby: quoted first, then confirmed");
    const accessId = await this.#grant(terminal, DEMO_CARDS.vistulaWorldElite, "FREE");
    const guests = { adults: 2, children: 0, freeChildren: 1 };
    const quote = await this.#steps.quote(terminal, accessId, guests);
    const total = totalOf(quote);
    this.#expect(
      total?.amount === "20.00",
      "one adult enters free, the other pays 20.00 EUR, the baby nothing",
    );
    const payment = { collectedBy: "TERMINAL", amount: total, reference: `demo-${this.#options.run}` };
    const confirm = await this.#steps.confirm(terminal, accessId, guests, payment);
    this.#expect(confirm.status === 200, "the visit is counted");
    const again = await this.#steps.confirm(terminal, accessId, guests, payment);
    this.#expect(
      JSON.stringify(again.body) === JSON.stringify(confirm.body),
      "said twice, it is counted once",
    );
  }

  async #cooldown(terminal: Terminal): Promise<void> {
    this.#options.screen.title("3  The same card at the same place: the lounge has a cooldown of an hour");
    await this.#reject(terminal, DEMO_CARDS.vistulaWorldElite, "COOLDOWN_ACTIVE");
  }

  async #paidAndLimit(terminal: Terminal): Promise<void> {
    this.#options.screen.title("4  A Platinum card has one free visit a month, then one paid, then none");
    const first = await this.#grant(terminal, DEMO_CARDS.vistulaPlatinum, "FREE");
    await this.#steps.confirm(terminal, first, 0);
    const second = await this.#grant(terminal, DEMO_CARDS.vistulaPlatinum, "PAID");
    const amount = { amount: "30.00", currency: "EUR" };
    await this.#steps.confirm(terminal, second, 0, { collectedBy: "TERMINAL", amount });
    await this.#reject(terminal, DEMO_CARDS.vistulaPlatinum, "LIMIT_EXCEEDED");
  }

  async #spend(terminal: Terminal): Promise<void> {
    const { screen, admin, run, now } = this.#options;
    screen.title("5  A Gold card needs 100 EUR of restaurant bills in the last 30 days");
    await this.#reject(terminal, DEMO_CARDS.vistulaGold, "UNMET_REQUIREMENTS");
    const transactionAt = new Date(now() - 60_000).toISOString();
    const purchase = {
      transactionId: `demo-${run}`,
      type: "PURCHASE",
      pan: DEMO_CARDS.vistulaGold,
      mcc: "5812",
      transactionAt,
    };
    const amount = { amount: "120.00", currency: "EUR" };
    const push = async (transaction: object): Promise<void> => {
      const path = "/api/transactions";
      await this.#steps.call(admin, "POST", path, "", {
        transactions: [{ ...purchase, ...transaction, amount }],
      });
    };
    await push({});
    const accessId = await this.#grant(terminal, DEMO_CARDS.vistulaGold, "FREE");
    await this.#steps.cancel(terminal, accessId);
    screen.say("The bill is refunded, and counts no more:");
    await push({ transactionId: `demo-${run}-back`, type: "REFUND", refersTo: `demo-${run}` });
    await this.#reject(terminal, DEMO_CARDS.vistulaGold, "UNMET_REQUIREMENTS");
  }

  async #wrongPlaces(berlin: Terminal, nowhere: Terminal): Promise<void> {
    this.#options.screen.title("6  The wrong place, and a terminal that has none");
    await this.#reject(berlin, DEMO_CARDS.vistulaGold, "MISSING_ACCESS_RULES");
    await this.#reject(nowhere, DEMO_CARDS.vistulaGold, "UNKNOWN_DEVICE");
  }

  async #twoAtOnce(one: Terminal, other: Terminal): Promise<void> {
    const { screen } = this.#options;
    screen.title("7  One card at two terminals at the same moment: exactly one lets it in");
    const answers = await Promise.all(
      [one, other].map((terminal) => this.#steps.check(terminal, DEMO_CARDS.rheinPlatinum)),
    );
    const outcomes = answers.map(outcomeOf);
    const grants = outcomes.filter((outcome) => outcome?.decision === "GRANTED").length;
    this.#expect(grants === 1, "one grant");
    this.#expect(
      outcomes.some((outcome) => outcome?.code === "TEMPORARILY_BLOCKED"),
      "and one TEMPORARILY_BLOCKED",
    );
    for (const [index, terminal] of [one, other].entries()) {
      const outcome = outcomes[index];
      if (outcome?.decision === "GRANTED") await this.#steps.cancel(terminal, outcome.accessId);
    }
  }

  async #lostReply(terminal: Terminal): Promise<void> {
    const { screen, run } = this.#options;
    screen.title("8  A reply is lost: the terminal asks again with the same request id");
    const requestId = `tap-${run}`;
    const lost = outcomeOf(await this.#steps.check(terminal, DEMO_CARDS.vistulaWorldElite, requestId));
    screen.say("(the terminal acts as if it had not seen this)");
    const again = outcomeOf(await this.#steps.check(terminal, DEMO_CARDS.vistulaWorldElite, requestId));
    this.#expect(lost !== null && lost.accessId === again?.accessId, "the same answer, the same accessId");
    await this.#steps.call(terminal.client, "GET", `/pos/entries?requestId=${requestId}`, "");
    if (again !== null) await this.#steps.cancel(terminal, again.accessId);
  }

  async #frozen(terminal: Terminal): Promise<void> {
    this.#options.screen.title("9  The bank freezes a card");
    const cardId = await this.#office.cardId(DEMO_CARDS.rheinPlatinum);
    const reason = { reason: "demo" };
    await this.#steps.call(this.#options.admin, "POST", `/api/cards/${cardId}/freeze`, "", reason);
    await this.#reject(terminal, DEMO_CARDS.rheinPlatinum, "CARD_FROZEN");
    await this.#steps.call(this.#options.admin, "POST", `/api/cards/${cardId}/unfreeze`, "", reason);
  }

  async #sharedPool(terminal: Terminal): Promise<void> {
    this.#options.screen.title(
      "10 A family shares six free units: the member first, then where the fee is highest",
    );
    const accessId = await this.#grant(terminal, DEMO_CARDS.rheinWorldElite, "FREE");
    const quote = await this.#steps.quote(terminal, accessId, { adults: 4, children: 3 });
    this.#expect(
      totalOf(quote)?.amount === "30.00",
      "five units are left for seven guests: two children pay 15.00 EUR each",
    );
    await this.#steps.cancel(terminal, accessId);
  }

  async #offline(own: Terminal): Promise<void> {
    const { screen, dataDir, now } = this.#options;
    screen.title("11 The line is cut: the terminal decides by its list, restarts, comes back and reports");
    const path = stateDirectory(dataDir, own.serialNumber);
    const told = await tellOffline({ own, path, now, screen, steps: this.#steps });
    this.#granted.push(...told.accessIds.map((accessId) => ({ terminal: own, accessId })));
    this.#expect(
      told.admitted === 1 && told.refused === 3,
      "let in once; refused: once more a day, a card that no rule lets in offline, one of nobody's",
    );
    this.#expect(told.accepted === 4 && told.remaining === 0, "all four are reported, the refusals too");
  }

  async #grant(terminal: Terminal, pan: string, cost: "FREE" | "PAID"): Promise<string> {
    const outcome = outcomeOf(await this.#steps.check(terminal, pan));
    this.#expect(
      outcome?.decision === "GRANTED" && outcome.cardholder?.cost === cost,
      `granted, ${cost.toLowerCase()}`,
    );
    if (outcome?.decision !== "GRANTED") return "none";
    this.#granted.push({ terminal, accessId: outcome.accessId });
    return outcome.accessId;
  }

  async #reject(terminal: Terminal, pan: string, code: string): Promise<void> {
    const outcome = outcomeOf(await this.#steps.check(terminal, pan));
    this.#expect(outcome?.code === code, `rejected: ${code}`);
  }

  #expect(ok: boolean, what: string): void {
    if (ok) this.#met++;
    else this.#failed++;
    this.#options.screen.expect(ok, what);
  }

  async #pair(name: string, place: string | null): Promise<Terminal> {
    const { admin, run, screen, baseUrl, dataDir, now } = this.#options;
    const serialNumber = `DEMO-${name}-${run}`;
    const locationId = place === null ? null : await this.#office.locationId(place);
    await admin.send("POST", "/api/terminals", { serialNumber, locationId });
    const path = `/api/terminals/${serialNumber}/pairing-codes`;
    const { code } = issued.parse((await admin.send("POST", path, {})).body);
    screen.call("POST", "/pos/pair", `${serialNumber}  code ${code}  ${place ?? "no location yet"}`);
    const started = now();
    const { terminal, answer } = await pairTerminal({ baseUrl, dataDir, now }, serialNumber, code);
    screen.answer({ status: 200, headers: new Headers(), body: answer }, now() - started);
    return terminal;
  }
}
