import { Command } from "commander";
import { ulid } from "../domain/codes.ts";
import { systemWrite } from "../engine/accounts/bootstrap.ts";
import { forgetCardholder, heldOf } from "../engine/cardholder.ts";
import { SetupError } from "../settings.ts";
import { addEnrolledCards, type EnrolledCardsWorld } from "./enrolledCards.ts";
import { withServices } from "./opened.ts";

/** `admittance cards`: enrolled cards, and what a cardholder may ask for. A card is named by the id that a lookup of its number answers. */
export function cardsCommand(world: EnrolledCardsWorld): Command {
  const cards = new Command("cards").description(
    "cards that the reward system knows; what is held of a cardholder, and forgetting it",
  );
  addEnrolledCards(cards, world);
  cards
    .command("export <cardId>")
    .description("everything that is held of the card, as JSON")
    .action(async (cardId: string) => {
      refuseOtherThanId(cardId);
      await withServices(world, async (services) => {
        const held = await heldOf(services, cardId);
        if (held === null) throw noCard(cardId);
        world.answer({ ...held }, JSON.stringify(held, null, 2));
      });
    });
  cards
    .command("erase <cardId>")
    .description("forgets the cardholder for good: no number leads to the card any more; its history stays")
    .action(async (cardId: string) => {
      refuseOtherThanId(cardId);
      await withServices(world, async (services) => {
        const write = await systemWrite(services, "command-line");
        if (!(await forgetCardholder(services, write, cardId))) throw noCard(cardId);
        world.answer({ cardId, erased: true }, `${cardId} is nobody's any more.`);
      });
    });
  return cards;
}

/** Never repeated: it may be a card's number. */
function refuseOtherThanId(text: string): void {
  if (ulid.safeParse(text).success) return;
  throw new SetupError("<cardId> wants a card's id of 26 characters: a lookup of the number answers it.");
}

function noCard(cardId: string): SetupError {
  return new SetupError(`There is no card ${cardId}.`);
}
