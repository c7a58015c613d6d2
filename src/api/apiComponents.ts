import type { z } from "zod";
import { evidence } from "../domain/card/events.ts";
import { allocation, guestCounts, paymentStatus } from "../domain/card/shapes.ts";
import { entryMode, REJECTION_CODES, rejectionCode, service, trustTier } from "../domain/codes.ts";
import { count, storedCount } from "../domain/count.ts";
import { jsonValue } from "../domain/json.ts";
import { locationInput } from "../domain/location/input.ts";
import { merchantInput } from "../domain/merchant/input.ts";
import { money, storedMoney } from "../domain/money.ts";
import { storedRuleset } from "../domain/ruleset/events.ts";
import { rulesetInput } from "../domain/ruleset/input.ts";
import { availability, rulesetRef, traceStep } from "../domain/ruleset/verdict.ts";
import { profile } from "../domain/terminal/events.ts";
import { role, scope } from "../domain/user/access.ts";
import { storedWindow, window } from "../domain/window.ts";
import { partStatus } from "./health.ts";
import { components } from "./http/components.ts";
import { listLines } from "./http/openapiProblems.ts";
import { cardShape, listedCardShape } from "./management/cardView.ts";
import { detailsShape, operationShape } from "./management/operationView.ts";
import { rulesetShape, versionShape } from "./management/rulesetView.ts";
import { termsShape } from "./management/terms.ts";
import { terminalShape } from "./management/terminalView.ts";
import { defaultForms } from "../domain/messages/defaults.ts";
import * as pos from "./pos/schemas.ts";

/** The names under which schemas are shared in the OpenAPI document, and what they are. */

const SHARED: readonly (readonly [id: string, schema: z.ZodType, description: string])[] = [
  [
    "Money",
    money,
    "An amount that is not negative, with at most the currency's minor digits; answered with all of them.",
  ],
  [
    "Sum",
    storedMoney,
    "An amount as the log keeps it: it may be negative, and longer than what is typed in.",
  ],
  ["CountInput", count, "A number of units as it is typed in, or no end of them."],
  ["Count", storedCount, "A number of units, or no end of them."],
  ["Json", jsonValue, "Any JSON value."],
  ["Service", service, "What a location offers."],
  ["EntryMode", entryMode, "How the card was read."],
  ["TrustTier", trustTier, "What a terminal has proven of itself, the weakest first."],
  ["Profile", profile, "`reference`: the terminal is answered as the source document says."],
  ["Role", role, "What a user or a key may do."],
  ["Scope", scope, "Whose data a user or a key sees; a list that is null or empty sets no limit."],
  ["WindowInput", window, "The time in which visits are counted, as it is typed in."],
  ["Window", storedWindow, "The time in which visits are counted."],
  ["PaymentStatus", paymentStatus, "What became of the fee."],
  ["Allocation", allocation, "Who entered free, and who for the fee."],
  ["GuestCounts", guestCounts, "Guests by kind."],
  ["Availability", availability, "Visits left."],
  ["RulesetRef", rulesetRef, "The version of the ruleset that decided."],
  [
    "TraceStep",
    traceStep,
    "One condition that was looked at: what it wanted, what it saw, whether it let the card pass.",
  ],
  ["Evidence", evidence, "What a decision saw beside the card's own history: enough to decide again."],
  [
    "Ruleset",
    rulesetInput,
    "A ruleset as an administrator writes it. What is absent, null or empty sets no condition.",
  ],
  ["RulesetBody", storedRuleset, "A ruleset as the log keeps it: of its time, whatever is asked for today."],
  [
    "RulesetDetails",
    rulesetShape,
    "A ruleset: the body in force (else the draft), and what is known of its life.",
  ],
  ["RulesetVersion", versionShape, "A version that was published."],
  ["Merchant", merchantInput, "Who owns locations."],
  ["Location", locationInput, "A place with terminals that offers one service."],
  ["Terminal", terminalShape, "A terminal, its pairing code's status and its credential."],
  ["Card", cardShape, "A card: what is left of each ruleset's limits, and where it has to wait."],
  ["ListedCard", listedCardShape, "A card in a list."],
  ["Operation", operationShape, "A tap, and what became of it."],
  ["OperationDetails", detailsShape, "An operation with its trace, its evidence and the ruleset."],
  ["Terms", termsShape, "A document that was uploaded, and whether it counts."],
  ["PartStatus", partStatus, "How one part of the product is."],
  ["PlainCard", pos.plainCard, "A card as it was read."],
  [
    "EncryptedCard",
    pos.encryptedCard,
    "The same object, encrypted (JWE) to the key of `/.well-known/jwks.json`.",
  ],
  ["CardInput", pos.cardInput, "A card, as it was read or encrypted."],
  ["Guests", pos.guestsInput, "Guests by kind; a bare number means adults."],
  ["Granted", pos.grantedAnswer, "The card may enter, until `expiresAt`."],
  ["Rejected", pos.rejectedAnswer, "The card may not enter. No error: it is answered with 200."],
  ["Check", pos.documentedCheckBody, "A tap."],
  ["Verdict", pos.checkAnswer, "May the card enter?"],
  [
    "ReferenceRejection",
    pos.referenceRejection,
    "A rejection as a terminal of the `reference` profile gets it, with 403.",
  ],
  ["Quote", pos.quoteAnswer, "What an entry would cost."],
  ["Confirmation", pos.confirmAnswer, "The visit took place and was counted."],
  ["Cancellation", pos.cancelAnswer, "The visit did not take place."],
  ["Entry", pos.entryAnswer, "What became of an entry."],
  ["Receipt", pos.receipt, "Where the decision stands in its stream, and the hash that proves it."],
];

for (const [id, schema, description] of SHARED) components.add(schema, { id, description });

const REASONS = Object.fromEntries(REJECTION_CODES.map((code) => [code, defaultForms("en", code).other]));
components.add(rejectionCode, {
  id: "RejectionCode",
  description: listLines("Why an entry is refused. In the order of precedence:", REASONS),
  "x-enumDescriptions": REASONS,
});
