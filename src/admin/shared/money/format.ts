export interface MoneyText {
  /** A decimal string. */
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** As `1,204.50 EUR`: of the decimal text itself, so that no digit is lost to a number's. */
export function formatMoney({ amount, currency }: MoneyText, language: string): string {
  const digits = amount.split(".")[1]?.length ?? 0;
  const format = new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${format.format(exact(amount))} ${currency}`;
}

/** `Intl` takes decimal text as it is; the compiler's library knows of numbers only. */
function exact(amount: string): Intl.StringNumericLiteral {
  if (!isNumeric(amount)) throw new TypeError("no amount");
  return amount;
}

function isNumeric(text: string): text is Intl.StringNumericLiteral {
  return /^-?\d+(\.\d+)?$/.test(text);
}
