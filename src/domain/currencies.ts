/**
 * The currencies of ISO 4217 and how many minor digits each has. Source: the standard's list one
 * (active codes), without its fund codes (BOV, CHE, CHW, CLF, COU, MXV, USN, UYI, UYW: units of account that nobody pays
 * with), precious metals, testing and "no currency" codes.
 */
const TWO_DIGITS =
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
const NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND";

function entries(codes: string, digits: number): (readonly [string, number])[] {
  return codes.split(" ").map((code) => [code, digits] as const);
}

/** ISO 4217 code to its number of minor digits. */
export const MINOR_DIGITS: ReadonlyMap<string, number> = new Map([
  ...entries(TWO_DIGITS, 2),
  ...entries(NO_DIGITS, 0),
  ...entries(THREE_DIGITS, 3),
]);
