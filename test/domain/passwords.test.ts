import { expect, test } from "vitest";
import { passwordFlaw } from "../../src/domain/user/passwords.ts";

const EMAIL = "anna.kowalska@example.org";

test.each([
  ...[
    "passwordpassword",
    "Password1234!",
    "P@ssw0rd12345",
    "qwertyuiop123",
    "123456789012",
    "abcdefghijklmnop",
  ],
  ...[
    "iloveyou1234",
    "administrator",
    "Welcome2026!!",
    "letmeinletmein",
    "aaaaaaaaaaaa",
    "abababababab",
    "1qaz2wsx3edc",
  ],
  ...[
    EMAIL,
    EMAIL.toUpperCase(),
    `${EMAIL}1`,
    "anna.kowalska",
    "AnnaKowalska2026",
    "987654321098",
    "changeme-please",
  ],
])("%s is refused", (password) => {
  expect(passwordFlaw(password, EMAIL)).not.toBeNull();
});

test("blanksAroundItMakeNoPasswordBetter", () => {
  for (const password of ["  abcabcabcabc", "abcabcabcabc  "])
    expect(passwordFlaw(password, EMAIL)).not.toBeNull();
});

test("aNameOfTwoLettersIsNoWordThatIsTriedFirst, one of three is", () => {
  expect(passwordFlaw("jx74jx19jx63", "jx@example.org")).toBeNull();
  expect(passwordFlaw("jxk74jxk19jxk", "jxk@example.org")).not.toBeNull();
});

test.each([
  "correct horse battery",
  "kV3-tullip-Ostrich",
  "Ein Bär trinkt Mokka",
  "7f0e4b1c9a2d8e6f",
  "gdzie rosnie pieprz 7",
])("%s is taken", (password) => {
  expect(passwordFlaw(password, EMAIL)).toBeNull();
});
