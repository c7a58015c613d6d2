import { Command } from "commander";
import {
  type EnrolmentDifference,
  enrolmentDifferences,
  type SaidOfEnrolment,
} from "../domain/card/enrolmentCheck.ts";
import { ulid } from "../domain/codes.ts";
import { systemWrite } from "../engine/accounts/bootstrap.ts";
import { forgetCardholder, heldOf } from "../engine/cardholder.ts";
import { verifyWithRewards } from "../engine/rewards/verify.ts";
import { knownCards } from "../engine/vaultCards.ts";
import { SetupError } from "../settings.ts";
import { addEnrolledCards, type EnrolledCardsWorld } from "./enrolledCards.ts";
import { withServices } from "./opened.ts";

/** `admittance cards`: enrolled cards, and what a cardholder may ask for. A card is named by the id that a lookup of its number answers. */
export function cardsCommand(world: EnrolledCardsWorld): Command {
  const cards = new Command("cards").description(
    "cards that the reward system knows; what is held of a cardholder, and forgetting it",
  );
  addEnrolledCards(cards, world);
  verifyCommand(cards, world);
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

function verifyCommand(cards: Command, world: EnrolledCardsWorld): void {
  cards
    .command("verify <cardId>")
    .description(
      "asks the reward system whether it knows the card as it is enrolled here; its history keeps what it says",
    )
    .action(async (cardId: string) => {
      refuseOtherThanId(cardId);
      await withServices(world, async (services) => {
        if (!(await knownCards(services, [cardId])).has(cardId)) throw noCard(cardId);
        const write = await systemWrite(services, "command-line");
        const done = await verifyWithRewards(services, write, cardId);
        if (done.kind === "problem") throw new SetupError(done.detail);
        if (done.kind === "silent")
          throw new SetupError(`The reward system said nothing that counts: ${done.why}.`);
        const { asked, said } = done.said;
        const differences = enrolmentDifferences(done.said);
        const since = said.since === null ? "" : `, since ${said.since}`;
        world.answer(
          { cardId, asked, said, differences },
          differences.length === 0
            ? `It knows ${asked.aref} as it is enrolled here${since}.`
            : `It knows ${asked.aref} otherwise: ${differences.map((one) => SAYS[one](said)).join(", ")}.`,
        );
      });
    });
}

const SAYS: Readonly<Record<EnrolmentDifference, (said: SaidOfEnrolment) => string>> = {
  NOT_ENROLLED: () => "not enrolled",
  ICA: ({ ica }) => `ICA ${ica ?? "-"}`,
  PRODUCT: ({ productCode }) => `product ${productCode ?? "-"}`,
};

/** Never repeated: it may be a card's number. */
function refuseOtherThanId(text: string): void {
  if (ulid.safeParse(text).success) return;
  throw new SetupError("<cardId> wants a card's id of 26 characters: a lookup of the number answers it.");
}

function noCard(cardId: string): SetupError {
  return new SetupError(`There is no card ${cardId}.`);
}
