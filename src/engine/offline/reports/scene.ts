import type { AccountRangeIndex, Issuer } from "../../../domain/accountRange.ts";
import type { ReportData } from "../../../domain/card/offline/events.ts";
import { location as locationStream, type LocationBody } from "../../../domain/location/events.ts";
import { rulesetOf } from "../../../domain/offline/rulesetOf.ts";
import { rulesetStream } from "../../../domain/ruleset/events.ts";
import type { Portfolio } from "../../../domain/ruleset/evaluate/portfolio.ts";
import { listAt, standingAt } from "../../../domain/terminal/past.ts";
import type { TerminalLife } from "../../../domain/terminal/life.ts";
import { type Instant, instant, iso, isoOrNull, SECOND } from "../../../domain/time.ts";
import type { RecordEvent } from "../../../domain/record.ts";
import { attemptLocation } from "../../entry/attempt.ts";
import type { Freshness } from "../../gate/opening.ts";
import type { Services } from "../../services.ts";
import type { ReadReport } from "./report.ts";

/** What the server knew at the time of which a report tells. The same however late it comes. */
export class ReportScene {
  readonly #services: Services;
  readonly #life: TerminalLife;
  readonly #portfolio: Portfolio;
  readonly #ranges: AccountRangeIndex;
  readonly #places = new Map<string, readonly RecordEvent<LocationBody>[]>();

  private constructor(
    services: Services,
    life: TerminalLife,
    portfolio: Portfolio,
    ranges: AccountRangeIndex,
  ) {
    this.#services = services;
    this.#life = life;
    this.#portfolio = portfolio;
    this.#ranges = ranges;
  }

  static async open(services: Services, life: TerminalLife, fresh: Freshness): Promise<ReportScene> {
    const { portfolio } = await services.rulesets.at(fresh.rulesets);
    return new ReportScene(services, life, portfolio, await services.accountRanges.at(fresh.accountRanges));
  }

  get portfolio(): Portfolio {
    return this.#portfolio;
  }

  /** Where the terminal stood. */
  locationIdAt(at: Instant): string | null {
    return standingAt(this.#life.past, at).locationId;
  }

  /** All that is kept of a report beside who its card is. */
  async factsOf(
    report: ReadReport,
    accessId: string,
    isListed: boolean,
    receivedAt: Instant,
  ): Promise<Omit<ReportData, "at">> {
    const at = Math.min(report.occurredAt, receivedAt);
    const { standing, locationId } = standingAt(this.#life.past, at);
    const location = await this.#placeAt(locationId, at);
    const issuer = this.#issuerOf(report);
    const trust = this.#life.credential?.trust ?? "BEARER";
    const ruleset =
      location === null
        ? null
        : rulesetOf(this.#portfolio, {
            mode: report.mode,
            at,
            location,
            trust,
            issuer,
            pan: report.card.kind === "number" ? report.card.card.pan : null,
            named: report.ruleset,
          });
    const list = report.listVersion;
    const sent =
      list === null
        ? null
        : listAt(this.#life.lists, list, report.occurredAt + report.uncertaintySeconds * SECOND);
    return {
      accessId,
      reportId: report.reportId,
      number: report.number,
      terminal: this.#life.serialNumber,
      occurredAt: iso(report.occurredAt),
      uncertaintySeconds: report.uncertaintySeconds,
      listVersion: list,
      mode: report.mode,
      outcome: report.outcome,
      refusal: report.refusal,
      entryMode: report.card.kind === "number" ? report.card.card.entryMode : null,
      trust,
      grant: report.grant,
      guests: report.guests,
      payment: report.payment,
      location,
      issuer,
      ruleset: ruleset?.ref ?? null,
      rules: ruleset === null ? null : await this.#rulesOf(ruleset.id, ruleset.version),
      circumstances: {
        cardKnown: isListed || issuer !== null,
        terminal: standing,
        listSent: sent?.sent ?? null,
        listValidUntil: isoOrNull(sent?.validUntil ?? null),
      },
    };
  }

  /** The number behind a device token says whose card it is. */
  #issuerOf({ card }: ReadReport): Issuer | null {
    if (card.kind === "hash") return null;
    return this.#ranges.find(card.card.tokenOf ?? card.card.pan)?.issuer ?? null;
  }

  async #rulesOf(id: string, version: number): Promise<ReportData["rules"]> {
    const { state } = await this.#services.streams.ruleset.load(rulesetStream(id));
    const body = state?.versions.find((one) => one.version === version)?.body;
    if (body === undefined) throw new Error(`version ${String(version)} of ruleset ${id} is not known`);
    const { validFrom, validTo, totalUsage, cardholder, guests, offline } = body;
    return { validFrom, validTo, totalUsage, cardholder, guests, offline };
  }

  /** As the location was then; of the time before it was written down: as it was first. */
  async #placeAt(id: string | null, at: Instant): Promise<ReportData["location"]> {
    if (id === null) return null;
    const events = await this.#placeEvents(id);
    const then = events.findLast((event) => instant(event.data.at) <= at) ?? events[0];
    if (then === undefined) return null;
    const { body } = then.data;
    return { ...attemptLocation({ id, body }), offlineAllowed: body.offlineAllowed };
  }

  async #placeEvents(id: string): Promise<readonly RecordEvent<LocationBody>[]> {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const stream = locationStream.stream(id);
    const recorded = await this.#services.log.read(stream, {});
    const events = recorded.map((one) => this.#services.streams.location.read(one).event);
    this.#places.set(id, events);
    return events;
  }
}
