import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { z } from "zod";
import { REPLACEMENT_CAUSES } from "../domain/card/causes.ts";
import { replacementCause } from "../domain/card/events.ts";
import { enrolmentInput } from "../domain/card/input.ts";
import { isPan } from "../domain/pan.ts";
import { systemWrite } from "../engine/accounts/bootstrap.ts";
import { cardByAref } from "../engine/enrolledCards/byAref.ts";
import { type Enrolling, enrolCards } from "../engine/enrolledCards/enrol.ts";
import { enrolmentOfCard, takeOut } from "../engine/enrolledCards/enrolment.ts";
import { exportKey, rotateExportKey } from "../engine/enrolledCards/exportHashes.ts";
import { replaceCard } from "../engine/enrolledCards/replace.ts";
import type { Services } from "../engine/services.ts";
import { findVaultCard, knownCards } from "../engine/vaultCards.ts";
import { Cards } from "../projections/cards/queries.ts";
import { SetupError } from "../settings.ts";
import { table } from "./answer.ts";
import { type ServicesWorld, withServices } from "./opened.ts";

/** `admittance cards enrol` and what goes with it: cards that the reward system knows, and cards that took another's place. */

export interface EnrolledCardsWorld extends ServicesWorld {
  readonly input: () => NodeJS.ReadableStream;
}

const EVERYONE = { places: null, icas: null };
const wanted = z.strictObject(enrolmentInput);

interface EnrolOptions {
  readonly card?: string;
  readonly ica?: string;
  readonly product?: string;
  readonly since?: string;
}

export function addEnrolledCards(cards: Command, world: EnrolledCardsWorld): void {
  enrolCommand(cards, world);
  cards
    .command("unenrol <aref>")
    .description("takes the card of this AREF out of the programme")
    .option("--reason <text>", "why", "")
    .action(async (aref: string, { reason }: { reason: string }) => {
      await withServices(world, async (services) => {
        const cardId = await cardOf(services, aref);
        await takeOut(services, await systemWrite(services, "command-line"), cardId, reason);
        world.answer({ cardId, enrolled: false }, `${cardId} is enrolled no longer.`);
      });
    });
  cards
    .command("lookup <aref>")
    .description("the card that is enrolled by this AREF")
    .action(async (aref: string) => {
      await withServices(world, async (services) => {
        const cardId = await cardOf(services, aref);
        const known = await findVaultCard(services, cardId);
        const { enrolment } = await enrolmentOfCard(services, cardId);
        const body = { cardId, maskedPan: known?.maskedPan ?? null, ...enrolment };
        world.answer(body, JSON.stringify(body, null, 2));
      });
    });
  listCommand(cards, world);
  replaceCommand(cards, world);
  cards
    .command("export-key")
    .description("the key by which partners make the HASH of an export; keep it as what it is")
    .option("--rotate", "makes another one first: hashes are made by it from now on")
    .action(async ({ rotate = false }: { rotate?: boolean }) => {
      await withServices(world, async (services) => {
        const { version, key } = await (rotate ? rotateExportKey : exportKey)(services);
        const shown = key.toString("base64url");
        world.answer({ version, key: shown }, `v${String(version)} ${shown}`);
      });
    });
}

function enrolCommand(cards: Command, world: EnrolledCardsWorld): void {
  cards
    .command("enrol <aref>")
    .description("enrols a card by this AREF; its number comes from standard input, or --card names it by id")
    .option("--card <cardId>", "a card that is known here")
    .option("--ica <ica>", "where no account range holds the number")
    .option("--product <code>", "where no account range holds the number")
    .option("--since <time>", "enrolled from then on (RFC 3339); without it from now on")
    .action(async (aref: string, options: EnrolOptions) => {
      const named = options.card === undefined ? { pan: await numberFrom(world) } : { cardId: options.card };
      const { ica, product: productCode, since } = options;
      const said = parsed(wanted, { aref, ica, productCode, since });
      const enrolling: Enrolling = { ...said, card: named, reason: "" };
      await withServices(world, async (services) => {
        if ("cardId" in named && !(await knownCards(services, [named.cardId])).has(named.cardId))
          throw new SetupError("There is no such card.");
        const rules = { mayEnrol: () => true, isDryRun: false };
        const write = await systemWrite(services, "command-line");
        const [done] = await enrolCards(services, write, [enrolling], rules);
        if (done?.kind !== "enrolled")
          throw new SetupError(
            `It is not enrolled: ${done?.kind === "refused" ? done.code : "it changed meanwhile"}.`,
          );
        const { cardId, enrolment } = done;
        world.answer({ cardId, ...enrolment }, `${cardId ?? ""} is enrolled as ${enrolment.aref}.`);
      });
    });
}

function listCommand(cards: Command, world: EnrolledCardsWorld): void {
  cards
    .command("list")
    .description("enrolled cards, as far as the read models are")
    .option("--ica <ica>", "of this ICA")
    .action(async ({ ica }: { ica?: string }) => {
      await withServices(world, async (services) => {
        const filter = { enrolled: true, ...(ica === undefined ? {} : { ica }) };
        const items: { cardId: string; aref: string | null; ica: string | null; since: string | null }[] = [];
        for await (const one of new Cards(services.pool).all(filter, EVERYONE, {}))
          items.push({ cardId: one.cardId, aref: one.aref, ica: one.ica, since: one.enrolledAt });
        const rows = items.map((one) => [one.cardId, one.aref ?? "-", one.ica ?? "-", one.since ?? "-"]);
        world.answer({ items }, ...table(["card", "AREF", "ICA", "since"], rows));
      });
    });
}

function replaceCommand(cards: Command, world: EnrolledCardsWorld): void {
  cards
    .command("replace <cardId>")
    .description(
      "gives the card's place to the one whose number comes from standard input, and refuses this one",
    )
    .requiredOption("--cause <cause>", REPLACEMENT_CAUSES.join(", "))
    .option("--reason <text>", "why", "")
    .action(async (cardId: string, { cause, reason }: { cause: string; reason: string }) => {
      const why = replacementCause.safeParse(cause);
      if (!why.success) throw new SetupError(`--cause: one of ${REPLACEMENT_CAUSES.join(", ")} is wanted.`);
      const pan = await numberFrom(world);
      await withServices(world, async (services) => {
        if (!(await knownCards(services, [cardId])).has(cardId))
          throw new SetupError("There is no such card.");
        const write = await systemWrite(services, "command-line");
        const done = await replaceCard(services, write, { cardId, pan, cause: why.data, reason });
        if (done.kind === "problem") throw new SetupError(`It is not replaced: ${done.detail}`);
        const { card } = done;
        world.answer({ cardId: card.cardId, replaced: cardId }, `${card.cardId} goes on for ${cardId}.`);
      });
    });
}

/** Never on the command line: others of the machine see that, and the shell keeps it. */
async function numberFrom({ input }: EnrolledCardsWorld): Promise<string> {
  const pan = (await text(input())).trim();
  if (!isPan(pan)) throw new SetupError("A card number is wanted from standard input.");
  return pan;
}

async function cardOf(services: Services, aref: string): Promise<string> {
  const cardId = await cardByAref(services, aref);
  if (cardId === null) throw new SetupError("No card is enrolled by this AREF.");
  return cardId;
}

/** What is wrong is said by its name, and never repeated: it may be a card's number. */
function parsed<Shape extends z.ZodType>(shape: Shape, given: unknown): z.output<Shape> {
  const read = shape.safeParse(given);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new SetupError(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}.`);
}
