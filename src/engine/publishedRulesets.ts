import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Database } from "../database/schema.ts";
import type { RulesetVersion } from "../domain/ruleset/stream.ts";
import { compilePortfolio, type Portfolio } from "../domain/ruleset/evaluate/portfolio.ts";
import type { RulesetEvent } from "../domain/ruleset/events.ts";
import type { RulesetState } from "../domain/ruleset/stream.ts";
import { type Head, keepRulesetAnnounced, lowerHead, scopeRevision } from "./gate/heads.ts";
import type { Streams } from "./streams.ts";

/** All published rulesets as this instance knows them, and what names exactly this set. */
export interface PublishedRulesets {
  readonly portfolio: Portfolio;
  /** SHA-256 over the sorted `id@version` of every published version. */
  readonly digest: string;
}

const AGE_S = sql<number>`extract(epoch from clock_timestamp() - raised_at)::float8`;

/** An announced append that did not come for so long is not looked for: one that comes later says so itself. */
const ABANDONED_AFTER_S = 60;

/**
 * Keeps the compiled rulesets as fresh as the scope revision says: a ruleset published by any
 * instance is in force here with the next decision.
 */
export class KnownRulesets {
  readonly #db: Kysely<Database>;
  readonly #streams: Streams<RulesetState, RulesetEvent>;
  #current: PublishedRulesets = publish([]);
  #revision = -1;
  #known = new Map<string, number>();
  #refreshing: Promise<void> | null = null;

  constructor(db: Kysely<Database>, streams: Streams<RulesetState, RulesetEvent>) {
    this.#db = db;
    this.#streams = streams;
  }

  /** The rulesets, at least as new as the scope revision. */
  async at(revision: number): Promise<PublishedRulesets> {
    while (this.#revision < revision) {
      this.#refreshing ??= this.#refresh().finally(() => {
        this.#refreshing = null;
      });
      const before = this.#revision;
      await this.#refreshing;
      // An append is under way: what is known now is all that can be known now.
      if (this.#revision === before) break;
    }
    return this.#current;
  }

  async #refresh(): Promise<void> {
    // The scope is read before the heads: what is raised between the two is seen, and looked at again.
    const revision = await scopeRevision(this.#db, "rulesets");
    const heads = await this.#db
      .selectFrom("stream_heads")
      .select(["stream", "revision", AGE_S.as("age_s")])
      .where("stream", "like", "ruleset-%")
      .execute();
    let complete = true;
    for (const head of heads) {
      if ((this.#known.get(head.stream) ?? -1) >= head.revision) continue;
      const folded = await this.#streams.load(head.stream, head.revision);
      if (folded.revision >= head.revision) {
        this.#known.set(head.stream, folded.revision);
      } else if (head.age_s > ABANDONED_AFTER_S) {
        await this.#lower(head, folded.revision);
      } else {
        complete = false;
      }
    }
    const versions: RulesetVersion[] = [];
    for (const { stream } of heads) {
      const { state } = await this.#streams.load(stream);
      if (state !== null) versions.push(...state.versions);
    }
    this.#current = publish(versions);
    if (complete) this.#revision = revision;
  }

  /** The announced append has not happened: later requests need not look for it. */
  async #lower(head: Head, actual: number): Promise<void> {
    await lowerHead(this.#db, head, actual);
    // It may have happened meanwhile, and its instance have looked at the head before this.
    const folded = await this.#streams.refresh(head.stream);
    if (folded.revision > actual) await keepRulesetAnnounced({ db: this.#db }, head.stream, folded.revision);
  }
}

function publish(versions: readonly RulesetVersion[]): PublishedRulesets {
  const names = versions.map((one) => `${one.id}@${String(one.version)}`).sort();
  return {
    portfolio: compilePortfolio(versions),
    digest: createHash("sha256").update(names.join("\n")).digest("hex"),
  };
}
