/**
 * Passwords that are tried first (a list of our own making): words that everybody takes, alone, together, doubled or with digits
 * and signs around them; runs of the keyboard, the alphabet or the digits; few characters over and over; one's own address.
 */
const WORDS = [
  ...["password", "passwort", "passw", "haslo", "contrasena", "sifre", "secret", "geheim", "tajne"],
  ...[
    "admin",
    "administrator",
    "root",
    "user",
    "login",
    "welcome",
    "willkommen",
    "witaj",
    "letmein",
    "changeme",
  ],
  ...[
    "access",
    "default",
    "guest",
    "test",
    "testing",
    "demo",
    "temp",
    "temporary",
    "master",
    "super",
    "system",
  ],
  ...[
    "iloveyou",
    "love",
    "sunshine",
    "princess",
    "dragon",
    "monkey",
    "football",
    "baseball",
    "superman",
    "batman",
  ],
  ...[
    "shadow",
    "hello",
    "freedom",
    "whatever",
    "trustno",
    "starwars",
    "summer",
    "winter",
    "spring",
    "autumn",
  ],
  ...[
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
  ],
  ...[
    "monday",
    "friday",
    "sunday",
    "my",
    "the",
    "new",
    "is",
    "me",
    "you",
    "please",
    "admittance",
    "lounge",
    "company",
  ],
];
const RUNS = [
  "abcdefghijklmnopqrstuvwxyz",
  ...[
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "qazwsxedcrfvtgb",
    "1qaz2wsx3edc4rfv",
  ],
  "01234567890123456789",
];
const LOOKALIKES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/** What is wrong with a password that is long enough; null where nothing is. */
export function passwordFlaw(password: string, email: string): string | null {
  const plain = password.trim().toLowerCase();
  const address = email.toLowerCase();
  const [local = ""] = address.split("@");
  const own = [address, local].filter((one) => one.length > 2);
  if (own.some((one) => bare(plain) === bare(one)) || plain.includes(address))
    return "it is the e-mail address";
  if (new Set(plain).size < 4) return "it has too few different characters";
  return isMadeOf(plain, own) ? "it is among those that are tried first" : null;
}

function bare(text: string): string {
  return text.replace(/[^a-z]/g, "");
}

/** Nothing but known words, runs, signs and digits. */
function isMadeOf(text: string, own: readonly string[]): boolean {
  const words = [...WORDS, ...own];
  const reached = new Set([0]);
  for (let at = 0; at < text.length; at++) {
    if (!reached.has(at)) continue;
    if (/^[^\p{L}\p{N}]/u.test(text.slice(at))) reached.add(at + 1);
    for (const word of words) if (isSpelledAt(text, at, word)) reached.add(at + word.length);
    if (/^\d$/.test(text[at] ?? "")) reached.add(at + 1);
    for (let length = 4; at + length <= text.length && isRun(text.slice(at, at + length)); length++)
      reached.add(at + length);
  }
  return reached.has(text.length);
}

function isSpelledAt(text: string, at: number, word: string): boolean {
  return Array.from(word).every((letter, index) => {
    const written = text[at + index] ?? "";
    return written === letter || LOOKALIKES[written] === letter;
  });
}

function isRun(part: string): boolean {
  const backwards = Array.from(part).reverse().join("");
  return new Set(part).size === 1 || RUNS.some((run) => run.includes(part) || run.includes(backwards));
}
