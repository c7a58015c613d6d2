import { DAY, HOUR, MINUTE, SECOND } from "./time.ts";

/** The numbers the product promises, each in one place. Milliseconds unless said otherwise. */

/** How long a granted entry waits for its confirmation. */
export const GRANT_LIVES = 5 * MINUTE;

/** From then on a confirmation is an offline report's business. */
export const LATE_CONFIRM_ENDS = DAY;

/** A Service Provider may reverse for this long after the confirmation (source document, "Cancellation functionality"). */
export const PROVIDER_REVERSAL_ENDS = 30 * MINUTE;

/** A pairing code lives so long (source document, "Pairing process"). */
export const PAIRING_CODE_LIVES = 2 * HOUR;

/** An enrollment's code lives so long unless it is told otherwise. */
export const ENROLLMENT_CODE_LIVES = 2 * HOUR;
/** A code that a device shows to be claimed by (source document, "Claim Device": at most 300 s). */
export const CLAIM_CODE_LIVES = 300 * SECOND;

/** Wrong codes of claims after which one user or API key waits. */
export const CLAIM_TRIES = 60;

/** A POS system's set-up code lives so long. */
export const SETUP_CODE_LIVES = 10 * MINUTE;

/** A certificate that was renewed counts for so long beside the new one, by real time. */
export const CERTIFICATE_RETIRES = 7 * DAY;

/** Codes that one device may ask for before it waits. */
export const CLAIM_CODES_OF_ONE = 30;

/** A device's signed request is taken until it is this old, and from so far ahead, by real time. */
export const SIGNED_REQUEST_LIVES = 5 * MINUTE;
export const SIGNED_REQUEST_AHEAD = MINUTE;

/** Wrong tries that lock a pairing code. */
export const PAIRING_TRIES = 5;

/** Wrong tries after which an address waits: at pairing codes, and at sign-ins. */
export const CALLER_TRIES = 10;

/** Wrong tries at pairing codes, over all addresses, after which everybody waits. */
export const TRIES_OF_ALL = 1_000;

/** Wrong passwords for one account, from wherever, after which its sign-in waits. */
export const ACCOUNT_TRIES = 20;

/** Wrong tries count for so long from the first, by real time. */
export const TRIES_COUNT_FOR = 15 * MINUTE;

/** The same where a test clock is: nobody who tries things out waits a quarter of an hour. */
export const TRIES_COUNT_FOR_IN_TESTS = 30 * SECOND;

/** Longest life of a terminal's token: `exp - iat`. */
export const TOKEN_LIVES = DAY;

/** A token of an API client lives so long. */
export const CLIENT_SESSION_LIVES = HOUR;

/** A live connection of which its instance says nothing for so long is lost. */
export const CONNECTION_LOST_AFTER = 45 * SECOND;

/** A key that was replaced by another signs so long still: for requests under way, and for a reply that was lost. */
export const KEY_RETIRES_AFTER = HOUR;

/** Keys that one terminal may bring before it waits. */
export const KEY_ROTATIONS_OF_ONE = 10;

/** How far a terminal's clock may be off when it signs a token. */
export const TOKEN_TOLERANCE = MINUTE;

/** A reservation of budget this old, with no grant, is given back by the sweeper. */
export const RESERVATION_ORPHANED = 2 * MINUTE;

/** A list that terminals decide by while their line is down counts for so long from when it was asked for. */
export const LIST_LIVES = 3 * DAY;

/** A key that signs lists is replaced by a new one when it is this old. */
export const LIST_KEY_LIVES = 90 * DAY;

/** Two entries of a card at one place so close to each other may be one that was told twice. */
export const LOOK_ALIKE = 2 * MINUTE;

/** What a terminal's clock may be ahead of the server's before its report tells of the future. */
export const REPORT_TOLERANCE = MINUTE;

/** Caps of what a terminal decides by itself count within this time. */
export const CAP_COUNTS_FOR = DAY;
/** The secret by which a place's whitelist is hashed is replaced by a new one when it is this old. */
export const LOCATION_SECRET_LIVES = 90 * DAY;

/** A former secret of a place still tells the cards of reports that were made by it, for so long. */
export const RETIRED_SECRET_KEPT = 400 * DAY;

/** How long a command to a device may take until it has come to nothing, from when it was asked for. */
export const ACTIVATION_LIVES = 30 * SECOND;
export const DEACTIVATION_LIVES = 7 * DAY;
/** A sale, what breaks it off, and what gives it back: the cardholder stands there. */
export const SALE_LIVES = 3 * MINUTE;

/** A certificate that ends so soon, and that none has taken the place of, is told by the metrics: its device should have renewed it. */
export const CERTIFICATE_ENDS_SOON = 14 * DAY;

/** So many commands may wait for one device. */
export const MOST_OPEN_COMMANDS = 100;

/** One system outside has so long to answer a question of a check. */
export const OUTSIDE_ANSWER = 1_200;

/** All that a check asks outside is answered within this, from when the check began: the terminal waits 3 s at most. */
export const OUTSIDE_ANSWERS = 2_400;

/** A page of transactions from the reward system comes within this, or not. */
export const REWARD_PAGE_WITHIN = 15 * SECOND;

/** What it knows of a card is waited for so long: a person looks at the page meanwhile. */
export const ENROLMENT_ANSWER = 5 * SECOND;

/** An amount whose answer was never written down is looked after from then on. */
export const AMOUNT_ABANDONED = MINUTE;

/** A charge or refund of which nothing was learned for so long waits for a person, who says what became of it. */
export const PAYMENT_GIVEN_UP = 3 * DAY;

/** What the acquirer charges a card by is forgotten then, whatever became of the entry. */
export const REFERENCE_LIVES = 30 * DAY;

/** A webhook that was not taken is tried again for so long from when it was put into the queue, by real time. */
export const WEBHOOK_LIVES = 3 * DAY;
/** The first pause; each one after it is three times as long, up to the longest. */
export const WEBHOOK_FIRST_RETRY = 5 * SECOND;
export const WEBHOOK_LONGEST_PAUSE = 4 * HOUR;

/** A receiver's whole answer is waited for so long. */
export const WEBHOOK_ANSWER_WITHIN = 15 * SECOND;

/** A secret that was replaced signs beside the new one for so long, by real time. */
export const WEBHOOK_SECRET_RETIRES = DAY;

/** What was delivered, or given up, is kept for so long. */
export const WEBHOOK_KEPT = 30 * DAY;

/** Failures in a row, whatever was sent, after which a receiver counts as down. */
export const WEBHOOK_DOWN_AFTER = 5;

/** Receivers that one installation may have. */
export const MOST_WEBHOOKS = 50;
